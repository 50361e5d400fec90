'use client';

import { useState } from 'react';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import type { Tail, TailedMessage } from '@/live/tail.ts';
import { useTail } from '@/live/use-tail.ts';
import { MessageDialog } from '@/session/message-dialog.tsx';
import { TailTable } from './tail-table.tsx';

interface MessageTailProps {
  tenant: string;
  topicFilter: string;
}

/** The newest message is at the top. Paused, nothing moves; what comes meanwhile is counted and shown afterwards. */
export function MessageTail({ tenant, topicFilter }: MessageTailProps) {
  const tail = useTail(tenant, topicFilter);
  const [paused, setPaused] = useState<Tail | null>(null);
  const [shown, setShown] = useState<TailedMessage>();
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-2 text-[13px] text-quiet">
        <p role="status" data-testid="tail-state">
          {describe(tail, paused, topicFilter)}
        </p>
        {tail.count > 0 && (
          <Button onClick={() => setPaused(paused === null ? tail : null)}>
            {paused === null ? 'Pause' : 'Go on'}
          </Button>
        )}
      </div>
      <FailureNote error={tail.refusal} />
      {tail.count > 0 && <TailTable messages={(paused ?? tail).messages} onShow={setShown} />}
      {shown !== undefined && (
        <MessageDialog
          topic={shown.message.topic}
          message={shown.message}
          onClose={() => setShown(undefined)}
        />
      )}
    </>
  );
}

function describe(tail: Tail, paused: Tail | null, topicFilter: string): string {
  if (tail.refusal !== null) return '';
  if (!tail.hasBegun) return `Begins to listen to ${topicFilter}`;
  if (tail.count === 0) return `Listens to ${topicFilter}: nothing has come yet`;
  const skipped = tail.skipped === 0 ? '' : `, ${formatCount(tail.skipped)} more left out`;
  const behind = paused === null ? '' : `; ${formatCount(tail.count - paused.count)} since the pause`;
  return `${formatCountOf(tail.count, 'message')}${skipped}${behind}`;
}
