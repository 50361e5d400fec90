import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * The calling thread gets a processor as soon as it wants one (`SCHED_FIFO` of Linux): it stands for machines of their
 * own, which do not wait for what the server's machine does.
 *
 * @throws Error where there is no such thing, or it is not allowed
 */
export async function takePrecedence(): Promise<void> {
  const thread = path.basename(readlinkSync('/proc/thread-self'));
  await promisify(execFile)('chrt', ['--fifo', '--pid', '1', thread]);
}
