'use client';

import { type Overview } from '@restante/api-client';
import { useRef } from 'react';
import { formatCount, formatRate } from '@/format/numbers.ts';
import { Chart, type Series } from '@/interface/chart.tsx';

/** At one a second: five minutes. */
const MOST_POINTS = 300;

const RATES: Series[] = [
  { name: 'in', colour: '--ink' },
  { name: 'out', colour: '--online', isDashed: true },
];
const DEPTH: Series[] = [{ name: 'queued', colour: '--ink' }];

interface Point {
  at: number;
  overview: Overview;
}

/** How the tenant went since one looks at it: an answer is a point. */
export function RecentRates({ overview, at }: { overview: Overview; at: number }) {
  const points = useRecent({ overview, at });
  const times = points.map((point) => point.at / 1_000);
  const of = (value: (overview: Overview) => number) => points.map((point) => value(point.overview));
  return (
    <div className="grid gap-x-12 gap-y-6 lg:grid-cols-2">
      <Chart
        label="Messages a second, since you came"
        series={RATES}
        format={formatRate}
        data={[times, of((one) => one.messagesInPerSecond), of((one) => one.messagesOutPerSecond)]}
      />
      <Chart
        label="Queued messages, since you came"
        series={DEPTH}
        format={formatCount}
        data={[times, of((one) => one.queuedMessages)]}
      />
    </div>
  );
}

function useRecent(point: Point): Point[] {
  const points = useRef<Point[]>([]);
  if (points.current.at(-1)?.at !== point.at) points.current = [...points.current, point].slice(-MOST_POINTS);
  return points.current;
}
