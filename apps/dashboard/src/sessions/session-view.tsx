'use client';

import { ApiProblem, type SessionDetail } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { FailureNote } from '@/interface/failure-note.tsx';
import { useTenant } from '@/tenants/use-tenant.ts';
import { InflightTable } from './inflight-table.tsx';
import { SessionActions } from './session-actions.tsx';
import { SessionFacts } from './session-facts.tsx';
import { sessionQuery } from './sessions.ts';
import { StateMark } from './state-mark.tsx';
import { SubscriptionTable } from './subscription-table.tsx';

export function SessionView() {
  const tenant = useTenant();
  const clientId = decodeURIComponent(useParams<{ clientId: string }>().clientId);
  const { data, error } = useQuery(sessionQuery(tenant, clientId));
  if (error instanceof ApiProblem && error.code === 'session-not-found') {
    return <NoSuchSession tenant={tenant} clientId={clientId} />;
  }
  return data === undefined ? <FailureNote error={error} /> : <Session tenant={tenant} session={data} />;
}

function Session({ tenant, session }: { tenant: string; session: SessionDetail }) {
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-baseline gap-4">
          <h2 className="truncate font-mono text-base font-medium">{session.clientId}</h2>
          <span className="text-[13px]">
            <StateMark state={session.state} />
          </span>
        </div>
        <SessionActions tenant={tenant} session={session} />
      </div>
      <SessionFacts session={session} />
      <SubscriptionTable subscriptions={session.subscriptions} />
      <InflightTable tenant={tenant} clientId={session.clientId} />
    </div>
  );
}

function NoSuchSession({ tenant, clientId }: { tenant: string; clientId: string }) {
  return (
    <>
      <h2 className="text-base font-semibold">
        There is no session <span className="font-mono">{clientId}</span>
      </h2>
      <p className="mt-2 text-quiet">
        It has expired, was deleted, or never was.{' '}
        <Link href={`/tenants/${tenant}/sessions`} className="door text-ink">
          All sessions
        </Link>
      </p>
    </>
  );
}
