'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { sessionAddress } from '@/sessions/addresses.ts';
import { sessionQuery } from '@/sessions/sessions.ts';
import { StateMark } from '@/sessions/state-mark.tsx';
import type { TryClient } from './try-client.ts';
import type { TryState } from './try-lines.ts';

interface SessionAtServerProps {
  tenant: string;
  client: TryClient;
  state: TryState;
  onEnd: () => void;
}

/** The client, and what the server has of it, the two sides of a session. */
export function SessionAtServer({ tenant, client, state, onEnd }: SessionAtServerProps) {
  const { clientId } = client.login;
  const { phase, isSessionPresent } = state;
  const { data: session } = useQuery({
    ...sessionQuery(tenant, clientId),
    // Before it has connected there is none: that is no failure.
    enabled: isSessionPresent !== null,
  });
  return (
    <section aria-label="The client" className="flex flex-col gap-2">
      <dl className="grid grid-cols-[128px_minmax(0,1fr)] gap-y-1 text-[13px]">
        <dt className="text-quiet">Client identifier</dt>
        <dd className="truncate font-mono">{clientId}</dd>
        <dt className="text-quiet">This page</dt>
        <dd data-testid="try-phase">
          {phase === 'connecting' ? (
            'connecting'
          ) : (
            <StateMark state={phase === 'online' ? 'online' : 'offline'} />
          )}
        </dd>
        <dt className="text-quiet">Session present</dt>
        <dd data-testid="session-present">
          {isSessionPresent === null ? 'not connected yet' : isSessionPresent ? 'yes' : 'no, it was new'}
        </dd>
        <dt className="text-quiet">At the server</dt>
        <dd data-testid="try-queue">
          {session === undefined ? (
            'nothing yet'
          ) : (
            <Link href={sessionAddress(tenant, clientId)} className="door">
              {`${session.state}, ${formatCountOf(session.queuedMessages, 'queued message')}`}
            </Link>
          )}
        </dd>
      </dl>
      <div className="flex flex-wrap gap-2">
        {phase === 'online' ? (
          <Button look="ink" onClick={() => client.leave()}>
            Go offline
          </Button>
        ) : (
          <Button look="ink" disabled={phase === 'connecting'} onClick={() => void client.connect()}>
            {isSessionPresent === null ? 'Connect' : 'Come back'}
          </Button>
        )}
        <Button onClick={onEnd}>Another credential</Button>
      </div>
    </section>
  );
}
