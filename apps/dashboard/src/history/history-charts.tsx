'use client';

import type { History } from '@restante/api-client';
import { formatRate } from '@/format/numbers.ts';
import { formatDuration } from '@/format/times.ts';
import { Chart, type Series } from '@/interface/chart.tsx';
import { type Column, type Recent, since, timesOf, valuesOf } from './recent.ts';

interface OneChart {
  label: string;
  format: (value: number) => string;
  series: (Series & { column: Column })[];
}

const CHARTS: OneChart[] = [
  {
    label: 'Messages a second',
    format: formatRate,
    series: [
      { name: 'in', column: 'messagesInPerSecond', colour: '--ink' },
      { name: 'out', column: 'messagesOutPerSecond', colour: '--online', isDashed: true },
    ],
  },
  {
    label: 'Queued messages',
    format: formatRate,
    series: [{ name: 'queued', column: 'queuedMessages', colour: '--ink' }],
  },
  {
    label: 'Sessions',
    format: formatRate,
    series: [
      { name: 'online', column: 'onlineSessions', colour: '--online' },
      { name: 'offline', column: 'offlineSessions', colour: '--frame', isDashed: true },
    ],
  },
];

const DROPS: Series[] = [{ name: 'dropped', colour: '--accent' }];

/** Steps of a history, which hold averages, and behind them what has been seen since. */
export function HistoryCharts({ history, looks }: { history: History; looks: readonly Recent[] }) {
  const recent = since(history, looks);
  const times = timesOf(history, recent);
  return (
    <div className="grid grid-cols-1 gap-x-12 gap-y-6 lg:grid-cols-2">
      {CHARTS.map(({ label, format, series }) => {
        const [first, ...others] = series.map(({ column }) => valuesOf(history, recent, column));
        return (
          <Chart key={label} label={label} series={series} format={format} data={[times, first, ...others]} />
        );
      })}
      <Chart
        label={`Dropped messages, each ${formatDuration(history.stepSeconds)}`}
        series={DROPS}
        format={formatRate}
        data={[history.at, history.droppedMessages]}
      />
    </div>
  );
}
