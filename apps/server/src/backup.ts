import {
  BackupError,
  lockDataDirectory,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
  writeBackup,
} from '@restante/database';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { complain } from './complain.ts';
import { type Config, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { VERSION } from './version.ts';

/** Of the data directory, besides what is in the database: what signs logins and seals secrets, and the example's. */
const FILES = ['login-secret', 'demo-password'];

/** `npm run backup -- <file>`: all there is, at one moment, into a file; the server may run meanwhile. */
async function main(given: string | undefined): Promise<void> {
  if (given === undefined) throw new BackupError('Say to which file: npm run backup -- restante.backup');
  const file = path.resolve(given);
  if (existsSync(file)) throw new BackupError(`${file} is there already.`);
  const config = readConfig({ RESTANTE_LOG_LEVEL: 'warn', ...process.env });
  const { tables, rows } = await withDatabase(config, async (databaseUrl) => {
    const files = await filesOf(config.dataDirectory);
    return writeBackup({ databaseUrl, file, version: VERSION, files });
  });
  process.stdout.write(`${file}: ${rows} rows of ${tables} tables. It holds secrets: keep it as one.\n`);
}

/** The embedded PostgreSQL of a server that is stopped is started for it. */
async function withDatabase<Result>(
  { databaseUrl, dataDirectory, logLevel }: Config,
  use: (databaseUrl: string) => Promise<Result>,
): Promise<Result> {
  if (databaseUrl !== null) return use(databaseUrl);
  if (!existsSync(path.join(dataDirectory, 'postgres')))
    throw new BackupError(`There is no data in ${dataDirectory}: is RESTANTE_DATA_DIR right?`);
  const running = await runningEmbeddedPostgres(dataDirectory);
  if (running !== null) return use(running);
  const lock = await lockDataDirectory(dataDirectory);
  const postgres = await startEmbeddedPostgres({ directory: dataDirectory, log: createLog(logLevel) });
  try {
    return await use(postgres.url);
  } finally {
    await postgres.stop();
    await lock.release();
  }
}

async function filesOf(directory: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const name of FILES) {
    const file = path.join(directory, name);
    if (existsSync(file)) files[name] = await readFile(file);
  }
  return files;
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    complain(error);
    process.exit(1);
  },
);
