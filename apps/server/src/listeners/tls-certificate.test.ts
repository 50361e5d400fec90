import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { TestCertificate } from '../../../../tests/harness/certificate.ts';
import { ConfigError } from '../config.ts';
import { TlsCertificate, type TlsFiles } from './tls-certificate.ts';

/** Lines of the log, and a promise of the next one. */
class RecordingLog {
  readonly lines: string[] = [];
  private onLine: () => void = () => undefined;
  private readonly write = (fields: object, text: string) => {
    this.lines.push(`${text} ${JSON.stringify(fields)}`);
    this.onLine();
  };
  readonly debug = this.write;
  readonly info = this.write;
  readonly warn = this.write;
  readonly error = this.write;

  next(): Promise<void> {
    return new Promise((resolve) => (this.onLine = resolve));
  }
}

let pair: TestCertificate;
let files: TlsFiles;
let log: RecordingLog;
beforeEach(async () => {
  pair = await TestCertificate.create();
  files = { certificate: pair.certificateFile, key: pair.keyFile };
  log = new RecordingLog();
});
afterEach(() => pair.dispose());

describe('at the start', () => {
  /** What is said of the files; loading them must fail. */
  async function complaint(): Promise<string> {
    const error = await TlsCertificate.load(files, log).catch((error: Error) => error);
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message).not.toContain('\n');
    return message;
  }

  test('a certificate that is not there is named', async () => {
    files.certificate = path.join(pair.directory, 'nowhere.pem');
    expect(await complaint()).toMatch(/^RESTANTE_TLS_CERT: .*nowhere\.pem cannot be read \(ENOENT/);
  });

  test('a key that is not there is named', async () => {
    files.key = path.join(pair.directory, 'nowhere.pem');
    expect(await complaint()).toMatch(/^RESTANTE_TLS_KEY: .*nowhere\.pem cannot be read \(ENOENT/);
  });

  test('a file that holds no certificate is named', async () => {
    await writeFile(files.certificate, 'nonsense');
    expect(await complaint()).toMatch(/^RESTANTE_TLS_CERT: .*certificate\.pem is not a PEM certificate/);
  });

  test('a file that holds no key is named', async () => {
    await copyFile(files.certificate, files.key);
    expect(await complaint()).toMatch(/^RESTANTE_TLS_KEY: .*key\.pem is not a PEM private key/);
  });

  test('a key with a passphrase is not taken', async () => {
    execFileSync(
      'openssl',
      ['ec', '-in', files.key, '-out', files.key, '-aes256', '-passout', 'pass:secret'],
      {
        stdio: 'ignore',
      },
    );
    expect(await complaint()).toMatch(/^RESTANTE_TLS_KEY: .*without a passphrase/);
  });

  test("another certificate's key is told", async () => {
    const other = await TestCertificate.create();
    await copyFile(other.keyFile, files.key);
    await other.dispose();
    expect(await complaint()).toBe(
      `RESTANTE_TLS_KEY: ${files.key} is not the key of the certificate in ${files.certificate}`,
    );
  });

  test('a broken certificate of an issuer is told', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    await writeFile(files.certificate, `${await readFile(files.certificate, 'utf8')}${broken}`);
    expect(await complaint()).toMatch(/^RESTANTE_TLS_CERT and RESTANTE_TLS_KEY cannot be used/);
  });
});

describe('while the server runs', () => {
  let certificate: TlsCertificate;
  let server: tls.Server;
  beforeEach(async () => {
    // The poll comes when a test says so.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    certificate = await TlsCertificate.load(files, log);
    server = tls.createServer(certificate.options, (socket) => socket.end());
    certificate.keepNew(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
    certificate.close();
    jest.useRealTimers();
  });

  /** Serial number of the certificate that a new connection gets. */
  async function served(): Promise<string> {
    const { port } = server.address() as { port: number };
    const client = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(client, 'secureConnect');
    const { serialNumber } = client.getPeerX509Certificate()!;
    client.destroy();
    return serialNumber;
  }

  async function inFile(): Promise<string> {
    return new X509Certificate(await pair.pem()).serialNumber;
  }

  test('new connections get the new certificate once it is looked for', async () => {
    const old = await served();
    await pair.renew();
    expect(await served()).toBe(old);
    await certificate.reload();
    expect(await served()).toBe(await inFile());
    expect(await inFile()).not.toBe(old);
    expect(log.lines).toEqual([expect.stringContaining('The TLS certificate was replaced')]);
  });

  test('which is every 5 s', async () => {
    await pair.renew();
    const replaced = log.next();
    jest.advanceTimersByTime(5_000);
    await replaced;
    expect(await served()).toBe(await inFile());
  });

  test('the same files are not news', async () => {
    await certificate.reload();
    expect(log.lines).toEqual([]);
  });

  test.each([
    ['the key is missing', () => rm(files.key)],
    ['the certificate is nonsense', () => writeFile(files.certificate, 'nonsense')],
  ])('the old one stays while %s, which is said once, and goes when it is mended', async (_, harm) => {
    const old = await served();
    await harm();
    await certificate.reload();
    await certificate.reload();
    expect(await served()).toBe(old);
    expect(log.lines).toEqual([expect.stringContaining('the one before stays in use')]);
    await pair.renew();
    await certificate.reload();
    expect(await served()).toBe(await inFile());
  });

  test('a key without its certificate waits for that', async () => {
    const old = await served();
    const certificateBefore = await pair.pem();
    await pair.renew();
    const renewed = await pair.pem();
    await writeFile(files.certificate, certificateBefore);
    await certificate.reload();
    expect(await served()).toBe(old);
    await writeFile(files.certificate, renewed);
    await certificate.reload();
    expect(await served()).toBe(new X509Certificate(renewed).serialNumber);
  });
});
