import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataDirectoryInUseError, lockDataDirectory } from './data-directory.ts';

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
