'use client';

import Link from 'next/link';
import { memo } from 'react';
import { Sparkline } from '@/interface/sparkline.tsx';
import { type LiveSession } from '@/live/live-session.ts';
import { type SessionStore } from '@/live/session-store.ts';
import { sessionAddress } from './addresses.ts';
import { type Column, COLUMNS, LAST_COLUMNS, stateCell } from './session-columns.tsx';

interface SessionRowProps {
  tenant: string;
  store: SessionStore;
  session: LiveSession;
  /** From 0, in the whole list. */
  index: number;
  /** Pixels from the list's top. */
  start: number;
  isCursor: boolean;
  isSelected: boolean;
  /** null: nobody here may do anything to sessions. */
  onSelect: ((clientId: string, toHere: boolean) => void) | null;
  /** Says that there is a new sample of the past. */
  sample: number;
}

/** Nothing of a row is rendered anew but when it has changed. */
export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { tenant, store, session, index, start, isCursor, isSelected, onSelect } = props;
  const { clientId } = session;
  return (
    <div
      role="row"
      id={`session-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-testid={`session-row-${clientId}`}
      className={`session-row hover:bg-sunken ${isSelected || isCursor ? 'bg-sunken' : ''} ${isCursor ? 'shadow-[inset_2px_0_0_var(--ink)]' : ''}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="gridcell" className="flex items-center justify-center">
        {onSelect !== null && (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${clientId}`}
            checked={isSelected}
            onChange={({ nativeEvent }) => onSelect(clientId, (nativeEvent as MouseEvent).shiftKey)}
            className="size-4 accent-ink"
          />
        )}
      </span>
      <span role="gridcell">{stateCell(session)}</span>
      <span role="gridcell" className="font-mono" title={clientId}>
        <Link href={sessionAddress(tenant, clientId)} className="door" prefetch={false} tabIndex={-1}>
          {clientId}
        </Link>
      </span>
      {COLUMNS.map((column) => (
        <Cell key={column.name} column={column} session={session} />
      ))}
      <span role="gridcell">
        <Sparkline values={store.pastOf(clientId)} />
      </span>
      {LAST_COLUMNS.map((column) => (
        <Cell key={column.name} column={column} session={session} />
      ))}
    </div>
  );
});

function Cell({ column, session }: { column: Column; session: LiveSession }) {
  const { isFigure, look = '', cell: Content, title } = column;
  return (
    <span role="gridcell" className={`${look} ${isFigure ? 'text-right' : ''}`} title={title?.(session)}>
      <Content {...session} />
    </span>
  );
}
