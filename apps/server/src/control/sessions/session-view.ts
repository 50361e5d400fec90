import { type SessionDetail, type SessionSummary } from '@restante/broker';
import { toTime } from '../times.ts';

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
