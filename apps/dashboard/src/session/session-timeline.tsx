'use client';

import type { SessionEvent } from '@restante/api-client';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { eventsQuery } from '@/sessions/sessions.ts';
import { type LivedSession, type Moment, momentsOf } from './moments.ts';

interface SessionTimelineProps {
  tenant: string;
  clientId: string;
  /** null: there is none any more, and its history is what is left. */
  session: LivedSession | null;
}

/** A session's life: what comes, and what was, those of earlier sessions of its client identifier included. */
export function SessionTimeline({ tenant, clientId, session }: SessionTimelineProps) {
  const query = eventsQuery(tenant, clientId);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } =
    useInfiniteQuery(query);
  useReadAgain(query.queryKey, `${session?.connectedAt} ${session?.disconnectedAt}`);
  return (
    <section aria-label="Timeline">
      <SectionHeading>Timeline</SectionHeading>
      <LoadState label="The history" data={data} error={error} rows={3}>
        {({ pages }) => {
          const events: SessionEvent[] = pages.flatMap(({ items }) => items);
          return <Moments moments={momentsOf(session, events, !hasNextPage)} />;
        }}
      </LoadState>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load earlier
        </Button>
      )}
      {isFetchNextPageError && <FailureNote error={error} />}
    </section>
  );
}

/** At once when the session has changed; what else happens is found when it is read the next time. */
function useReadAgain(queryKey: readonly unknown[], change: string): void {
  const queries = useQueryClient();
  const key = JSON.stringify(queryKey);
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: JSON.parse(key) as unknown[] });
  }, [queries, key, change]);
}

const MARKS: Record<Moment['look'], string> = {
  ahead: 'border-frame bg-paper',
  past: 'border-ink bg-ink',
  end: 'border-accent bg-accent',
};

function Moments({ moments }: { moments: Moment[] }) {
  return (
    <ol aria-label="Moments, the newest first" className="border-y border-hairline py-1 text-[13px]">
      {moments.map(({ key, name, note, iso, look }, index) => (
        <li
          key={key}
          className="relative grid grid-cols-[1rem_minmax(0,1fr)_auto] items-baseline gap-x-2 py-1.5 sm:grid-cols-[1rem_11rem_minmax(0,1fr)_auto]"
        >
          {index < moments.length - 1 && (
            <span
              aria-hidden="true"
              className={`absolute top-[18px] bottom-[-10px] left-[3.5px] border-l ${look === 'ahead' ? 'border-dashed border-frame' : 'border-ink'}`}
            />
          )}
          <span aria-hidden="true" className={`relative size-2 rounded-full border ${MARKS[look]}`} />
          <span className="font-medium">{name}</span>
          <span
            className="truncate text-quiet max-sm:order-last max-sm:col-span-2 max-sm:col-start-2"
            title={note}
          >
            {note}
          </span>
          <span className="text-right text-quiet tabular-nums">
            {iso !== null && <RelativeTime iso={iso} direction />}
          </span>
        </li>
      ))}
    </ol>
  );
}
