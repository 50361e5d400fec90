'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import { type CSSProperties, type MouseEvent, useRef } from 'react';
import { useRowKeys } from '@/interface/use-row-keys.ts';
import type { SessionStore } from '@/live/session-store.ts';
import { sessionAddress } from './addresses.ts';
import { TRACKS } from './session-columns.tsx';
import { SessionHeader } from './session-header.tsx';
import { SessionRow } from './session-row.tsx';
import type { SessionFilter } from './session-filter.ts';
import type { Selection } from './use-selection.ts';
import type { ChangeFilter } from './use-session-filter.ts';
import type { SessionOrder } from './use-session-order.ts';

const ROW_HEIGHT = 32;
const OVERSCAN = 8;
/** Elements of rows that have left are those of rows that come: their number is a multiple of it. */
const POOL_STEP = 32;

interface SessionGridProps {
  tenant: string;
  store: SessionStore;
  order: SessionOrder;
  filter: SessionFilter;
  onChange: ChangeFilter;
  /** null: nobody here may do anything to sessions. */
  selection: Selection | null;
}

/** The list of sessions: only the rows that are seen are in the page, so that 50,000 scroll as ten do. */
export function SessionGrid({ tenant, store, order, filter, onChange, selection }: SessionGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const router = useRouter();
  const { clientIds } = order;
  const rows = useVirtualizer({
    count: clientIds.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    scrollMargin: ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const cursor = useRowKeys({
    count: clientIds.length,
    onMove: (index) => rows.scrollToIndex(index),
    onOpen: (index) => router.push(sessionAddress(tenant, clientIds[index])),
    onSelect: (index, toHere) => selection?.toggle(clientIds[index], toHere),
    onClear: () => selection?.clear(),
  });
  const items = rows.getVirtualItems();
  const pool = Math.ceil(Math.max(1, items.length) / POOL_STEP) * POOL_STEP;
  const follow = (event: MouseEvent) => {
    const address = (event.target as Element).closest('a')?.getAttribute('href');
    if (!address || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.push(address);
  };
  const areAll = selection !== null && clientIds.length > 0 && selection.clientIds.size >= clientIds.length;
  return (
    <div
      ref={frame}
      role="grid"
      tabIndex={0}
      aria-label="Sessions"
      aria-rowcount={clientIds.length + 1}
      aria-multiselectable={selection === null ? undefined : true}
      aria-activedescendant={cursor === null ? undefined : `session-${cursor}`}
      data-testid="session-grid"
      className="session-grid"
      style={{ '--tracks': TRACKS } as CSSProperties}
    >
      <SessionHeader filter={filter} onChange={onChange}>
        {selection !== null && (
          <input
            type="checkbox"
            aria-label="Select all"
            checked={areAll}
            onChange={() => (areAll ? selection.clear() : selection.replace(clientIds))}
            className="size-4 accent-ink"
          />
        )}
      </SessionHeader>
      <div
        role="rowgroup"
        className="relative"
        style={{ height: rows.getTotalSize() }}
        onPointerEnter={() => order.hold(true)}
        onPointerLeave={() => order.hold(false)}
        onClick={follow}
      >
        {items.map(({ index, start }) => (
          <SessionRow
            key={index % pool}
            tenant={tenant}
            store={store}
            clientId={clientIds[index]}
            index={index}
            start={start - ROW_HEIGHT}
            isCursor={index === cursor}
            isSelected={selection?.clientIds.has(clientIds[index]) ?? false}
            onSelect={selection?.toggle ?? null}
          />
        ))}
      </div>
    </div>
  );
}
