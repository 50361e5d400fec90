import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.ts';

/** Whether there is such a process that still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sends SIGKILL and waits until the process is gone. One that is gone already is left alone. */
export async function kill9(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGKILL');
  await eventually(`process ${pid} is gone`, () => !isAlive(pid));
}

/** The pid of the PostgreSQL whose cluster lies in `directory`/postgres; null: none has written it. */
export function postmasterPid(directory: string): number | null {
  try {
    const pid = parseInt(readFileSync(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
