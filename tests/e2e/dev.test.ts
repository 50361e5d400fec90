import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, within } from '../harness/eventually.ts';
import { isAlive, postmasterPid } from '../harness/processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let dataDirectory: string;
let dev: ChildProcess;
let output = '';

beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'restante-dev-'));
  const [mqtt, http] = [await freePort(), await freePort()];
  dev = spawn(process.execPath, ['scripts/dev.mjs'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: undefined,
      RESTANTE_DATA_DIR: dataDirectory,
      RESTANTE_MQTT_PORT: String(mqtt),
      RESTANTE_HTTP_PORT: String(http),
      RESTANTE_DASHBOARD_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [dev.stdout!, dev.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await said('Ctrl-C stops it.', 120_000);
}, 150_000);

afterAll(async () => {
  dev.kill('SIGINT');
  await rm(dataDirectory, { recursive: true, force: true });
});

function said(text: string, timeoutMs?: number): Promise<true> {
  return eventually(
    `"${text}" is printed`,
    () => {
      if (dev.exitCode !== null) throw new Error(`it ended: ${output}`);
      return output.includes(text);
    },
    timeoutMs,
  );
}

/** A free port, which stays free: the server is to come back to it. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('npm run dev has a dashboard that reaches the server, also after a source of the server was changed', async () => {
  const [, dashboard] = /Dashboard\s+(\S+)/.exec(output)!;
  const whoAmI = () => fetch(`${dashboard}/api/v1/me`, { redirect: 'manual' });
  expect((await whoAmI()).status).toBe(401);
  await utimes(path.join(ROOT, 'apps/server/src/version.ts'), new Date(), new Date());
  await said('The server runs with what was changed.', 60_000);
  expect((await whoAmI()).status).toBe(401);
  expect((await readFile(path.join(dataDirectory, 'demo-password'), 'utf8')).length).toBeGreaterThan(20);
}, 90_000);

test('Ctrl-C ends all of it', async () => {
  const postgres = postmasterPid(dataDirectory)!;
  const ended = new Promise((resolve) => dev.once('exit', resolve));
  dev.kill('SIGINT');
  expect(await within('it ends', ended, 40_000)).toBe(0);
  expect(isAlive(postgres)).toBe(false);
}, 60_000);
