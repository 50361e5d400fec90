'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { toLiveSession } from '@/live/live-session.ts';
import { SessionStore } from '@/live/session-store.ts';
import { glimpseQuery } from '@/sessions/sessions.ts';
import { useIsInSight } from './use-is-in-sight.ts';
import { useWallPainter } from './use-wall-painter.ts';

const HEIGHT = 72;
const everyone = () => true;
const nobody = () => false;

/** A tenant's wall in small, of its first sessions, while it is in sight: a picture beside the figures. */
export function SmallWall({ tenant }: { tenant: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [store] = useState(() => new SessionStore());
  const isInSight = useIsInSight(frame);
  const { data } = useQuery({ ...glimpseQuery(tenant), enabled: isInSight });
  useEffect(() => {
    if (data === undefined) return;
    const present = new Set(data.items.map(({ clientId }) => clientId));
    const gone = store.all().filter(({ clientId }) => !present.has(clientId));
    store.apply(
      data.items.map(toLiveSession),
      gone.map(({ clientId }) => clientId),
    );
  }, [store, data]);
  const layout = useWallPainter(frame, canvas, {
    store,
    height: HEIGHT,
    isWanted: everyone,
    isSelected: nobody,
  });
  return (
    <div ref={frame} aria-hidden="true" className="overflow-hidden" style={{ height: HEIGHT }}>
      <canvas
        ref={canvas}
        className="block w-full"
        style={layout === null ? undefined : { height: layout.rows * layout.pitchY }}
      />
    </div>
  );
}
