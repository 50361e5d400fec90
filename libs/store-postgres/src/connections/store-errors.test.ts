import { StoreFencedError, StoreUnavailableError } from '@restante/broker';
import pg from 'pg';
import { toStoreError } from './store-errors.ts';

/** An error as PostgreSQL sends it. */
function databaseError(code: string): Error {
  return Object.assign(new pg.DatabaseError(`error ${code}`, 0, 'error'), { code });
}

/** An error as a socket gives it. */
function socketError(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

test.each(['EPIPE', 'ECONNRESET', 'ECONNREFUSED'])('a socket that failed (%s) may work again', (code) => {
  expect(toStoreError(socketError(code))).toBeInstanceOf(StoreUnavailableError);
});

test.each(['08006', '53100', '57P01', '57P03', '58030', '25006', '40P01'])('SQLSTATE %s may pass', (code) => {
  expect(toStoreError(databaseError(code))).toBeInstanceOf(StoreUnavailableError);
});

test.each(['23505', '42P01', '22003'])('SQLSTATE %s will not pass', (code) => {
  const error = databaseError(code);
  expect(toStoreError(error)).toBe(error);
});

test('a server that was taken over is told so', () => {
  expect(toStoreError(databaseError('RS001'))).toBeInstanceOf(StoreFencedError);
});
