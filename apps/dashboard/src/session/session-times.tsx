import type { Session } from '@restante/api-client';
import { formatDuration } from '@/format/times.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { NEVER_SECONDS } from '@/sessions/expiry.ts';

/** How long the session has been in its present state. */
export function SessionSince({ session: { connectedAt, disconnectedAt, createdAt } }: { session: Session }) {
  return <RelativeTime iso={connectedAt ?? disconnectedAt ?? createdAt} />;
}

/** When the session ends if its client does not come back. */
export function SessionExpiry({ session: { expiresAt, sessionExpirySeconds } }: { session: Session }) {
  if (expiresAt !== null) return <RelativeTime iso={expiresAt} direction />;
  if (sessionExpirySeconds === NEVER_SECONDS) return 'never';
  if (sessionExpirySeconds === 0) return 'with connection';
  return (
    <span title="Counts from the end of the connection">{formatDuration(sessionExpirySeconds)} after it</span>
  );
}
