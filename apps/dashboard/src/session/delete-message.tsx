'use client';

import type { QueuedMessage } from '@restante/api-client';
import { formatBytes } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { deleteMessage, type QueueOf } from './queue.ts';
import { useQueueChange } from './use-queue-change.ts';

/** Asks before one message is taken out of the queue. */
export function DeleteMessage({
  of,
  queued,
  onEnd,
}: {
  of: QueueOf;
  queued: QueuedMessage;
  onEnd: () => void;
}) {
  const { id, message } = queued;
  const bytes = message?.payloadBytes ?? null;
  const size = bytes === null ? '' : ` of ${formatBytes(bytes)}`;
  const deletion = useQueueChange(
    of,
    () => deleteMessage(of, id),
    () => '1 message deleted',
    onEnd,
  );
  return (
    <Confirmation
      title="Delete one queued message"
      action="Delete message"
      isPending={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onCancel={onEnd}
    >
      <p>
        1 message{size} on <span className="font-mono break-all">{message?.topic ?? id}</span> will never
        reach <span className="font-mono break-all">{of.clientId}</span>.
      </p>
    </Confirmation>
  );
}
