export { BackupError, checkBackup } from './backup/backup-file.ts';
export { restoreBackup } from './backup/restore-backup.ts';
export { writeBackup } from './backup/write-backup.ts';
export { createControlPool, createPrisma } from './client.ts';
export { type DataDirectoryLock, DataDirectoryInUseError, lockDataDirectory } from './data-directory.ts';
export {
  type EmbeddedPostgres,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { Prisma, type PrismaClient } from './generated/client.ts';
export { migrate, MigrationError } from './migrate.ts';
export { Outbox, type OutboxMessage } from './outbox.ts';
