import mqtt from 'mqtt';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startServer, type TestServer } from '../../../tests/harness/test-server.ts';

const PROGRAM = fileURLToPath(new URL('../bin/restante.mjs', import.meta.url));
const START_TIMEOUT_MS = 60_000;
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
}, START_TIMEOUT_MS);
afterAll(() => server.dispose());

/** The program as a shell runs it. */
async function run(args: string[], { input = '', key = 'the-key-of-the-tests' as string | undefined } = {}) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    RESTANTE_URL: `http://127.0.0.1:${server.ports.http}`,
    RESTANTE_API_KEY: key,
  };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

const json = async (...args: string[]) => JSON.parse((await run(['--json', ...args])).stdout);

test('from a tenant to a message that waits, and away again', async () => {
  expect(await json('tenant', 'create', 'acme', '--name', 'Acme')).toMatchObject({
    slug: 'acme',
    name: 'Acme',
  });
  const issued = await json('credential', 'issue', 'acme', 'sensor', '--label', 'Roof');
  expect(issued).toMatchObject({ mqttUsername: 'acme:sensor', label: 'Roof', password: expect.any(String) });
  const login = ['--username', issued.mqttUsername, '--password', issued.password];
  const tailing = run(['--json', 'tail', 'a/#', ...login, '--count', '1']);
  for (let delivered = 0; delivered === 0;)
    ({ delivered } = await json('publish', 'acme', 'a/b', 'hello', '--qos', '1'));
  const { stdout, code } = await tailing;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    topic: 'a/b',
    qos: 1,
    retain: false,
    payload: Buffer.from('hello').toString('base64'),
  });
  const { stdout: table } = await run(['tenant', 'list']);
  expect(table.split('\n').map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['SLUG', 'NAME'],
    ['acme', 'Acme'],
    ['demo', 'Demo'],
    [''],
  ]);
});

test('messages are watched with the API key alone', async () => {
  await run(['tenant', 'create', 'watched']);
  const tailing = run(['tail', 'a/+', '--tenant', 'watched', '--count', '2']);
  let isOver = false;
  void tailing.then(() => (isOver = true));
  while (!isOver) await run(['publish', 'watched', 'a/b', 'hello']);
  expect(await tailing).toMatchObject({ code: 0, stdout: 'a/b  hello\na/b  hello\n' });
  const refused = await run(['tail', '#', '--tenant', 'nowhere']);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no tenant "nowhere"') });
});

test('a queue is listed, mended and purged', async () => {
  await run(['tenant', 'create', 'queues']);
  const { mqttUsername: username, password } = await json('credential', 'issue', 'queues', 'device');
  const options = { username, password, clientId: 'floor/1', clean: false };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options);
  await client.subscribeAsync('#', { qos: 1 });
  await client.endAsync();
  for (const topic of ['a', 'b', 'c']) {
    const { code } = await run(['publish', 'queues', topic, '--qos', '1'], { input: `of ${topic}\n` });
    expect(code).toBe(0);
  }
  const queue = ['queues', 'floor/1'];
  const { stdout } = await run(['queue', 'list', ...queue]);
  expect(stdout.split('\n')[0]).toMatch(/^ID\s+STATE\s+TOPIC\s+QOS\s+PAYLOADBYTES\s+PUBLISHEDAT\s+PAYLOAD$/);
  expect(stdout.split('\n')[1]).toMatch(/waiting\s+a\s+1\s+5\s+\S+\s+of a\\n$/);
  const [first] = await json('queue', 'list', ...queue);
  expect((await run(['queue', 'delete', ...queue, first.id])).stdout).toBe(`${first.id} is deleted\n`);
  expect(await json('queue', 'purge', ...queue, '--filter', 'b')).toMatchObject({ purgedMessages: 1 });
  expect(await json('session', 'list', 'queues')).toMatchObject([{ clientId: 'floor/1', queuedMessages: 1 }]);
  expect((await run(['session', 'delete', ...queue])).code).toBe(0);
  expect(await json('session', 'list', 'queues')).toEqual([]);
});

test('credentials are imported from a file, and what failed is told', async () => {
  await run(['tenant', 'create', 'import']);
  const file = path.join(server.dataDirectory, 'devices.csv');
  await writeFile(file, 'username,label\na,A\nb c,B\n');
  const { stdout, stderr, code } = await run(['credential', 'import', 'import', file]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'restante: 1 of 2 lines failed\n' });
  expect(stdout).toMatch(
    /^LINE\s+MQTTUSERNAME\s+PASSWORD\s+ERROR\n2\s+import:a\s+\S{43}\s+-\n3\s+-\s+-\s+username must be/,
  );
  expect(await json('credential', 'list', 'import')).toMatchObject([{ username: 'a', label: 'A' }]);
});

test.each([
  [['tenant', 'show', 'nowhere'], 1, 'restante: There is no tenant "nowhere" (tenant-not-found)\n'],
  [['tenant', 'create', 'A'], 1, 'slug must be 1 to 63'],
  [['publish', 'demo', 'a', 'b', '--qos', '3'], 2, 'Allowed choices are 0, 1, 2'],
  [['unknown'], 2, "unknown command 'unknown'"],
  [
    ['--url', 'http://127.0.0.1:1', 'tenant', 'list'],
    1,
    'The server cannot be reached. Is RESTANTE_URL right?',
  ],
])('%j fails with a sentence', async (args, expected, sentence) => {
  const { stderr, stdout, code } = await run(args);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toContain(sentence);
});

test('without a key it says which', async () => {
  const { stderr, code } = await run(['tenant', 'list'], { key: '' });
  expect(code).toBe(1);
  expect(stderr).toContain('RESTANTE_API_KEY');
});
