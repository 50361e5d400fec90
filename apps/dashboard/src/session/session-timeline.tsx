import { type SessionDetail } from '@restante/api-client';
import { formatDuration } from '@/format/times.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { NEVER_SECONDS } from '@/sessions/expiry.ts';

interface Moment {
  name: string;
  /** null: it has no time yet. */
  iso: string | null;
  note?: string;
  /** It is still to come. */
  isAhead: boolean;
}

/** The session's life as far as it is known now: what was, and what comes if its client does nothing. */
export function SessionTimeline({ session }: { session: SessionDetail }) {
  return (
    <ol aria-label="Timeline" className="flex flex-wrap text-[13px]">
      {momentsOf(session).map(({ name, iso, note, isAhead }) => (
        <li key={name} className="relative min-w-40 flex-1 pt-5 pr-4">
          <span
            aria-hidden="true"
            className={`absolute top-[7px] right-0 left-0 border-t ${isAhead ? 'border-dashed border-frame' : 'border-ink'}`}
          />
          <span
            aria-hidden="true"
            className={`absolute top-1 left-0 size-2 rounded-full border ${isAhead ? 'border-frame bg-paper' : 'border-ink bg-ink'}`}
          />
          <p className="font-medium">{name}</p>
          <p className="text-quiet">
            {iso === null ? note : <RelativeTime iso={iso} direction />}
            {iso !== null && note !== undefined && `, ${note}`}
          </p>
        </li>
      ))}
    </ol>
  );
}

function momentsOf({
  createdAt,
  connectedAt,
  disconnectedAt,
  expiresAt,
  sessionExpirySeconds,
  remoteAddress,
}: SessionDetail): Moment[] {
  const isFirst = connectedAt !== null && Math.abs(Date.parse(connectedAt) - Date.parse(createdAt)) < 1_000;
  return [
    { name: isFirst ? 'Created and connected' : 'Created', iso: createdAt, isAhead: false },
    ...(disconnectedAt !== null && connectedAt === null
      ? [{ name: 'Left', iso: disconnectedAt, isAhead: false }]
      : []),
    ...(connectedAt !== null && !isFirst
      ? [{ name: 'Connected', iso: connectedAt, note: `from ${remoteAddress}`, isAhead: false }]
      : []),
    { name: 'Expires', iso: expiresAt, note: expiryNote(expiresAt, sessionExpirySeconds), isAhead: true },
  ];
}

function expiryNote(expiresAt: string | null, seconds: number): string | undefined {
  if (expiresAt !== null) return undefined;
  if (seconds === NEVER_SECONDS) return 'never';
  return seconds === 0 ? 'with the connection' : `${formatDuration(seconds)} after the connection`;
}
