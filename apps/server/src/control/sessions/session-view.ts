import type { SessionDetail, SessionSummary } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { policyInForce } from '../policies/policy-in-force.ts';
import { toTime } from '../times.ts';
import type { SessionDetailView } from './sessions.dto.ts';

/** With its times as texts. */
export function toSessionView<Session extends SessionSummary | SessionDetail>(session: Session) {
  const { createdAt, connectedAt, disconnectedAt, expiresAt } = session;
  return {
    ...session,
    createdAt: new Date(createdAt).toISOString(),
    connectedAt: toTime(connectedAt),
    disconnectedAt: toTime(disconnectedAt),
    expiresAt: toTime(expiresAt),
  };
}

/** With the policy that it lives by. */
export async function toSessionDetailView(
  prisma: PrismaClient,
  tenantId: number,
  session: SessionDetail,
): Promise<SessionDetailView> {
  return { ...toSessionView(session), policy: await policyInForce(prisma, tenantId, session.username) };
}
