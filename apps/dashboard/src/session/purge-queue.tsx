'use client';

import type { SessionDetail } from '@restante/api-client';
import { formatCountOf } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { purge, type QueueOf } from './queue.ts';
import { describeTaken, useTaken } from './taken.tsx';
import { useQueueChange } from './use-queue-change.ts';

interface PurgeQueueProps {
  of: QueueOf;
  session: SessionDetail;
  topicFilter: string | undefined;
  onEnd: () => void;
}

/** Asks before what waits, or what a topic filter matches of it, is dropped. */
export function PurgeQueue({ of, session, topicFilter, onEnd }: PurgeQueueProps) {
  const taken = useTaken(of, session, topicFilter);
  const purging = useQueueChange(
    of,
    () => purge(of, topicFilter),
    (count) => `${formatCountOf(count, 'message')} dropped`,
    onEnd,
  );
  return (
    <Confirmation
      title={`Purge the queue of ${of.clientId}`}
      action="Purge queue"
      isPending={purging.isPending || taken === undefined}
      error={purging.error}
      onConfirm={() => purging.mutate()}
      onCancel={onEnd}
    >
      <p>
        {taken === undefined
          ? 'Counting what is matched.'
          : `${describeTaken(taken)} will be dropped and never reach this client.`}
      </p>
      <p>{`${formatCountOf(session.inflightMessages, 'message')} in flight and all subscriptions stay.`}</p>
    </Confirmation>
  );
}
