import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { eventually, within } from '../harness/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { startServer, type TestServer } from '../harness/test-server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Overview {
  onlineSessions: number;
  offlineSessions: number;
}

let database: TestDatabase;
let server: TestServer;
let demo: ChildProcess;
let output = '';

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer({ env: { DATABASE_URL: database.url } });
  demo = spawn(process.execPath, ['apps/demo/src/main.ts', '--devices', '40', '--pace', '50'], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', RESTANTE_DATA_DIR: server.dataDirectory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [demo.stdout!, demo.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
}, 60_000);

afterAll(async () => {
  demo?.kill('SIGKILL');
  await server.dispose();
  await database.drop();
});

async function overview(): Promise<Overview> {
  if (demo.exitCode !== null) throw new Error(`The demo ended: ${output}`);
  return server.api('/tenants/demo/overview');
}

async function vansWithQueues(): Promise<{ clientId: string; queuedMessages: number }[]> {
  const { items } = await server.api<{ items: { clientId: string; queuedMessages: number }[] }>(
    '/tenants/demo/sessions?q=van-',
  );
  return items;
}

test('with the demo on a running server devices come and go, and queues rise and drain', async () => {
  await eventually('some are there, some are away', async () => {
    const { onlineSessions, offlineSessions } = await overview();
    return onlineSessions > 5 && offlineSessions > 5;
  });
  const waited = new Set<string>();
  await eventually('a van for which messages waited has them all', async () => {
    const vans = await vansWithQueues();
    for (const { clientId, queuedMessages } of vans) if (queuedMessages >= 3) waited.add(clientId);
    return vans.some(({ clientId, queuedMessages }) => queuedMessages === 0 && waited.has(clientId));
  });
  await eventually('somebody leaves an orphan behind', async () => {
    const { items } = await server.api<{ items: unknown[] }>('/tenants/demo/sessions?orphans=true');
    return items.length > 0;
  });
}, 60_000);

test('Ctrl-C ends the demo, and all its devices have gone', async () => {
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  expect({ code: await within('the demo ends', ended, 10_000), output }).toMatchObject({ code: 0 });
  await eventually('nobody is connected', async () => {
    const { items } = await server.api<{ items: unknown[] }>('/tenants/demo/sessions?state=online');
    return items.length === 0;
  });
  expect(output).toMatch(/^40 devices of the tenant demo come and go/);
}, 30_000);
