'use client';

import type { QueuedMessage, SessionDetail } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { formatCount } from '@/format/numbers.ts';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { Pager } from '@/interface/pager.tsx';
import { setSearch } from '@/interface/search-address.ts';
import { SearchField } from '@/interface/search-field.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { useFollowed } from '@/live/use-followed.ts';
import { useMay } from '@/shell/permissions.ts';
import { DeleteMessage } from './delete-message.tsx';
import { MessageSheet } from './message-sheet.tsx';
import { QueueActions } from './queue-actions.tsx';
import { QueueTable } from './queue-table.tsx';
import { QUEUE_HEAD, queueQuery } from './queue.ts';

/** What waits for the client, message by message, in the order of delivery. */
export function QueueSection({ tenant, session }: { tenant: string; session: SessionDetail }) {
  const of = { tenant, clientId: session.clientId };
  const topicFilter = useSearchParams().get('topicFilter') || undefined;
  const trail = useTrail();
  const page = { after: trail.after, topicFilter };
  const query = queueQuery(of, page);
  const isHead = trail.after === undefined && topicFilter === undefined;
  const isTold = useFollowed(query.queryKey, 'queue', isHead ? { ...of, ...QUEUE_HEAD } : null);
  const refetchInterval = isTold ? false : query.refetchInterval;
  const { data, error, isPlaceholderData } = useQuery({ ...query, refetchInterval });
  const [shown, setShown] = useState<QueuedMessage>();
  const [deleted, setDeleted] = useState<QueuedMessage>();
  const mayChange = useMay(tenant, 'sessions:write');
  // A topic filter that the server refuses: what was found by the one before is not its answer.
  const isRefused = error !== null && isPlaceholderData;
  return (
    <section aria-label="Queue">
      <SectionHeading
        actions={mayChange && <QueueActions tenant={tenant} session={session} topicFilter={topicFilter} />}
      >
        Queue{' '}
        <span className="font-normal text-quiet tabular-nums">{formatCount(session.queuedMessages)}</span>
      </SectionHeading>
      <div className="mt-1 mb-2">
        <SearchField label="Only what a topic filter matches" value={topicFilter ?? ''} onSearch={filterBy} />
      </div>
      <LoadState
        label="Messages"
        data={isRefused ? undefined : data}
        error={error}
        rows={Math.min(8, Math.max(1, session.queuedMessages))}
        isEmpty={({ items, next }) => items.length === 0 && next === null}
        empty={topicFilter === undefined ? 'Nothing waits.' : 'Nothing that waits is matched.'}
      >
        {({ items }) => (
          <QueueTable messages={items} onShow={setShown} onDelete={mayChange ? setDeleted : null} />
        )}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      {shown !== undefined && (
        <MessageSheet of={of} page={page} queued={shown} onClose={() => setShown(undefined)} />
      )}
      {deleted !== undefined && (
        <DeleteMessage of={of} queued={deleted} onEnd={() => setDeleted(undefined)} />
      )}
    </section>
  );
}

function filterBy(topicFilter: string): void {
  setSearch(new URLSearchParams(topicFilter === '' ? {} : { topicFilter }), true);
}
