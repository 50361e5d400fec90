'use client';

import { useRef, useState, useSyncExternalStore } from 'react';
import { formatCountOf } from '@/format/numbers.ts';
import type { LiveSession } from '@/live/live-session.ts';
import type { SessionStore } from '@/live/session-store.ts';
import { useWallKeys } from './use-wall-keys.ts';
import { useWallPainter } from './use-wall-painter.ts';
import { useWallPointer } from './use-wall-pointer.ts';
import { boxOf } from './wall-layout.ts';
import { WallTip } from './wall-tip.tsx';

interface WallProps {
  store: SessionStore;
  /** Sessions that will be there, as far as it is known. */
  expected?: number;
  height: number;
  isWanted: (session: LiveSession) => boolean;
  isSelected: (session: LiveSession) => boolean;
  onOpen: (clientId: string) => void;
  /** null: cells cannot be selected. `isMore`: those that are selected stay so. */
  onSelect: ((clientIds: string[], isMore: boolean) => void) | null;
}

/** A grid of pigeonholes, one a session. What it shows, the table of sessions says in words. */
export function Wall({ store, expected, height, isWanted, isSelected, onOpen, onSelect }: WallProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const layout = useWallPainter(frame, canvas, { store, expected, height, isWanted, isSelected });
  const { drag, handlers } = useWallPointer({ store, layout, onHover: setHovered, onOpen, onSelect });
  const keys = useWallKeys({ store, layout, onOpen, onSelect });
  const marked = keys.cursor ?? hovered;
  const read = () => (marked === null ? undefined : store.at(marked));
  const session = useSyncExternalStore(store.subscribe, read, read);
  return (
    <div
      ref={frame}
      role="application"
      aria-label={`The wall: ${formatCountOf(store.size, 'session')}, one cell each. Arrow keys move, Enter opens, x selects; the table says the same in words.`}
      tabIndex={0}
      data-testid="wall"
      className="relative w-full cursor-pointer touch-pan-y select-none"
      style={{ minHeight: Math.min(height, layout === null ? height : layout.rows * layout.pitchY) }}
      onKeyDown={keys.onKeyDown}
      onBlur={keys.onBlur}
      {...handlers}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        className="block w-full"
        style={layout === null ? undefined : { height: layout.rows * layout.pitchY }}
      />
      {layout !== null && session !== undefined && marked !== null && (
        <WallTip session={session} box={boxOf(layout, marked)} width={layout.columns * layout.pitchX} />
      )}
      {drag !== null && (
        <div
          aria-hidden="true"
          className="pointer-events-none absolute border border-ink bg-[rgb(128_128_128/0.15)]"
          style={{ left: drag.x, top: drag.y, width: drag.width, height: drag.height }}
        />
      )}
      <p role="status" className="sr-only">
        {keys.cursor !== null && session !== undefined && describeCell(session)}
      </p>
    </div>
  );
}

function describeCell({ clientId, state, isOrphanSuspect, ...queue }: LiveSession): string {
  const { queuedMessages, maxQueuedMessages } = queue;
  return `${clientId}: ${state}${isOrphanSuspect ? ', orphan suspect' : ''}, ${queuedMessages} of ${formatCountOf(maxQueuedMessages, 'message')} queued`;
}
