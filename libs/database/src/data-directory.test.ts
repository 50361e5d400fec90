import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DataDirectoryInUseError, lockDataDirectory } from './data-directory.ts';
import { startOfProcess } from './process-start.ts';

let parent: string;
let directory: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'restante-lock-'));
  directory = path.join(parent, 'data');
});

afterEach(() => rm(parent, { recursive: true, force: true }));

test('the directory is made for its owner alone', async () => {
  await lockDataDirectory(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test('a directory in use is refused in one line that names the process, and free after release', async () => {
  const lock = await lockDataDirectory(directory);
  const error = await lockDataDirectory(directory).catch((reason: unknown) => reason as Error);
  expect(error).toBeInstanceOf(DataDirectoryInUseError);
  expect((error as Error).message).toContain(String(process.pid));
  expect((error as Error).message).not.toContain('\n');
  await lock.release();
  await (await lockDataDirectory(directory)).release();
});

test.each([
  ['of a process that is gone', '4194304 Thu Jan  1 00:00:00 1970\n'],
  ['whose pid was given to another process', `${process.pid} Thu Jan  1 00:00:00 1970\n`],
  ['that was not written to its end', ''],
])('a lock %s is taken over', async (_what, text) => {
  await (await lockDataDirectory(directory)).release();
  const file = path.join(directory, 'server.lock');
  await writeFile(file, text);
  await lockDataDirectory(directory);
  expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} .+\n$`));
});

test('a lock says when its process started, where there is no program ps either', async () => {
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    await lockDataDirectory(directory);
    expect(await readFile(path.join(directory, 'server.lock'), 'utf8')).toMatch(/^\d+ .+\n$/);
  } finally {
    process.env.PATH = PATH;
  }
});

describe('a server that was killed', () => {
  let parentProcess: ChildProcessByStdio<null, Readable, null>;

  /** A process that holds the directory. Its parent does not ask what became of it when it ends. */
  async function anOwner(): Promise<number> {
    parentProcess = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [pid] = (await once(parentProcess.stdout, 'data')) as [Buffer];
    await (await lockDataDirectory(directory)).release();
    const owner = Number(String(pid));
    await writeFile(path.join(directory, 'server.lock'), `${owner} ${startOfProcess(owner)}\n`);
    return owner;
  }

  afterEach(() => parentProcess.kill('SIGKILL'));

  test('does not hold the directory while nobody has reaped it', async () => {
    process.kill(await anOwner(), 'SIGKILL');
    await (await lockDataDirectory(directory)).release();
  });

  test('is waited for when it is about to end', async () => {
    const owner = await anOwner();
    const locked = lockDataDirectory(directory);
    setTimeout(() => process.kill(owner, 'SIGKILL'), 300);
    await (await locked).release();
  });
});
