import { Worker } from 'node:worker_threads';
import { DomainError } from '../errors.ts';
import { type Certificate, normalSerialNumber } from './certificate.ts';
import type { ReadingTask, ReadList } from './read-list.ts';

/** About ten thousand entries, in base64. */
export const MAX_LIST_LENGTH = 1_000_000;
const MAX_READING_MS = 30_000;
const MAX_HEAP_MB = 512;
/** Clocks differ. */
const MAX_SKEW_MS = 5 * 60_000;

/** What an authority says it has revoked (RFC 5280 section 5); numbers without leading zeros. */
export type RevocationList = ReadList;

/** Lists are read one after the other, whoever sends them. */
let reading: Promise<unknown> = Promise.resolve();

/**
 * Reads a revocation list that an authority has signed.
 *
 * @param text - PEM, or DER in base64
 * @throws DomainError `invalid-request`
 */
export async function readRevocationList(text: string, authority: Certificate): Promise<RevocationList> {
  const result = reading.then(() => readInWorker({ text, authority: authority.x509.raw }));
  reading = result.catch(() => undefined);
  const read = await result;
  if (typeof read === 'string') throw invalid(read);
  if (!(read.thisUpdate.getTime() <= Date.now() + MAX_SKEW_MS)) throw invalid('It is of the future');
  const revoked = new Map(
    read.revoked.map(({ serialNumber, revokedAt }) => [normalSerialNumber(serialNumber), revokedAt]),
  );
  return {
    ...read,
    number: read.number === null ? null : normalSerialNumber(read.number),
    revoked: [...revoked].map(([serialNumber, revokedAt]) => ({ serialNumber, revokedAt })),
  };
}

async function readInWorker(task: ReadingTask): Promise<ReadList | string> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./revocation-list-worker.${extension}`, import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  let deadline: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve('It is too long');
        else reject(error);
      });
      deadline = setTimeout(() => resolve('It takes too long to read'), MAX_READING_MS);
    });
  } finally {
    clearTimeout(deadline);
    await worker.terminate();
  }
}

/** Whether the first of two lists was issued before the second one. */
export function isOlder(
  list: Pick<RevocationList, 'number' | 'thisUpdate'>,
  other: Pick<RevocationList, 'number' | 'thisUpdate'>,
): boolean {
  if (list.number === null || other.number === null) return list.thisUpdate < other.thisUpdate;
  return BigInt(`0x${list.number}`) < BigInt(`0x${other.number}`);
}

function invalid(message: string): DomainError {
  return new DomainError('invalid-request', message, [{ path: 'crl', message }]);
}
