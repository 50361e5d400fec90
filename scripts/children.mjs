/**
 * The processes that `npm start` and `npm run dev` are made of: all of them end, the last started first, on Ctrl-C and
 * when one of them ends by itself.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STOP_TIMEOUT_MS = 35_000;

/** Running children, the last started first. */
const children = [];
let isStopping = false;

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

/** Whether the end is under way. */
export function isEnding() {
  return isStopping;
}

/** A child of ours, in a process group of its own: Ctrl-C reaches this process alone, which stops them in order. */
export function run(name, args, options) {
  const child = spawn(process.execPath, args, { cwd: ROOT, detached: true, ...options });
  children.unshift(child);
  child.on('exit', (code, signal) => {
    children.splice(children.indexOf(child), 1);
    if (isStopping || name === 'build') return;
    // The server has said why, in one line.
    if (name !== 'server' || signal !== null)
      process.stderr.write(`The ${name} ended (${signal ?? `exit code ${code}`}).\n`);
    void stop(code || 1);
  });
  return child;
}

export async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  const giveUp = setTimeout(() => {
    for (const { pid } of children) process.kill(pid, 'SIGKILL');
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  for (const child of [...children]) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  clearTimeout(giveUp);
  process.exit(code);
}

/** The end is under way: nothing after this happens. */
export function forever() {
  return new Promise(() => undefined);
}
