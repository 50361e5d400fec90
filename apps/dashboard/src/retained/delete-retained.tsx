'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { Confirmation } from '@/interface/confirmation.tsx';
import { tell } from '@/interface/toasts.ts';
import {
  deleteRetained,
  deleteRetainedMatching,
  type RetainedCount,
  retainedCountQuery,
  retainedQuery,
} from './retained.ts';

/** Asks before one is deleted. */
export function DeleteRetained({
  tenant,
  topic,
  onEnd,
}: {
  tenant: string;
  topic: string;
  onEnd: () => void;
}) {
  const { data: message } = useQuery(retainedQuery(tenant, topic));
  const deletion = useDeletion(tenant, () => deleteRetained(tenant, topic).then(() => 1), onEnd);
  const bytes = message?.payloadBytes ?? null;
  return (
    <Confirmation
      title="Delete one retained message"
      action="Delete message"
      isPending={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onCancel={onEnd}
    >
      <p>
        1 message{bytes !== null && ` of ${formatBytes(bytes)}`} on{' '}
        <span className="font-mono break-all">{topic}</span> is lost: new subscriptions will not get it. Those
        who have it keep it.
      </p>
    </Confirmation>
  );
}

interface DeleteMatchingProps {
  tenant: string;
  topicFilter: string;
  onEnd: () => void;
}

/** Asks before all that a topic filter matches is deleted, once it is counted. */
export function DeleteRetainedMatching({ tenant, topicFilter, onEnd }: DeleteMatchingProps) {
  const { data: count, error } = useQuery(retainedCountQuery(tenant, topicFilter));
  const deletion = useDeletion(tenant, () => deleteRetainedMatching(tenant, topicFilter), onEnd);
  return (
    <Confirmation
      title={`Delete what ${topicFilter} matches`}
      action="Delete messages"
      isPending={deletion.isPending || count === undefined || count.messages === 0}
      error={error ?? deletion.error}
      onConfirm={() => deletion.mutate()}
      onCancel={onEnd}
    >
      <p role="status">{count === undefined ? 'Counting what is matched.' : describeLoss(count)}</p>
    </Confirmation>
  );
}

function describeLoss({ messages, bytes, isAll }: RetainedCount): string {
  if (messages === 0) return 'Nothing is retained that it matches.';
  const least = isAll ? '' : 'At least ';
  return `${least}${formatCountOf(messages, 'retained message')} (${formatBytes(bytes)}) will be lost: new subscriptions will not get them.`;
}

function useDeletion(tenant: string, run: () => Promise<number>, onEnd: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (count) => {
      tell(`${formatCountOf(count, 'retained message')} deleted`);
      onEnd();
      queries.removeQueries({ queryKey: ['retained', tenant, 'message'] });
      queries.removeQueries({ queryKey: ['retained', tenant, 'count'] });
      await queries.invalidateQueries({ queryKey: ['retained', tenant] });
    },
  });
}
