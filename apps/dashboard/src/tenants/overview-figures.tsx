import { type Overview } from '@restante/api-client';
import Link from 'next/link';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';

interface Figure {
  name: string;
  value: string;
  testId: string;
  /** The list that the figure counts, where there is one. */
  door?: string;
}

export function OverviewFigures({ tenant, overview }: { tenant: string; overview: Overview }) {
  return (
    <dl className="grid grid-cols-4 border-y border-hairline xl:grid-cols-8">
      {figuresOf(`/tenants/${tenant}/sessions`, overview).map(({ name, value, testId, door }) => (
        <div key={name} className="py-3">
          <dt className="text-xs text-quiet">{name}</dt>
          <dd className="text-lg font-medium tabular-nums" data-testid={testId}>
            {door === undefined ? (
              value
            ) : (
              <Link href={door} className="door">
                {value}
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function figuresOf(sessions: string, overview: Overview): Figure[] {
  const deepest = `${sessions}?sort=queuedMessages`;
  return [
    {
      name: 'Online sessions',
      value: formatCount(overview.onlineSessions),
      testId: 'online-sessions',
      door: `${sessions}?state=online`,
    },
    {
      name: 'Offline sessions',
      value: formatCount(overview.offlineSessions),
      testId: 'offline-sessions',
      door: `${sessions}?state=offline`,
    },
    {
      name: 'Queued messages',
      value: formatCount(overview.queuedMessages),
      testId: 'queued-messages',
      door: deepest,
    },
    { name: 'Queued', value: formatBytes(overview.queuedBytes), testId: 'queued-bytes', door: deepest },
    { name: 'Retained messages', value: formatCount(overview.retainedMessages), testId: 'retained-messages' },
    { name: 'Retained', value: formatBytes(overview.retainedBytes), testId: 'retained-bytes' },
    { name: 'Messages in / s', value: formatRate(overview.messagesInPerSecond), testId: 'messages-in' },
    { name: 'Messages out / s', value: formatRate(overview.messagesOutPerSecond), testId: 'messages-out' },
  ];
}
