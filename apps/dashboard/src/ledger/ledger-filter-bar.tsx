'use client';

import { Choice } from '@/interface/choice.tsx';
import { FilterText } from '@/interface/filter-text.tsx';
import { WITHIN } from '@/interface/within.ts';
import { type LEDGER_FILTER, type LedgerFilter } from './ledger.ts';
import { type Reason, reasonOptions, REASONS } from './reasons.ts';

const KINDS = [
  { value: '', name: 'all' },
  { value: 'dropped', name: 'not delivered' },
  { value: 'refused', name: 'not taken' },
];
const REASON_OPTIONS = reasonOptions(Object.keys(REASONS) as Reason[]);

interface LedgerFilterBarProps {
  filter: LedgerFilter;
  change: (name: (typeof LEDGER_FILTER)[number], value: string, isTyped?: boolean) => void;
}

export function LedgerFilterBar({ filter, change }: LedgerFilterBarProps) {
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <FilterText label="Client identifier" name="clientId" value={filter.clientId} change={change} />
      <FilterText
        label="Topic, or topic filter"
        name="topic"
        value={filter.topic}
        change={change}
        hasKey={false}
      />
      <Choice
        label="Reason"
        value={filter.reason ?? ''}
        options={REASON_OPTIONS}
        onChange={(value) => change('reason', value)}
      />
      <Choice
        label="Messages"
        value={filter.kind ?? ''}
        options={KINDS}
        onChange={(value) => change('kind', value)}
      />
      <Choice
        label="Time"
        value={filter.within ?? ''}
        options={WITHIN}
        onChange={(value) => change('within', value)}
      />
    </div>
  );
}
