'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { setSearch } from '@/interface/search-address.ts';
import { Segments } from '@/interface/segments.tsx';
import { HistoryCharts } from './history-charts.tsx';
import { historyQuery, type Range, RANGES } from './history.ts';
import type { Recent } from './recent.ts';

const NAMES = { hour: 'Hour', day: 'Day', week: 'Week' } as const;
const NONE: Recent[] = [];

interface HistorySectionProps {
  /** null: all tenants together. */
  tenant: string | null;
  /** What goes on from where the history ends. */
  looks?: readonly Recent[];
}

/** The last hour, day or week in charts that go on while one looks. The address says which. */
export function HistorySection({ tenant, looks = NONE }: HistorySectionProps) {
  const parameters = useSearchParams();
  const range = RANGES.find((name) => name === parameters.get('range')) ?? 'hour';
  const { data, error } = useQuery(historyQuery(tenant, range));
  const choose = (name: string) => {
    const changed = new URLSearchParams(parameters);
    changed.set('range', rangeCalled(name));
    setSearch(changed, true);
  };
  return (
    <section aria-label="History" className="flex flex-col gap-3">
      <SectionHeading
        actions={
          <Segments label="The last" value={NAMES[range]} options={Object.values(NAMES)} onChange={choose} />
        }
      >
        The last {range}
      </SectionHeading>
      <LoadState label="The history" data={data} error={error} rows={12}>
        {(history) => <HistoryCharts history={history} looks={looks} />}
      </LoadState>
    </section>
  );
}

function rangeCalled(name: string): Range {
  return RANGES.find((range) => NAMES[range] === name) ?? 'hour';
}
