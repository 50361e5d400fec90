'use client';

import { Choice } from '@/interface/choice.tsx';
import { WITHIN } from '@/interface/within.ts';
import type { LEDGER_FILTER, LedgerFilter } from './ledger.ts';
import { LossFilterBar } from './loss-filter-bar.tsx';
import { type Reason, REASONS } from './reasons.ts';

const KINDS = [
  { value: '', name: 'all' },
  { value: 'dropped', name: 'not delivered' },
  { value: 'refused', name: 'not taken' },
];
const ALL_REASONS = Object.keys(REASONS) as Reason[];
const TOPIC = { name: 'topic', label: 'Topic, or topic filter' } as const;

interface LedgerFilterBarProps {
  filter: LedgerFilter;
  change: (name: (typeof LEDGER_FILTER)[number], value: string, isTyped?: boolean) => void;
}

export function LedgerFilterBar({ filter, change }: LedgerFilterBarProps) {
  return (
    <LossFilterBar filter={filter} change={change} topic={TOPIC} reasons={ALL_REASONS}>
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
    </LossFilterBar>
  );
}
