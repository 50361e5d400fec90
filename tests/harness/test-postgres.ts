import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@restante/database';
import { kill9 } from './processes.ts';

/** A PostgreSQL of the test's own, as durable as the product's. */
export interface TestPostgres {
  readonly url: string;
  readonly port: number;
  /** Holds its files, in `postgres`, and its password. */
  readonly directory: string;
  /** Ends every process of it at once; it stays away until start(). */
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops it and removes its files. */
  dispose(): Promise<void>;
}

export interface TestPostgresOptions {
  /** An own one by default; what is there already is started. */
  directory?: string | undefined;
  /** Over the product's. */
  settings?: Record<string, string>;
}

export async function startTestPostgres({
  directory: given,
  settings,
}: TestPostgresOptions = {}): Promise<TestPostgres> {
  const directory = given ?? (await mkdtemp(path.join(tmpdir(), 'restante-postgres-')));
  const log = { info: () => undefined, warn: () => undefined };
  const start = (port?: number) => startEmbeddedPostgres({ directory, port, settings, log });
  let postgres: EmbeddedPostgres = await start();
  const { url, port } = postgres;
  return {
    url,
    port,
    directory,
    async kill9() {
      const { pid } = postgres;
      // Told first that it is to stop, so that its supervisor does not start it again.
      process.kill(pid, 'SIGSTOP');
      const stopped = postgres.stop();
      await kill9(pid);
      await stopped;
    },
    stop: () => postgres.stop(),
    async start() {
      postgres = await start(port);
    },
    async dispose() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
