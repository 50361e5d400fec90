import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import tls from 'node:tls';
import { TestCertificate } from '../harness/certificate.ts';
import { eventually } from '../harness/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { startServer, type TestServer } from '../harness/test-server.ts';

let database: TestDatabase;
let pair: TestCertificate;
beforeAll(async () => {
  database = await createTestDatabase();
  pair = await TestCertificate.create();
});
afterAll(async () => {
  await pair.dispose();
  await database.drop();
});

/** Serial number of the certificate that a new connection to the port gets. */
async function served(port: number): Promise<string> {
  const client = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(client, 'secureConnect');
  const { serialNumber } = client.getPeerX509Certificate()!;
  client.destroy();
  return serialNumber;
}

describe('a running server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { DATABASE_URL: database.url, ...pair.environment } });
  });
  afterAll(() => server.dispose());

  test('takes new files at SIGHUP, for MQTT and for HTTPS', async () => {
    const { mqtts, https } = server.ports;
    const old = await served(mqtts!);
    expect(await served(https!)).toBe(old);
    await pair.renew();
    process.kill(server.pid, 'SIGHUP');
    await eventually('the new certificate', async () => (await served(mqtts!)) !== old, 4_000);
    expect(await served(https!)).toBe(await served(mqtts!));
    expect(server.log).toContain('The TLS certificate was replaced');
  });

  test('keeps the old ones, and says why, where the new ones are broken', async () => {
    const old = await served(server.ports.mqtts!);
    await writeFile(pair.keyFile, 'nonsense');
    process.kill(server.pid, 'SIGHUP');
    await eventually('the complaint', () => server.log.includes('RESTANTE_TLS_KEY'), 4_000);
    expect(await served(server.ports.mqtts!)).toBe(old);
    expect(server.isRunning).toBe(true);
  });
});

test('a start with files that cannot be used ends with one sentence', async () => {
  const environment = { ...pair.environment, RESTANTE_TLS_CERT: '/nowhere/certificate.pem' };
  const started = startServer({ env: { DATABASE_URL: database.url, ...environment } });
  await expect(started).rejects.toThrow(
    /ended before it listened:\nRESTANTE_TLS_CERT: \/nowhere\/certificate\.pem cannot be read \(ENOENT[^\n]*\n$/,
  );
});
