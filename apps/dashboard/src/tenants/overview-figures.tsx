import type { Overview } from '@restante/api-client';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';
import { type Figure, Figures } from '@/interface/figures.tsx';

export function OverviewFigures({ tenant, overview }: { tenant: string; overview: Overview }) {
  return <Figures figures={figuresOf(`/tenants/${tenant}/sessions`, overview)} />;
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
      value: `${formatCount(overview.queuedMessages)}`,
      testId: 'queued-messages',
      door: deepest,
    },
    { name: 'Queued', value: formatBytes(overview.queuedBytes), testId: 'queued-bytes', door: deepest },
    {
      name: 'Messages in / out a second',
      value: `${formatRate(overview.messagesInPerSecond)} / ${formatRate(overview.messagesOutPerSecond)}`,
      testId: 'message-rates',
    },
  ];
}
