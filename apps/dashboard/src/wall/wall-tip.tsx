import { formatBytes, formatCount, formatCountOf } from '@/format/numbers.ts';
import { Ago, Ahead } from '@/interface/relative-time.tsx';
import type { LiveSession } from '@/live/live-session.ts';
import { StateMark } from '@/sessions/state-mark.tsx';
import type { Box } from './wall-layout.ts';

const TIP_WIDTH = 260;
const DISTANCE = 6;

/** Marks a cell and tells who it is, beside it and inside the wall. */
export function WallTip({ session, box, width }: { session: LiveSession; box: Box; width: number }) {
  const left = Math.max(0, Math.min(box.x, width - TIP_WIDTH));
  return (
    <>
      <div
        aria-hidden="true"
        className="pointer-events-none absolute outline-2 outline-ink"
        style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      />
      <div
        data-testid="wall-tip"
        className="pointer-events-none absolute z-10 rounded-xs border border-frame bg-raised px-3 py-2 text-xs shadow-[0_4px_16px_rgb(0_0_0/0.12)]"
        style={{ left, top: box.y + box.height + DISTANCE, width: TIP_WIDTH }}
      >
        <p className="truncate font-mono text-[13px]">{session.clientId}</p>
        <p className="flex items-center justify-between gap-2 text-quiet">
          <StateMark state={session.state} isSuspect={session.isOrphanSuspect} />
          <span>
            for <Ago at={session.connectedAt ?? session.disconnectedAt} />
          </span>
        </p>
        <p className="tabular-nums">
          {formatCount(session.queuedMessages)} of {formatCountOf(session.maxQueuedMessages, 'message')},{' '}
          {formatBytes(session.queuedBytes)}
        </p>
        {session.expiresAt !== null && (
          <p className="text-quiet">
            Expires in <Ahead at={session.expiresAt} />
          </p>
        )}
      </div>
    </>
  );
}
