import type { PolicyDryRun } from '@restante/api-client';
import Link from 'next/link';
import { formatCount, formatCountOf } from '@/format/numbers.ts';

/** What the change would drop now, and from whom. undefined: not known yet. */
export function DryRunAnswer({ tenant, answer }: { tenant: string; answer: PolicyDryRun | undefined }) {
  if (answer === undefined) return <p className="text-[13px] text-quiet">Trying the change.</p>;
  const { sessions, cutSessions, droppedMessages, items, isComplete } = answer;
  const least = isComplete ? '' : 'at least ';
  if (droppedMessages === 0)
    return (
      <p className="text-[13px]" data-testid="dry-run">
        Nothing would be dropped now: {formatCountOf(sessions, 'session')} with a queue{' '}
        {sessions === 1 ? 'is' : 'are'} under it.
      </p>
    );
  return (
    <div className="border-l-2 border-accent pl-3 text-[13px]" data-testid="dry-run">
      <p className="font-medium text-accent">
        Saving drops {least}
        {formatCountOf(droppedMessages, 'message')} now, from {formatCount(cutSessions)} of{' '}
        {formatCountOf(sessions, 'session')} with a queue.
      </p>
      <ul className="mt-1 flex flex-wrap gap-x-4">
        {items.map((queue) => (
          <li key={queue.clientId}>
            <Link
              href={`/tenants/${tenant}/sessions/${encodeURIComponent(queue.clientId)}`}
              className="door font-mono"
            >
              {queue.clientId}
            </Link>
            : {formatCount(queue.droppedMessages)} of {formatCount(queue.queuedMessages)}
          </li>
        ))}
      </ul>
    </div>
  );
}
