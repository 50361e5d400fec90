import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Login } from './device.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START = path.join(ROOT, 'scripts/start.mjs');
const ANSWER_TIMEOUT_MS = 2_000;
/** The first start builds everything. */
const START_TIMEOUT_MS = 300_000;
const POLL_MS = 200;

/** There is nothing that the devices could connect to. The message is for the person who started the demo. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
}

interface Ports {
  mqtt: number;
  http: number;
}

/** What `npm start` or `npm run dev` runs on a data directory; started here when it does not run yet. */
export class Installation {
  private readonly dataDirectory = path.resolve(process.env.RESTANTE_DATA_DIR || 'data');
  private readonly host: string;
  private server: ChildProcess | null = null;

  constructor() {
    const host = process.env.RESTANTE_HOST || '127.0.0.1';
    this.host = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  }

  /** Aborts when a server that was started here ends by itself. @throws InstallationError */
  async login(signal: AbortController): Promise<Login> {
    const ports = (await this.runningPorts()) ?? (await this.start(signal));
    const password = await this.demoPassword();
    return { url: `mqtt://${this.host}:${ports.mqtt}`, username: 'demo:device', password };
  }

  /** null: nothing answers there. */
  private async runningPorts(): Promise<Ports | null> {
    const text = await readOptional(path.join(this.dataDirectory, 'ports.json'));
    if (text === null) return null;
    const ports = JSON.parse(text) as Ports;
    const answer = await fetch(`http://${this.host}:${ports.http}/healthz`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).catch(() => null);
    return answer?.ok ? ports : null;
  }

  private async start(ending: AbortController): Promise<Ports> {
    // In a process group of its own: Ctrl-C is for the demo, whose devices go first.
    const server = spawn(process.execPath, [START], {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    this.server = server;
    server.once('exit', () => ending.abort());
    for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end && !ending.signal.aborted;) {
      const ports = await this.runningPorts();
      if (ports !== null) return ports;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new InstallationError('The server did not start.');
  }

  private async demoPassword(): Promise<string> {
    const file = path.join(this.dataDirectory, 'demo-password');
    const password = await readOptional(file);
    if (password === null)
      throw new InstallationError(
        `The secret of the tenant demo is not in ${file}: it is made at the first start on an empty database.`,
      );
    return password;
  }

  /** Ends the server if it was started here. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
}

/** null: there is no such file. */
async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
