'use client';

import { type Session } from '@restante/api-client';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { sessionAddress } from './addresses.ts';
import { protocolName } from './protocol.ts';
import { QueueDepth } from './queue-depth.tsx';
import { SessionExpiry, SessionSince } from './session-times.tsx';
import { type SessionSort } from './sessions.ts';
import { StateMark } from './state-mark.tsx';

interface SessionTableProps {
  tenant: string;
  sessions: Session[];
  sort: SessionSort;
  onSort: (sort: SessionSort) => void;
}

export function SessionTable({ tenant, sessions, sort, onSort }: SessionTableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="ledger min-w-[1080px] table-fixed">
        <caption className="sr-only">Sessions</caption>
        <thead>
          <tr>
            <th className="w-20">State</th>
            <SortHeader sort="clientId" direction="ascending" current={sort} onSort={onSort}>
              Client identifier
            </SortHeader>
            <th className="w-36">Credential</th>
            <th className="w-24">Protocol</th>
            <SortHeader
              sort="queuedMessages"
              direction="descending"
              current={sort}
              onSort={onSort}
              className="w-48"
            >
              Queued messages
            </SortHeader>
            <th className="figure w-20">In flight</th>
            <th className="figure w-20">Dropped</th>
            <th className="figure w-28">Subscriptions</th>
            <th className="figure w-24">For</th>
            <th className="figure w-28">Expires</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <SessionRow key={session.clientId} tenant={tenant} session={session} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeaderProps {
  sort: SessionSort;
  direction: 'ascending' | 'descending';
  current: SessionSort;
  onSort: (sort: SessionSort) => void;
  className?: string;
  children: string;
}

function SortHeader({ sort, direction, current, onSort, className, children }: SortHeaderProps) {
  const isCurrent = sort === current;
  return (
    <th className={className} aria-sort={isCurrent ? direction : undefined}>
      <button
        type="button"
        onClick={() => onSort(sort)}
        className={isCurrent ? 'text-ink' : 'hover:text-ink'}
      >
        {children}
        <span aria-hidden="true" className={isCurrent ? '' : 'invisible'}>
          {direction === 'ascending' ? ' ↑' : ' ↓'}
        </span>
      </button>
    </th>
  );
}

function SessionRow({ tenant, session }: { tenant: string; session: Session }) {
  const { clientId, state, username, protocolVersion, inflightMessages, subscriptionCount, droppedMessages } =
    session;
  return (
    <tr data-testid={`session-row-${clientId}`}>
      <td>
        <StateMark state={state} />
      </td>
      <td className="font-mono" title={clientId}>
        <Link href={sessionAddress(tenant, clientId)} className="door" prefetch={false}>
          {clientId}
        </Link>
      </td>
      <td className="font-mono text-quiet" title={username}>
        {username}
      </td>
      <td className="text-quiet">{protocolName(protocolVersion)}</td>
      <td>
        <QueueDepth {...session} />
      </td>
      <td className="figure">{formatCount(inflightMessages)}</td>
      <td className={`figure ${droppedMessages > 0 ? 'text-warning' : 'text-quiet'}`}>
        {formatCount(droppedMessages)}
      </td>
      <td className="figure">{formatCount(subscriptionCount)}</td>
      <td className="figure text-quiet">
        <SessionSince session={session} />
      </td>
      <td className="figure text-quiet">
        <SessionExpiry session={session} />
      </td>
    </tr>
  );
}
