'use client';

import { memo, useSyncExternalStore } from 'react';
import { Sparkline } from '@/interface/sparkline.tsx';
import type { LiveSession } from '@/live/live-session.ts';
import type { SessionStore } from '@/live/session-store.ts';
import { useLiveSession } from '@/live/use-live-sessions.ts';
import { sessionAddress } from './addresses.ts';
import { type Column, COLUMNS, LAST_COLUMNS, stateCell } from './session-columns.tsx';

interface SessionRowProps {
  tenant: string;
  store: SessionStore;
  clientId: string;
  /** From 0, in the whole list. */
  index: number;
  /** Pixels from the list's top. */
  start: number;
  isCursor: boolean;
  isSelected: boolean;
  /** null: nobody here may do anything to sessions. */
  onSelect: ((clientId: string, toHere: boolean) => void) | null;
}

/** A row of the list, which follows its session by itself: nothing else is rendered anew when that changes. */
export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { tenant, store, clientId, index, start, isCursor, isSelected, onSelect } = props;
  const session = useLiveSession(store, clientId);
  const frame = { role: 'row', id: `session-${index}`, 'aria-rowindex': index + 2, style: { top: start } };
  if (session === undefined) return <GoneRow clientId={clientId} frame={frame} />;
  return (
    <div
      {...frame}
      aria-selected={isSelected}
      data-testid={`session-row-${clientId}`}
      className={`session-row hover:bg-sunken ${isSelected || isCursor ? 'bg-sunken' : ''} ${isCursor ? 'shadow-[inset_2px_0_0_var(--ink)]' : ''}`}
    >
      <span role="gridcell" className="flex items-center justify-center">
        {onSelect !== null && (
          <input
            // Not that of who had the row before, which may have the focus.
            key={clientId}
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
      <span role="gridcell" className="cut font-mono" title={clientId}>
        <a href={sessionAddress(tenant, clientId)} className="door" tabIndex={-1}>
          {clientId}
        </a>
      </span>
      {COLUMNS.map((column) => (
        <Cell key={column.name} column={column} session={session} />
      ))}
      <span role="gridcell">
        <Trend store={store} clientId={clientId} />
      </span>
      {LAST_COLUMNS.map((column) => (
        <Cell key={column.name} column={column} session={session} />
      ))}
    </div>
  );
});

/** A session that is no more, in a list that is held: its row stays until the list moves again. */
function GoneRow({ clientId, frame }: { clientId: string; frame: object }) {
  return (
    <div {...frame} role="row" className="session-row text-quiet">
      <span role="gridcell" />
      <span role="gridcell">gone</span>
      <span role="gridcell" className="cut font-mono line-through">
        {clientId}
      </span>
    </div>
  );
}

function Cell({ column, session }: { column: Column; session: LiveSession }) {
  const { isFigure, look = '', cell: Content, title } = column;
  return (
    <span role="gridcell" className={`${look} ${isFigure ? 'text-right' : ''}`} title={title?.(session)}>
      <Content {...session} />
    </span>
  );
}

/** Drawn anew with every sample of the past. */
function Trend({ store, clientId }: { store: SessionStore; clientId: string }) {
  useSyncExternalStore(
    store.subscribe,
    () => store.samples,
    () => 0,
  );
  return <Sparkline values={store.pastOf(clientId)} />;
}
