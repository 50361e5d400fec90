'use client';

import { type Session } from '@restante/api-client';
import { useRouter } from 'next/navigation';
import { type MouseEvent, useRef, useState } from 'react';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { useNow } from '@/interface/use-now.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { Cell, CELL_HEIGHT, CELL_WIDTH } from './cell.tsx';
import { assignPlaces } from './pigeonholes.ts';
import { useWidth } from './use-width.ts';

const PITCH_X = CELL_WIDTH + 4;
const PITCH_Y = CELL_HEIGHT + 4;

/** A grid of pigeonholes, one a session. A pointer opens a session; keyboards and screen readers have the table. */
export function Wall({ tenant, sessions }: { tenant: string; sessions: Session[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const places = usePlaces(sessions);
  const now = useNow();
  const router = useRouter();
  const columns = Math.max(1, Math.floor((useWidth(frame) + 4) / PITCH_X));
  const rows = Math.ceil((Math.max(-1, ...places.values()) + 1) / columns);
  const open = ({ target }: MouseEvent) => {
    const clientId = (target as Element).closest<SVGGElement>('[data-client-id]')?.dataset.clientId;
    if (clientId !== undefined) router.push(sessionAddress(tenant, clientId));
  };
  return (
    <div ref={frame}>
      <svg
        role="img"
        aria-label={`${formatCountOf(sessions.length, 'session')}, one cell each; the table of sessions says the same in words`}
        data-testid="wall"
        width={columns * PITCH_X - 4}
        height={rows * PITCH_Y}
        onClick={open}
        className="block"
      >
        {sessions.map((session) => {
          const place = places.get(session.clientId) ?? 0;
          const x = (place % columns) * PITCH_X;
          const y = Math.floor(place / columns) * PITCH_Y;
          return (
            <g
              key={session.clientId}
              data-client-id={session.clientId}
              transform={`translate(${x} ${y})`}
              className="cursor-pointer hover:opacity-60"
            >
              <title>{describe(session)}</title>
              <Cell session={session} now={now} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function usePlaces(sessions: Session[]): Map<string, number> {
  const [known, setKnown] = useState({ sessions, places: assignPlaces(new Map(), inOrder(sessions)) });
  if (known.sessions === sessions) return known.places;
  const places = assignPlaces(known.places, inOrder(sessions));
  setKnown({ sessions, places });
  return places;
}

/** Oldest first, so that a wall seen for the first time looks the same to everybody. */
function inOrder(sessions: Session[]): string[] {
  return sessions.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map(({ clientId }) => clientId);
}

function describe({ clientId, state, queuedMessages, maxQueuedMessages }: Session): string {
  return `${clientId}: ${state}, ${formatCount(queuedMessages)} of ${formatCountOf(maxQueuedMessages, 'message')} queued`;
}
