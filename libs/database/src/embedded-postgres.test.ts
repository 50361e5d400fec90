import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const settings = { fsync: 'off', shared_buffers: '16MB' };
const running = new Set<EmbeddedPostgres>();
let directory: string;
let onWarning: (text: string) => void = () => undefined;
const log = { info: () => undefined, warn: (_: object, text: string) => onWarning(text) };

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'restante-cluster-'));
  onWarning = () => undefined;
});

afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  running.clear();
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ directory, settings, log });
  running.add(postgres);
  return postgres;
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('what was written is there at the next start, on the same port', async () => {
  const first = await start();
  await query(first, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.stop();
  await expect(query(first, 'SELECT 1')).rejects.toThrow();
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
}, 60_000);

test('the database needs its password, and listens on the loopback alone', async () => {
  const postgres = await start();
  const url = new URL(postgres.url);
  url.password = 'wrong';
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await expect(client.connect()).rejects.toThrow(/password/);
  expect(await query(postgres, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
}, 60_000);

test('a PostgreSQL that was killed is started again on the same port, with its data', async () => {
  const postgres = await start();
  await query(postgres, 'CREATE TABLE kept AS SELECT 1 AS one');
  const { pid } = postgres;
  process.kill(pid, 'SIGKILL');
  for (;;) {
    const rows = await query(postgres, 'SELECT one FROM kept').catch(() => null);
    if (rows !== null && postgres.pid !== pid) {
      expect(rows).toEqual([{ one: 1 }]);
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}, 60_000);

test('one that an earlier server left running is taken over, and stopped with this one', async () => {
  const left = await start();
  const adopted = await start();
  expect({ pid: adopted.pid, port: adopted.port }).toEqual({ pid: left.pid, port: left.port });
  expect(await query(adopted, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  // Both are told that it is to stop, as it is one process.
  await Promise.all([left.stop(), adopted.stop()]);
  await expect(query(adopted, 'SELECT 1')).rejects.toThrow();
}, 60_000);

test('a port that was taken meanwhile is left to who has it', async () => {
  const first = await start();
  await first.stop();
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
  const second = await start();
  expect(second.port).not.toBe(first.port);
  expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await new Promise((resolve) => squatter.close(resolve));
}, 60_000);

test('a setting that PostgreSQL refuses is told with its reason, and it is not started again', async () => {
  const warnings: string[] = [];
  onWarning = (text) => warnings.push(text);
  const faulty = startEmbeddedPostgres({ directory, settings: { max_connections: 'many' }, log });
  await expect(faulty).rejects.toThrow(/max_connections/);
  expect(warnings).toEqual([]);
}, 60_000);

test('a cluster that was half made is made anew', async () => {
  await writeFile(path.join(directory, 'postgres.unfinished'), 'not a cluster');
  expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
}, 60_000);
