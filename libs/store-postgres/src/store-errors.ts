import { StoreFencedError, StoreUnavailableError } from '@restante/broker';

/** SQLSTATE of begin_batch() (prisma/migrations). */
export const FENCED = 'RS001';
export const ALREADY_COMMITTED = 'RS002';

/**
 * Classes and codes after which the same batch may succeed: connection, insufficient resources (a full disk),
 * operator intervention (shutdown, crash, time-out), system error, read-only (a standby), serialization, deadlock.
 */
const PASSING = /^(08|53|57|58|25006|40001|40P01)/;

/** Says in the engine's terms what became of a statement. */
export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof StoreFencedError) return error;
  const { code, message } = error as { code?: unknown; message: string };
  if (code === FENCED) return new StoreFencedError(message);
  const isSqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  // Without an SQLSTATE it is the socket or the driver that failed, not a statement.
  if (!isSqlState || PASSING.test(code)) return new StoreUnavailableError(message, { cause: error });
  return error as Error;
}
