import { Prisma, type PrismaClient } from '@restante/database';

/** A sample to be kept. */
export interface Sample {
  /** 0: all tenants together. */
  tenantId: number;
  onlineSessions: number;
  offlineSessions: number;
  queuedMessages: number;
  queuedBytes: number;
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  droppedMessages: number;
}

/** The platform as a whole. */
export const PLATFORM = 0;

const GAUGES = ['online_sessions', 'offline_sessions', 'queued_messages', 'queued_bytes'] as const;
const COUNTS = ['messages_in', 'messages_out', 'bytes_in', 'dropped_messages'] as const;
const COLUMNS = Prisma.raw([...GAUGES, ...COUNTS].join(', '));
/** A server that starts again within a step counts what is left of it. */
const MERGED = Prisma.raw(
  [
    ...GAUGES.map((column) => `${column} = excluded.${column}`),
    ...COUNTS.map((column) => `${column} = kept.${column} + excluded.${column}`),
  ].join(', '),
);
/** A tenant's samples that are missing while the server was there hold zeros. */
const AVERAGES = Prisma.raw(GAUGES.map((column) => `sum(fine.${column}) / min(whole.count)`).join(', '));
const SUMS = Prisma.raw(COUNTS.map((column) => `sum(fine.${column})`).join(', '));
const MAX_DELETED = 10_000;

/** @param at when the step began, in seconds since the epoch. Of tenants that are gone meanwhile nothing is kept */
export async function keepSamples(
  prisma: PrismaClient,
  step: number,
  at: number,
  samples: Sample[],
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO history_sample AS kept (tenant_id, step_seconds, at, ${COLUMNS})
    SELECT tenant_id, ${step}::int, to_timestamp(${at}::float8), ${COLUMNS}
    FROM unnest(
      ${samples.map(({ tenantId }) => tenantId)}::int[],
      ${samples.map(({ onlineSessions }) => onlineSessions)}::float8[],
      ${samples.map(({ offlineSessions }) => offlineSessions)}::float8[],
      ${samples.map(({ queuedMessages }) => queuedMessages)}::float8[],
      ${samples.map(({ queuedBytes }) => queuedBytes)}::float8[],
      ${samples.map(({ messagesIn }) => messagesIn)}::float8[],
      ${samples.map(({ messagesOut }) => messagesOut)}::float8[],
      ${samples.map(({ bytesIn }) => bytesIn)}::float8[],
      ${samples.map(({ droppedMessages }) => droppedMessages)}::float8[]
    ) AS sample (tenant_id, ${COLUMNS})
    WHERE tenant_id = ${PLATFORM} OR EXISTS (SELECT FROM tenant WHERE id = tenant_id AND deleting_since IS NULL)
    ON CONFLICT (tenant_id, step_seconds, at) DO UPDATE SET ${MERGED}`;
}

/**
 * Makes coarse samples of fine ones, for all whole coarse steps since the last one there is.
 *
 * @param until where the last whole one ends, in seconds since the epoch
 */
export async function rollUp(
  prisma: PrismaClient,
  fine: number,
  coarse: number,
  until: number,
): Promise<void> {
  await prisma.$executeRaw`
    WITH bounds AS (
      SELECT coalesce(max(at) + make_interval(secs => ${coarse}::int), '-infinity') AS begun,
        to_timestamp(${until}::float8) AS ended
      FROM history_sample WHERE tenant_id = ${PLATFORM} AND step_seconds = ${coarse}
    ), fine AS (
      SELECT *, date_bin(make_interval(secs => ${coarse}::int), at, 'epoch') AS bin
      FROM history_sample, bounds
      WHERE step_seconds = ${fine} AND at >= bounds.begun AND at < bounds.ended
    ), whole AS (
      SELECT bin, count(*) AS count FROM fine WHERE tenant_id = ${PLATFORM} GROUP BY bin
    )
    INSERT INTO history_sample (tenant_id, step_seconds, at, ${COLUMNS})
    SELECT fine.tenant_id, ${coarse}::int, fine.bin, ${AVERAGES}, ${SUMS}
    FROM fine JOIN whole USING (bin) GROUP BY fine.tenant_id, fine.bin
    ON CONFLICT DO NOTHING`;
}

/** @param before in seconds since the epoch. @returns whether there may be more */
export async function deleteOld(prisma: PrismaClient, step: number, before: number): Promise<boolean> {
  const deleted = await prisma.$executeRaw`
    DELETE FROM history_sample WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM history_sample
      WHERE step_seconds = ${step} AND at < to_timestamp(${before}::float8) LIMIT ${MAX_DELETED}
    ))`;
  return deleted === MAX_DELETED;
}
