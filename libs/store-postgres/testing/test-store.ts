import pg from 'pg';
import { SILENT } from '../../../tests/harness/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/test-database.ts';
import { PostgresStore } from '../src/postgres-store.ts';
import { readTypes } from '../src/connections/types.ts';

/** A database of the test's own, stores on it, and a connection beside them to look at it. */
export class TestStore {
  private readonly stores = new Set<PostgresStore>();

  private constructor(
    readonly database: TestDatabase,
    readonly client: pg.Client,
  ) {}

  static async start(): Promise<TestStore> {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url, types: readTypes });
    await client.connect();
    return new TestStore(database, client);
  }

  /** A store that has not been opened. */
  connect(connectionString = this.database.url): PostgresStore {
    const store = new PostgresStore({ connectionString, log: SILENT });
    this.stores.add(store);
    return store;
  }

  async close(store: PostgresStore): Promise<void> {
    this.stores.delete(store);
    await store.close();
  }

  async query<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query(sql, values);
    return rows as Row[];
  }

  async count(table: string): Promise<number> {
    const [{ count }] = await this.query<{ count: number }>(`SELECT count(*) FROM ${table}`);
    return count;
  }

  /** The backend of a store, once it waits for a lock that the test holds in a transaction of its own. */
  async blockedBackend(): Promise<number> {
    for (;;) {
      // Within a transaction the view would stay as it was when first looked at.
      await this.query('SELECT pg_stat_clear_snapshot()');
      const [blocked] = await this.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (blocked !== undefined) return blocked.pid;
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.stores].map((store) => store.close()));
    await this.client.end();
    await this.database.drop();
  }
}
