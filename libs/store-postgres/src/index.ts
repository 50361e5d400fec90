export { type DatabaseDescription, DatabaseWatch } from './connections/database-watch.ts';
export { type PoolUse, useOf } from './connections/pool-use.ts';
export { PostgresStore } from './postgres-store.ts';
