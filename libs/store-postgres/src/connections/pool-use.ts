import type pg from 'pg';

/** Connections of a pool. */
export interface PoolUse {
  pool: string;
  /** Made, whether in use or not. */
  connections: number;
  inUse: number;
  /** Requests that wait for one. */
  waiting: number;
  max: number;
}

/** How a pool is used now, under the name by which it is told. */
export function useOf(name: string, pool: pg.Pool): PoolUse {
  const { totalCount, idleCount, waitingCount, options } = pool;
  return {
    pool: name,
    connections: totalCount,
    inUse: totalCount - idleCount,
    waiting: waitingCount,
    max: options.max!,
  };
}
