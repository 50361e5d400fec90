import { type Logger, StoreUnavailableError } from '@restante/broker';
import { existsSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import pg from 'pg';
import { CONNECT_WITHIN_MS } from './connecting.ts';
import { readTypes } from './types.ts';

const SETTINGS =
  'SET plan_cache_mode = force_custom_plan; SET max_parallel_workers_per_gather = 0; SET jit = off';

export interface ReadersOptions {
  connectionString: string;
  log: Logger;
  /** What PostgreSQL shows as the application's name. */
  name: string;
  max: number;
  /** Their work goes on when others have none. Only for a PostgreSQL on this machine: it is done by process number. */
  giveWay?: boolean;
}

/**
 * Connections that read.
 *
 * A standby may lag behind what this server has committed: a session that it does not show yet is not one that does not
 * exist. Once promoted it has all that it was sent.
 *
 * Plans are not kept: one that was made when a table was nearly empty takes minutes when a burst has filled it. Nor does
 * one reader get several processors, or code compiled for a statement of milliseconds.
 */
export function createReaders(options: ReadersOptions): pg.Pool {
  const { connectionString, log, name, max } = options;
  const readers = new pg.Pool({
    connectionString,
    application_name: name,
    max,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    types: readTypes,
    verify: (client, done) => void prepare(client, options).then(() => done(), done),
  });
  // Whoever has taken it is told by the next query.
  readers.on('connect', (client) => client.on('error', () => undefined));
  // A connection that breaks while idle is replaced at its next use.
  readers.on('error', (error) =>
    log.warn({ error: error.message }, 'An idle connection to the database broke'),
  );
  return readers;
}

/** @throws StoreUnavailableError */
async function prepare(client: pg.ClientBase, { giveWay = false, log }: ReadersOptions): Promise<void> {
  await client.query(SETTINGS);
  const { rows } = await client.query<{ standby: boolean; pid: number }>(
    'SELECT pg_is_in_recovery() AS standby, pg_backend_pid() AS pid',
  );
  const [{ standby, pid }] = rows;
  if (standby) throw new StoreUnavailableError('The database is a standby, which may lag behind');
  if (!giveWay) return;
  try {
    lower(pid);
  } catch (error) {
    // It reads all the same.
    log.debug({ error: (error as Error).message }, 'A reader has the priority of every process');
  }
}

/**
 * Every process of PostgreSQL is a session of its own, and where Linux shares the processors out by session first its
 * place among them is what counts (sched(7), "The autogroup feature").
 */
function lower(pid: number): void {
  const priority = constants.priority.PRIORITY_LOW;
  setPriority(pid, priority);
  const autogroup = `/proc/${pid}/autogroup`;
  if (existsSync(autogroup)) writeFileSync(autogroup, `${priority}`);
}
