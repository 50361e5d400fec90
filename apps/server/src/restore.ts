import {
  BackupError,
  checkBackup,
  lockDataDirectory,
  restoreBackup,
  startEmbeddedPostgres,
} from '@restante/database';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { complain } from './complain.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';

/** `npm run restore -- <file>`: a backup into a data directory that is new, or an empty database. */
async function main(given: string | undefined): Promise<void> {
  if (given === undefined) throw new BackupError('Say from which file: npm run restore -- restante.backup');
  const file = path.resolve(given);
  const { databaseUrl, dataDirectory, logLevel } = readConfig({ RESTANTE_LOG_LEVEL: 'warn', ...process.env });
  const { files, takenAt } = await checkBackup(file);
  const taken = ['postgres', ...Object.keys(files)].find((name) =>
    existsSync(path.join(dataDirectory, name)),
  );
  if (taken !== undefined)
    throw new BackupError(
      `${dataDirectory} has data of a Restante already (${taken}): name another by RESTANTE_DATA_DIR.`,
    );
  const lock = await lockDataDirectory(dataDirectory);
  try {
    if (databaseUrl !== null) await restoreBackup(databaseUrl, file);
    else await restoreEmbedded(dataDirectory, file, createLog(logLevel));
    for (const [name, data] of Object.entries(files))
      await writeFile(path.join(dataDirectory, path.basename(name)), data, {
        encoding: 'base64',
        mode: 0o600,
      });
  } finally {
    await lock.release();
  }
  process.stdout.write(`${dataDirectory} has what was there at ${takenAt}.\n`);
}

/** A cluster that was filled in part is removed: a server that starts on it would begin anew. */
async function restoreEmbedded(
  directory: string,
  file: string,
  log: ReturnType<typeof createLog>,
): Promise<void> {
  const postgres = await startEmbeddedPostgres({ directory, log });
  try {
    await restoreBackup(postgres.url, file);
    await postgres.stop();
  } catch (error) {
    await postgres.stop();
    await rm(path.join(directory, 'postgres'), { recursive: true });
    throw error;
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    complain(error);
    process.exit(1);
  },
);
