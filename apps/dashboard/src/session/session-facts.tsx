import type { SessionDetail } from '@restante/api-client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatCountOf } from '@/format/numbers.ts';
import { formatDuration } from '@/format/times.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { protocolName } from '@/sessions/protocol.ts';
import { QueueDepth } from '@/sessions/queue-depth.tsx';
import { SessionExpiry, SessionSince } from './session-times.tsx';

export function SessionFacts({ tenant, session }: { tenant: string; session: SessionDetail }) {
  return (
    <div className="grid gap-x-12 border-y border-hairline py-3 text-[13px] lg:grid-cols-3">
      <Facts>
        <Fact name="Queued messages">
          <QueueDepth {...session} />
        </Fact>
        <Fact name="Limit">{`${formatCountOf(session.maxQueuedMessages, 'message')}, ${formatBytes(session.maxQueuedBytes)}`}</Fact>
        <Fact name="Queued">{formatBytes(session.queuedBytes)}</Fact>
        <Fact name="In flight">{`${formatCount(session.inflightMessages)}, receive maximum ${formatCount(session.receiveMaximum)}`}</Fact>
        <Fact name="Dropped">{formatCountOf(session.droppedMessages, 'message')}</Fact>
      </Facts>
      <Facts>
        <Fact name={session.state === 'online' ? 'Connected for' : 'Offline for'}>
          <SessionSince session={session} />
        </Fact>
        <Fact name="Expires">
          <SessionExpiry session={session} />
        </Fact>
        <Fact name="Created">
          <RelativeTime iso={session.createdAt} direction />
        </Fact>
        <Fact name="Clean start">{session.cleanStart ? 'yes' : 'no'}</Fact>
        <Fact name="Keep alive">
          {session.keepAliveSeconds === 0 ? 'none' : formatDuration(session.keepAliveSeconds)}
        </Fact>
      </Facts>
      <Facts>
        <Fact name="Credential">
          <Link
            href={`/tenants/${tenant}/sessions?username=${encodeURIComponent(session.username)}`}
            className="door font-mono"
          >
            {session.username}
          </Link>
        </Fact>
        <Fact name="Protocol">{protocolName(session.protocolVersion)}</Fact>
        <Fact name="Remote address">
          <span className="font-mono">{session.remoteAddress ?? 'none'}</span>
        </Fact>
        <Fact name="Will">
          <Will will={session.will} />
        </Fact>
      </Facts>
    </div>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[128px_minmax(0,1fr)] content-start tabular-nums">{children}</dl>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="py-1 text-quiet">{name}</dt>
      <dd className="truncate py-1">{children}</dd>
    </>
  );
}

function Will({ will }: { will: SessionDetail['will'] }) {
  if (will === null) return 'none';
  const { topic, qos, retain, delaySeconds } = will;
  const manner = [
    `QoS ${qos}`,
    ...(retain ? ['retained'] : []),
    ...(delaySeconds > 0 ? [`after ${formatDuration(delaySeconds)}`] : []),
  ];
  return (
    <span title={topic}>
      <span className="font-mono">{topic}</span> ({manner.join(', ')})
    </span>
  );
}
