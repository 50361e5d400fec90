export { createPrisma } from './client.ts';
export { type DataDirectoryLock, DataDirectoryInUseError, lockDataDirectory } from './data-directory.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
export { Prisma, type PrismaClient } from './generated/client.ts';
export { migrate, MigrationError } from './migrate.ts';
export { Outbox, type OutboxMessage } from './outbox.ts';
