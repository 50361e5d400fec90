import 'reflect-metadata';
import { once, startServer } from '../testing/running-server.ts';
import { createLog, toggleDebug } from './log.ts';

interface Line {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** Keeps what is logged. */
class Lines {
  text = '';

  write = (line: string) => void (this.text += line);

  get all(): Line[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }
}

test('lines about connections say whose they are, and nothing that is logged is a secret or a payload', async () => {
  const lines = new Lines();
  const server = await startServer({ RESTANTE_LOG_LEVEL: 'trace' }, lines);
  await server.api('POST', '/tenants', { slug: 'acme' });
  const { body: issued } = await server.api('POST', '/tenants/acme/credentials', { username: 'device' });
  const { body: key } = await server.api('POST', '/tenants/acme/api-keys', { name: 'k', role: 'owner' });
  const client = await server.connect('acme:device', issued.password, { clientId: 'c1', protocolVersion: 5 });
  await client.publishAsync('topic', 'the-payload-of-a-message', { qos: 1 });
  const closed = once(client, 'close');
  // No client may publish to a topic with a wildcard.
  client.publish('a/#', 'the-payload-of-a-message');
  await closed;
  await expect(server.connect('acme:device', 'a-wrong-password')).rejects.toThrow();
  await server.request('POST', '/api/v1/login', { email: 'a@b.example', password: 'a-wrong-password' });
  await server.request('GET', '/api/v1/tenants/acme', undefined, { authorization: `Bearer ${key.secret}` });
  await server.stop();

  const connected = lines.all.find(({ msg }) => msg === 'A client is connected');
  expect(connected).toMatchObject({
    ...{ tenant: 'acme', clientId: 'c1', connection: expect.any(Number) },
    remoteAddress: expect.stringMatching(/^127\.0\.0\.1:/),
  });
  const refused = lines.all.find(({ reasonCode, level }) => level === 30 && reasonCode === 0x90);
  expect(refused).toMatchObject({ tenant: 'acme', clientId: 'c1', connection: connected!.connection });
  for (const secret of [
    ...[issued.password, key.secret, 'a-wrong-password', 'the-payload-of-a-message'],
    'the-key-of-the-tests',
  ])
    expect(lines.text).not.toContain(secret);
}, 30_000);

test('the level is changed while the server runs, and back', () => {
  const lines = new Lines();
  const log = createLog('warn', lines);
  log.debug({}, 'before');
  toggleDebug(log, 'warn');
  log.debug({}, 'between');
  toggleDebug(log, 'warn');
  log.debug({}, 'after');
  const said = 'The level of the log was changed';
  expect(lines.all.map(({ msg }) => msg)).toEqual([said, 'between', said]);
});
