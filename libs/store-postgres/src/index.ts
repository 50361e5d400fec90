export { type DatabaseDescription, DatabaseWatch } from './database-watch.ts';
export { type PoolUse } from './pool-use.ts';
export { PostgresStore } from './postgres-store.ts';
