'use client';

import { ApiProblem, type SessionDetail, type SessionEvent } from '@restante/api-client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import type { ReactNode } from 'react';
import { SessionDeadLetters } from '@/dead-letters/session-dead-letters.tsx';
import { LIVE_MS } from '@/api/polling.ts';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useFollowed } from '@/live/use-followed.ts';
import { SessionLosses } from '@/ledger/session-losses.tsx';
import { useTenant } from '@/tenants/use-tenant.ts';
import { eventsQuery, sessionQuery } from '@/sessions/sessions.ts';
import { StateMark } from '@/sessions/state-mark.tsx';
import { InflightTable } from './inflight-table.tsx';
import { endOf } from './moments.ts';
import { PolicyInForce } from './policy-in-force.tsx';
import { QueueSection } from './queue-section.tsx';
import { SessionActions } from './session-actions.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import { SubscriptionTable } from './subscription-table.tsx';

export function SessionView() {
  const tenant = useTenant();
  const clientId = decodeURIComponent(useParams<{ clientId: string }>().clientId);
  const query = sessionQuery(tenant, clientId);
  const isTold = useFollowed(query.queryKey, 'session', { tenant, clientId });
  const { data, error } = useQuery({
    ...query,
    // One that comes back is told.
    refetchInterval: ({ state }) => (isTold || isNoSuchSession(state.error) ? false : LIVE_MS),
  });
  const history = useInfiniteQuery(eventsQuery(tenant, clientId));
  // Both at once, so that nothing moves when the second comes.
  const isHistoryOnItsWay = history.isPending && history.failureCount === 0;
  if (isNoSuchSession(error)) {
    return <NoSuchSession tenant={tenant} clientId={clientId} />;
  }
  return (
    <>
      <Back tenant={tenant} />
      <LoadState label="The session" data={isHistoryOnItsWay ? undefined : data} error={error} rows={12}>
        {(session) => <Session tenant={tenant} session={session} />}
      </LoadState>
    </>
  );
}

function isNoSuchSession(error: Error | null): boolean {
  return error instanceof ApiProblem && error.code === 'session-not-found';
}

/** One section below the other; what is known of a session next gets one of its own. */
function Session({ tenant, session }: { tenant: string; session: SessionDetail }) {
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="flex min-w-0 items-baseline gap-4">
          <h1 className="font-mono text-lg font-medium break-all">{session.clientId}</h1>
          <span className="text-[13px]">
            <StateMark state={session.state} />
          </span>
        </div>
        <SessionActions tenant={tenant} session={session} />
      </div>
      <SessionFacts session={session} tenant={tenant} />
      <SessionTimeline tenant={tenant} clientId={session.clientId} session={session} />
      <QueueSection tenant={tenant} session={session} />
      <SessionLosses tenant={tenant} clientId={session.clientId} />
      <SessionDeadLetters tenant={tenant} clientId={session.clientId} />
      <InflightTable tenant={tenant} clientId={session.clientId} />
      <SubscriptionTable subscriptions={session.subscriptions} />
      <PolicyInForce tenant={tenant} username={session.username} />
    </div>
  );
}

function Back({ tenant }: { tenant: string }) {
  return (
    <p className="mb-2 text-[13px] text-quiet">
      <Link href={`/tenants/${tenant}/sessions`} className="door">
        Sessions
      </Link>
    </p>
  );
}

function NoSuchSession({ tenant, clientId }: { tenant: string; clientId: string }) {
  const { data } = useInfiniteQuery(eventsQuery(tenant, clientId));
  const events = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <h1 className="text-xl font-semibold">
        There is no session <span className="font-mono">{clientId}</span>
      </h1>
      <p className="mt-2 text-quiet">
        {whyGone(endOf(events))}{' '}
        <Link href={`/tenants/${tenant}/sessions`} className="door text-ink">
          All sessions
        </Link>
      </p>
      {events.length > 0 && (
        <div className="mt-8">
          <SessionTimeline tenant={tenant} clientId={clientId} session={null} />
        </div>
      )}
    </>
  );
}

function whyGone(end: SessionEvent | undefined): ReactNode {
  if (end === undefined) return 'It has expired, was deleted, or never was.';
  const ended = { expired: 'It expired', deleted: 'It was deleted' }[end.kind as string] ?? 'It ended';
  return (
    <>
      {ended} <RelativeTime iso={end.at} direction />.
    </>
  );
}
