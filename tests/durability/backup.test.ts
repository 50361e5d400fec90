import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually, within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { startServer, TestServer } from '../harness/test-server.ts';
import { MqttjsPublisher } from './mqttjs-publisher.ts';
import { publishEnd } from './publish-end.ts';
import { RawPublisher } from './raw-publisher.ts';
import { mqttjsDevice, pahoDevice, type Received } from './returning-device.ts';

const SHARE = 2_000;
const RUN_TIMEOUT_MS = 60_000;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'restante-backups-'));
});

const servers: TestServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.dispose();
  await rm(directory, { recursive: true });
});

/** `npm run backup` and `npm run restore`, without the build. */
async function run(program: 'backup' | 'restore', file: string, dataDirectory: string) {
  const script = path.resolve(import.meta.dirname, `../../apps/server/dist/${program}.js`);
  const env = { ...process.env, NODE_OPTIONS: '', RESTANTE_DATA_DIR: dataDirectory };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, file], {
      env,
      timeout: RUN_TIMEOUT_MS,
    });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test('what was acknowledged before a backup under load is there once it is restored, in order, and works', async () => {
  const server = await startServer();
  servers.push(server);
  await server.createTenant('acme');
  const login = await server.createCredential('acme', 'fleet', { maxQueuedMessages: 100_000 });
  const names = [mqttjsDevice(login, 'receives-1', 1), pahoDevice(login, 'receives-2', 2)];
  for (const device of names) await device.subscribeAndLeave();
  const { client } = await RawClient.connect(login, { clientId: 'keeps', clean: true });
  client.send({
    cmd: 'publish',
    messageId: 1,
    topic: 'kept',
    payload: 'of old',
    qos: 1,
    dup: false,
    retain: true,
  });
  await client.receive('puback');
  const publishers = ([1, 2] as const).flatMap((qos) => [
    new RawPublisher(login, `raw-sends-${qos}`, qos),
    new MqttjsPublisher(login, `mqttjs-sends-${qos}`, qos),
  ]);
  for (const { progress } of publishers) progress.release(SHARE);
  await eventually('the load is on', () => publishers.every(({ progress }) => progress.acknowledged > 100));
  const before = new Map(publishers.map(({ name, progress }) => [name, progress.acknowledged]));
  const file = path.join(directory, 'under-load.backup');
  expect(await run('backup', file, server.dataDirectory)).toMatchObject({ code: 0 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await within('all is acknowledged', Promise.all(publishers.map(({ progress }) => progress.finished())));
  await Promise.all(publishers.map((publisher) => publisher.close()));
  await server.stop();

  const restored = new TestServer(path.join(directory, 'restored'), {});
  servers.push(restored);
  expect(await run('restore', file, restored.dataDirectory)).toMatchObject({ code: 0 });
  const secret = (of: TestServer) => readFile(path.join(of.dataDirectory, 'login-secret'), 'utf8');
  expect(await secret(restored)).toBe(await secret(server));
  await server.dispose();
  await restored.start();
  const there = { ...login, port: restored.ports.mqtt };
  await publishEnd(there);
  for (const device of [mqttjsDevice(there, 'receives-1', 1), pahoDevice(there, 'receives-2', 2)]) {
    const { messages } = await device.comeBack();
    for (const { name } of publishers) expectBeginning(device.name, messages, name, before.get(name)!);
  }
  const { client: returned } = await RawClient.connect(there, { clientId: 'keeps', clean: true });
  await returned.subscribe(1, 'kept', 0);
  expect(await returned.receive('publish')).toMatchObject({ topic: 'kept', retain: true });
  // What is made now takes no identifier that is taken.
  await restored.createTenant('new');
  await restored.createCredential('new', 'device');

  const again = await run('restore', file, restored.dataDirectory);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^.* has data of a Restante already .*\n$/),
  });
  await restored.stop();
  const ofStopped = path.join(directory, 'stopped.backup');
  expect(await run('backup', ofStopped, restored.dataDirectory)).toMatchObject({ code: 0 });
  expect(await run('backup', ofStopped, restored.dataDirectory)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is there already'),
  });
  await restored.dispose();

  const whole = await readFile(file);
  const cut = path.join(directory, 'cut.backup');
  await writeFile(cut, whole.subarray(0, whole.length / 2));
  const none = path.join(directory, 'none');
  const refused = await run('restore', cut, none);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^.*cut\.backup .*\n$/) });
  await expect(stat(none)).rejects.toThrow('ENOENT');
}, 120_000);

/** All up to some number, no less than `acknowledged`, in order. */
function expectBeginning(device: string, messages: Received[], name: string, acknowledged: number): void {
  const numbers = messages
    .filter(({ topic }) => topic === `crash/${name}`)
    .map(({ payload }) => Number(payload.split(':')[1]));
  const distinct = [...new Set(numbers)];
  const about = { device, publisher: name };
  expect({ ...about, numbers: distinct }).toEqual({
    ...about,
    numbers: distinct.map((_, index) => index + 1),
  });
  expect(distinct.length).toBeGreaterThanOrEqual(acknowledged);
}
