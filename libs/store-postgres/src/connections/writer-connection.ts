import { type Logger, StoreFencedError, StoreUnavailableError } from '@restante/broker';
import pg from 'pg';
import { CONNECT_WITHIN_MS } from './connecting.ts';
import { toStoreError } from './store-errors.ts';
import { readTypes } from './types.ts';

/** Key of the advisory lock that the server holds that writes: "rest" in ASCII. */
const WRITER_LOCK = 0x72657374;
/**
 * Everything a batch touches is found by its key. A plan is kept from when a table was nearly empty, and must still be
 * right when a burst has filled it.
 */
export const BY_KEY = 'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off';
const LOCK_TRIES = 50;
const LOCK_PAUSE_MS = 200;

/**
 * The one connection that writes. It holds an advisory lock, so that a second server on the same database is
 * turned away; if it breaks, the lock is taken anew before anything is written.
 */
export class WriterConnection {
  private client: pg.Client | null = null;
  private connecting: Promise<pg.Client> | null = null;
  private isClosed = false;

  constructor(
    private readonly connectionString: string,
    private readonly log: Logger,
  ) {}

  /**
   * @throws StoreUnavailableError while the database cannot be reached, and after `close`
   * @throws StoreFencedError when another server holds the lock
   */
  async get(): Promise<pg.Client> {
    if (this.client !== null) return this.client;
    if (this.isClosed) throw new StoreUnavailableError('The store is closed');
    this.connecting ??= this.connect().finally(() => (this.connecting = null));
    return this.connecting;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    // One that is being made ends itself, and tells whoever asked for it.
    await this.connecting?.catch(() => undefined);
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      application_name: 'restante writer',
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      types: readTypes,
    });
    client.on('error', (error) => {
      this.log.warn({ error: error.message }, 'The connection to the database broke');
      if (this.client === client) this.client = null;
    });
    client.on('end', () => {
      if (this.client === client) this.client = null;
    });
    try {
      await client.connect();
      await this.lock(client);
      await client.query(BY_KEY);
    } catch (error) {
      client.end().catch(() => undefined);
      throw toStoreError(error);
    }
    this.client = client;
    return client;
  }

  /** The backend of a server that was killed may live on for a moment: the lock is asked for a few times. */
  private async lock(client: pg.Client): Promise<void> {
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
        WRITER_LOCK,
      ]);
      if (this.isClosed) throw new StoreUnavailableError('The store is closed');
      if (rows[0].locked) return;
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    }
    throw new StoreFencedError('Another Restante server is running on this database');
  }
}
