'use client';

import type { ReactNode } from 'react';
import { Choice } from '@/interface/choice.tsx';
import { FilterText } from '@/interface/filter-text.tsx';
import type { AddressFilter } from '@/interface/use-address-filter.ts';
import { type Reason, reasonOptions } from './reasons.ts';

interface LossFilterBarProps<Topic extends string> {
  filter: AddressFilter<'clientId' | 'reason' | Topic>;
  change: (name: 'clientId' | 'reason' | Topic, value: string, isTyped?: boolean) => void;
  /** What stands for topics in the filter. */
  topic: { name: Topic; label: string };
  reasons: readonly Reason[];
  /** Further choices. */
  children?: ReactNode;
}

/** Whose losses a list shows, of which topics, and why they were lost. */
export function LossFilterBar<Topic extends string>({
  filter,
  change,
  topic,
  reasons,
  children,
}: LossFilterBarProps<Topic>) {
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <FilterText label="Client identifier" name="clientId" value={filter.clientId} change={change} />
      <FilterText
        label={topic.label}
        name={topic.name}
        value={filter[topic.name]}
        change={change}
        hasKey={false}
      />
      <Choice
        label="Reason"
        value={filter.reason ?? ''}
        options={reasonOptions(reasons)}
        onChange={(value) => change('reason', value)}
      />
      {children}
    </div>
  );
}
