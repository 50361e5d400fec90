import type { ReactNode } from 'react';
import type { ChangeFilter } from './use-session-filter.ts';
import { COLUMNS, LAST_COLUMNS } from './session-columns.tsx';
import { isDescendingFirst, type SessionFilter, type Sort } from './session-filter.ts';

interface SessionHeaderProps {
  filter: SessionFilter;
  onChange: ChangeFilter;
  /** Stands above the boxes that select a row. */
  children: ReactNode;
}

const FIRST = [
  { name: 'State', sort: 'state', isFigure: false },
  { name: 'Client identifier', sort: 'clientId', isFigure: false },
] as const;
/** Of the last minute. */
const TREND = { name: 'Trend', sort: undefined, isFigure: false };

/** Names of the columns; one that can be sorted by is a button, and the other way round when pressed again. */
export function SessionHeader({ filter, onChange, children }: SessionHeaderProps) {
  return (
    <div role="row" aria-rowindex={1} className="session-row session-header">
      <span role="columnheader" className="flex items-center justify-center">
        {children}
      </span>
      {[...FIRST, ...COLUMNS, TREND, ...LAST_COLUMNS].map(({ name, sort, isFigure }) => (
        <span
          key={name}
          role="columnheader"
          aria-sort={sort === filter.sort ? direction(filter) : undefined}
          className={isFigure ? 'text-right' : name === 'Queued messages' ? 'pl-3' : ''}
        >
          {sort === undefined ? (
            name
          ) : (
            <SortButton name={name} sort={sort} filter={filter} onChange={onChange} />
          )}
        </span>
      ))}
    </div>
  );
}

function SortButton({
  name,
  sort,
  filter,
  onChange,
}: {
  name: string;
  sort: Sort;
  filter: SessionFilter;
  onChange: ChangeFilter;
}) {
  const isCurrent = filter.sort === sort;
  const isDescending = isCurrent ? !filter.isDescending : isDescendingFirst(sort);
  return (
    <button
      type="button"
      onClick={() => onChange({ sort, isDescending })}
      className={isCurrent ? 'text-ink' : 'hover:text-ink'}
    >
      {name}
      {isCurrent && <span aria-hidden="true">{filter.isDescending ? ' ↓' : ' ↑'}</span>}
    </button>
  );
}

function direction({ isDescending }: SessionFilter): 'ascending' | 'descending' {
  return isDescending ? 'descending' : 'ascending';
}
