import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const KEPT_OUTPUT_CHARACTERS = 4_000;
const STOP_TIMEOUT_MS = 30_000;

/** All that run, for {@link terminateAll}. */
const running = new Set<ChildProcess>();

/** A process that was started here and is ended by its pid, in a process group of its own: Ctrl-C is not for it. */
export class Child {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  private output = '';

  /** With `ipc`, the child is told (by `disconnect`) when this process ends without a word. */
  constructor(program: string, args: string[], { env, ipc }: { env?: NodeJS.ProcessEnv; ipc: boolean }) {
    this.process = spawn(program, args, {
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
    });
    running.add(this.process);
    this.exited = new Promise((resolve) => {
      this.process.once('exit', resolve);
      this.process.once('error', (error) => {
        this.output += error.message;
        resolve(error);
      });
    }).finally(() => running.delete(this.process));
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => (this.output = (this.output + text).slice(-KEPT_OUTPUT_CHARACTERS)));
    }
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get isRunning(): boolean {
    return running.has(this.process);
  }

  /** The first message that it sends. @throws Error with what it wrote when it ends before, or after `timeoutMs` */
  async firstMessage(timeoutMs: number): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const ended = this.exited.then(() => {
      throw new Error(`It ended at its start: ${this.output.trim()}`);
    });
    const [message] = (await Promise.race([once(this.process, 'message', { signal: timeout }), ended])) as [
      unknown,
    ];
    return message;
  }

  /** What it wrote last. */
  get log(): string {
    return this.output.trim();
  }

  /** Resolves when it is gone. SIGTERM becomes SIGKILL when it is not heard in time. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.isRunning) return;
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.process.kill(signal);
    await this.exited;
    clearTimeout(timer);
  }
}

/** The last word of this process to those it started, when it cannot wait for their end. */
export function terminateAll(): void {
  for (const child of running) child.kill('SIGTERM');
}
