import type { Logger } from '@restante/broker';
import pg from 'pg';
import { CONNECT_WITHIN_MS } from './connecting.ts';
import { readTypes } from './types.ts';

const ASK_EVERY_MS = 2_000;
const ANSWER_WITHIN_MS = 5_000;
/** The size of a database of very many files takes a moment to be added up. */
const DESCRIBE_EVERY_MS = 30_000;

const TOO_MANY_CONNECTIONS = '53300';

/** PostgreSQL as it was when last asked. */
export interface DatabaseDescription {
  /** `18.1`. */
  version: string;
  sizeBytes: number;
  /** Of all its clients. */
  connections: number;
  maxConnections: number;
}

const DESCRIBE = `SELECT current_setting('server_version') AS version,
  pg_database_size(current_database()) AS "sizeBytes",
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
  current_setting('max_connections')::int AS "maxConnections"`;

/**
 * Asks PostgreSQL every two seconds whether it is there, over a connection of its own, so that neither a busy pool looks
 * like a database that is away, nor one that hangs like a busy pool.
 */
export class DatabaseWatch {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private asking: Promise<void> | null = null;
  private describedAt = -Infinity;
  private isStopped = false;

  /** Why it did not answer when it was last asked; null: it did. */
  fault: Error | null = null;
  /** How long its last answer took; null: none has come yet. */
  answerMs: number | null = null;
  /** Last known; null: it has not been asked yet. */
  description: DatabaseDescription | null = null;

  constructor(
    private readonly connectionString: string,
    private readonly log: Logger,
  ) {}

  /** Resolves when it was asked for the first time. */
  async start(): Promise<void> {
    await this.ask();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.asking;
    await this.client?.end();
  }

  private async ask(): Promise<void> {
    this.asking = this.askOnce();
    await this.asking;
    if (!this.isStopped) this.timer = setTimeout(() => void this.ask(), ASK_EVERY_MS);
  }

  private async askOnce(): Promise<void> {
    const startedAt = performance.now();
    try {
      const client = (this.client ??= await this.connect());
      const isDue = startedAt - this.describedAt >= DESCRIBE_EVERY_MS;
      // A standby answers too, but takes nothing.
      const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      this.answerMs = performance.now() - startedAt;
      if (rows[0].standby) throw new Error('the database is a standby, which takes no writes');
      if (isDue) {
        [this.description] = (await client.query<DatabaseDescription>(DESCRIBE)).rows;
        this.describedAt = startedAt;
      }
      this.fault = null;
    } catch (error) {
      this.leave();
      // It is there, and has no place for this one.
      if (error instanceof pg.DatabaseError && error.code === TOO_MANY_CONNECTIONS) return;
      if (this.fault === null)
        this.log.debug({ error: (error as Error).message }, 'PostgreSQL does not answer');
      this.fault = error as Error;
    }
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      application_name: 'restante watch',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      types: readTypes,
    });
    client.on('error', (error) => {
      this.fault = error;
      if (this.client === client) this.client = null;
    });
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  private leave(): void {
    const { client } = this;
    this.client = null;
    // What hangs must not be waited for.
    client?.end().catch(() => undefined);
  }
}
