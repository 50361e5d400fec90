/**
 * The processes that `npm start` and `npm run dev` are made of: all of them end, the last started first, on Ctrl-C and
 * when one of them ends by itself.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The server says by itself that it did not stop in time. */
const STOP_TIMEOUT_MS = (Number(process.env.RESTANTE_SHUTDOWN_SECONDS) || 30) * 1_000 + 5_000;

/** For what holds no data: the dashboard would wait for every page that somebody has open. */
const GRACE_MS = 3_000;

/** Running children, the last started first. */
const children = [];
let server = null;
let isStopping = false;

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (isStopping ? insist() : stop(0)));

/** Whether the end is under way. */
export function isEnding() {
  return isStopping;
}

/** A child of ours, in a process group of its own: Ctrl-C reaches this process alone, which stops them in order. */
export function run(name, args, options) {
  const child = spawn(process.execPath, args, { cwd: ROOT, detached: true, ...options });
  children.unshift(child);
  if (name === 'server') server = child;
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
    const tooLong = child === server ? undefined : setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    const endedWith = await ended;
    clearTimeout(tooLong);
    // Next does not say by it whether it ended well.
    if (child === server) code ||= endedWith ?? 1;
  }
  clearTimeout(giveUp);
  process.exit(code);
}

/** Told a second time: the children are, too. */
function insist() {
  for (const child of children) child.kill('SIGTERM');
}

/** The end is under way: nothing after this happens. */
export function forever() {
  return new Promise(() => undefined);
}
