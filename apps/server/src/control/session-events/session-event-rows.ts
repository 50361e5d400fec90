import { Prisma, type PrismaClient } from '@restante/database';
import type { SessionEvent } from './session-events.ts';

export interface SessionEventRow extends SessionEvent {
  tenantId: number;
  /** Rises with time; what is written twice is known by it. */
  id: number;
}

/** Writes them in one statement; of tenants that are going or gone nothing is kept. */
export async function putEvents(prisma: PrismaClient, events: readonly SessionEventRow[]): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO session_event (tenant_id, client_id, id, at, kind, detail)
    SELECT "tenantId", "clientId", new.id, to_timestamp(at / 1000.0), kind, detail
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
      AS new ("tenantId" int, "clientId" text, id bigint, at float8, kind text, detail jsonb)
    WHERE EXISTS (SELECT FROM tenant WHERE tenant.id = "tenantId" AND deleting_since IS NULL)
    ON CONFLICT DO NOTHING`;
}

/** Leaves of these client identifiers' events the newest `kept` each. */
export async function trimEvents(
  prisma: PrismaClient,
  of: readonly { tenantId: number; clientId: string }[],
  kept: number,
): Promise<void> {
  const keys = of.map(({ tenantId, clientId }) => ({ tenantId, clientId }));
  await prisma.$executeRaw`
    DELETE FROM session_event USING (
      SELECT DISTINCT "tenantId", "clientId", newest.id
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS touched ("tenantId" int, "clientId" text)
      CROSS JOIN LATERAL (
        SELECT id FROM session_event
        WHERE tenant_id = "tenantId" AND client_id = "clientId" ORDER BY id DESC OFFSET ${kept} LIMIT 1
      ) newest
    ) gone
    WHERE tenant_id = "tenantId" AND client_id = "clientId" AND session_event.id <= gone.id`;
}

/**
 * Removes events from before a time, and of each tenant those that are more than `kept`: at most `limit`, the oldest first.
 *
 * @returns whether there may be more
 */
export async function pruneEvents(
  prisma: PrismaClient,
  { before, kept, limit }: { before: Date; kept: number; limit: number },
): Promise<boolean> {
  const removed = await prisma.$executeRaw`
    WITH bound AS (
      SELECT tenant.id, greatest(${before}::timestamptz, (
        SELECT at FROM session_event WHERE tenant_id = tenant.id ORDER BY at DESC OFFSET ${kept} LIMIT 1
      )) AS until
      FROM tenant
    ), gone AS (
      SELECT old.ctid FROM bound CROSS JOIN LATERAL (
        SELECT ctid FROM session_event WHERE tenant_id = bound.id AND at <= until ORDER BY at LIMIT ${limit}
      ) old LIMIT ${limit}
    )
    DELETE FROM session_event WHERE ctid = ANY (ARRAY (SELECT ctid FROM gone))`;
  return removed === limit;
}

const DELETED_AT_ONCE = 10_000;

/** Removes some of a tenant's events. @returns how many */
export function removeSomeEvents(prisma: PrismaClient, tenantId: number): Promise<number> {
  return prisma.$executeRaw`
    DELETE FROM session_event WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM session_event WHERE tenant_id = ${tenantId} LIMIT ${DELETED_AT_ONCE}
    ))`;
}

/** The newest first, from before an event. */
export function readEvents(
  prisma: PrismaClient,
  { tenantId, clientId }: { tenantId: number; clientId: string },
  { before, limit }: { before: bigint | undefined; limit: number },
): Promise<Prisma.SessionEventGetPayload<object>[]> {
  return prisma.sessionEvent.findMany({
    where: { tenantId, clientId, id: { lt: before } },
    orderBy: { id: 'desc' },
    take: limit,
  });
}
