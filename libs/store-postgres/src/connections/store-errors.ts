import { StoreFencedError, StoreUnavailableError } from '@restante/broker';
import pg from 'pg';

/** SQLSTATE of begin_batch() (prisma/migrations). */
const FENCED = 'RS001';
export const ALREADY_COMMITTED = 'RS002';

/**
 * Classes and codes after which the same batch may succeed: connection, insufficient resources (a full disk),
 * operator intervention (shutdown, crash, time-out), system error, read-only (a standby), serialization, deadlock.
 */
const PASSING = /^(08|53|57|58|25006|40001|40P01)/;

/** Says in the engine's terms what became of a statement. */
export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof StoreFencedError) return error;
  // Without an answer of PostgreSQL it is the socket or the driver that failed, not a statement.
  if (!(error instanceof pg.DatabaseError)) {
    return new StoreUnavailableError((error as Error).message, { cause: error });
  }
  if (error.code === FENCED) return new StoreFencedError(error.message);
  return PASSING.test(error.code ?? '') ? new StoreUnavailableError(error.message, { cause: error }) : error;
}
