import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';

/** Connections of the control plane. */
export function createControlPool(databaseUrl: string): pg.Pool {
  return new pg.Pool({ connectionString: databaseUrl, application_name: 'restante control', max: 8 });
}

/** The control plane's view of the database. Close it with `$disconnect()`, which ends the pool too. */
export function createPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
}
