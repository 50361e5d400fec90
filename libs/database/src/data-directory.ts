import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startOfProcess } from './process-start.ts';

/** A server that was just killed may need a moment to go. */
const WAIT_MS = 3_000;
const POLL_MS = 50;

/** Another server uses the data directory. The message is for the operator. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';
}

export interface DataDirectoryLock {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes the directory (mode 0700) and takes it for this process. The lock is a file that names the process and when
 * it started: one that a killed process left behind is recognized, also when its pid was given to another.
 *
 * @throws DataDirectoryInUseError when a process that lives has it
 */
export async function lockDataDirectory(directory: string): Promise<DataDirectoryLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const file = path.join(directory, 'server.lock');
  const mine = `${process.pid} ${startOfProcess(process.pid)}\n`;
  for (const end = Date.now() + WAIT_MS; ;) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return { path: directory, release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = await ownerOf(file);
    if (Date.now() > end) {
      throw new DataDirectoryInUseError(
        `The data directory ${directory} is in use by another Restante server (pid ${pid ?? 'unknown'}).`,
      );
    }
    if (pid === null) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The process that holds the lock; null: it is gone. */
async function ownerOf(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, pid, start] = /^(\d+) (.*)\n/.exec(text) ?? [];
  if (pid === undefined || startOfProcess(Number(pid)) !== start) return null;
  return Number(pid);
}
