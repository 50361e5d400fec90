import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import type { Login, Ports } from '../harness/test-server.ts';

/**
 * `npm run upgrades:fixture -- <name> [<main.js>]`: what a release leaves to those that come after it, as a backup of a
 * small installation, with the login that its devices have (upgrade.test.ts has what is in it). `<main.js>`: of the
 * release's server; that of this build by default.
 */
const API_KEY = 'the-key-of-the-fixture';
const YEAR_SECONDS = 365 * 86_400;
const ROOT = path.resolve(import.meta.dirname, '../..');

const [, , name, main = path.join(ROOT, 'apps/server/dist/main.js')] = process.argv;
if (name === undefined) throw new Error('Say the name of the fixture: that of the newest migration');
const directory = await mkdtemp(path.join(tmpdir(), 'restante-fixture-'));
const env = {
  ...process.env,
  RESTANTE_DATA_DIR: directory,
  RESTANTE_ADMIN_API_KEY: API_KEY,
  RESTANTE_LOG_LEVEL: 'warn',
};
const onFreePorts = { RESTANTE_MQTT_PORT: '0', RESTANTE_HTTP_PORT: '0' };
const server = spawn(process.execPath, [main], { env: { ...env, ...onFreePorts }, stdio: 'inherit' });
const ports = await eventually('the server listens', async () => {
  const text = await readFile(path.join(directory, 'ports.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Ports);
});
const login = await fill(ports);
server.kill('SIGTERM');
await once(server, 'exit');
const file = path.join(import.meta.dirname, name);
execFileSync(process.execPath, [path.join(ROOT, 'apps/server/dist/backup.js'), `${file}.backup`], { env });
await writeFile(`${file}.json`, `${JSON.stringify(login, null, 2)}\n`);
await rm(directory, { recursive: true });

async function fill({ mqtt, http }: Ports): Promise<Pick<Login, 'mqttUsername' | 'password'>> {
  const post = async (resource: string, body: object) => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${http}/api/v1${resource}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${resource}: ${await response.text()}`);
    return (await response.json()) as { mqttUsername: string; password: string };
  };
  await post('/tenants', { slug: 'acme' });
  const settings = { sessionExpirySeconds: YEAR_SECONDS, maxSessionExpirySeconds: YEAR_SECONDS };
  await post('/tenants/acme/policies', { name: 'long', settings });
  const rules = [{ effect: 'deny', action: 'publish', topicFilter: 'secret/#' }];
  await post('/tenants/acme/roles', { name: 'quiet', rules });
  const credential = { username: 'device', policy: 'long', roles: ['quiet'] };
  const { mqttUsername, password } = await post('/tenants/acme/credentials', credential);
  const there = { host: '127.0.0.1', port: mqtt, mqttUsername, password };

  const connect = async (clientId: string) => (await RawClient.connect(there, { clientId })).client;
  const waits = await connect('waits');
  await waits.subscribe(1, 'queue/1', 1);
  await waits.subscribe(2, 'queue/2', 2);
  await waits.disconnect();
  const shares = await connect('shares');
  await shares.subscribe(1, '$share/group/shared', 1);
  await shares.disconnect();
  const holds = await connect('holds');
  await holds.subscribe(1, 'held', 1);
  const sends = await connect('sends');
  const publish = async (messageId: number, topic: string, qos: 1 | 2, retain = false) => {
    const payload = `${topic} ${messageId}`;
    sends.send({ cmd: 'publish', messageId, topic, payload, qos, retain, dup: false });
    await sends.receive(qos === 1 ? 'puback' : 'pubrec');
    if (qos === 1) return;
    sends.send({ cmd: 'pubrel', messageId });
    await sends.receive('pubcomp');
  };
  for (const messageId of [1, 2, 3]) {
    await publish(messageId, 'queue/1', 1);
    await publish(messageId, 'queue/2', 2);
    await publish(messageId, 'shared', 1);
  }
  await publish(1, 'held', 1);
  await publish(1, 'kept', 1, true);
  // It is there, and never acknowledged.
  await holds.receive('publish');
  await holds.drop();
  const half = {
    messageId: 7,
    topic: 'queue/2',
    payload: 'half',
    qos: 2,
    retain: false,
    dup: false,
  } as const;
  sends.send({ cmd: 'publish', ...half });
  await sends.receive('pubrec');
  await sends.drop();
  return { mqttUsername, password };
}
