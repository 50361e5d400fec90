'use client';

import Link from 'next/link';
import { type ReactNode, useEffect, useState } from 'react';
import { currentTime } from '@/format/clock.ts';
import { formatBytes, formatCount, formatCountOf } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { Ahead } from '@/interface/relative-time.tsx';
import type { SessionStore } from '@/live/session-store.ts';
import { useSessionStore } from '@/live/use-live-sessions.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { StateMark } from '@/sessions/state-mark.tsx';
import { fullness, mostUrgent, nearnessOfEnd, type Urgent } from './urgent.ts';

const LOOK_MS = 2_000;
const PERCENT = new Intl.NumberFormat('en-US', { style: 'percent' });

function listsOf(store: SessionStore) {
  const sessions = store.all();
  const now = currentTime();
  return {
    deepest: mostUrgent(sessions, ({ queuedMessages }) => queuedMessages),
    growing: mostUrgent(sessions, ({ clientId }) => store.growthOf(clientId)),
    full: mostUrgent(sessions, fullness),
    ending: mostUrgent(sessions, (session) => nearnessOfEnd(session, now)),
  };
}

/** What an operator ought to look at first, as it is every two seconds. */
export function UrgentLists({ tenant }: { tenant: string }) {
  const store = useSessionStore(tenant);
  const [lists, setLists] = useState(() => listsOf(store));
  useEffect(() => {
    const look = () => setLists(listsOf(store));
    const timer = setInterval(look, LOOK_MS);
    const unsubscribe = store.subscribe(() => {
      if (!store.isComplete) return;
      unsubscribe();
      look();
    });
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [store]);
  const all = `/tenants/${tenant}/sessions`;
  return (
    <div className="grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-2">
      <List
        tenant={tenant}
        name="Deepest queues"
        door={`${all}?sort=queuedMessages`}
        items={lists.deepest}
        empty="No session has messages waiting."
      >
        {({ session }) => `${formatCount(session.queuedMessages)}, ${formatBytes(session.queuedBytes)}`}
      </List>
      <List
        tenant={tenant}
        name="Fastest growing"
        door={`${all}?sort=queuedMessages`}
        items={lists.growing}
        empty="No queue has grown in the last minute."
      >
        {({ measure }) => `+${formatCountOf(measure, 'message')} in a minute`}
      </List>
      <List
        tenant={tenant}
        name="Overflow first"
        door={`${all}?sort=queuedMessages`}
        items={lists.full}
        empty="No queue is half full."
      >
        {({ session, measure }) => (
          <span className={measure >= 1 ? 'text-warning' : ''}>
            {`${PERCENT.format(measure)} of ${formatCount(session.maxQueuedMessages)}`}
          </span>
        )}
      </List>
      <List
        tenant={tenant}
        name="Expire first, with messages"
        door={`${all}?sort=expires`}
        items={lists.ending}
        empty="No session with messages expires."
      >
        {({ session }) => (
          <>
            {formatCountOf(session.queuedMessages, 'message')} in <Ahead at={session.expiresAt!} />
          </>
        )}
      </List>
    </div>
  );
}

interface ListProps {
  tenant: string;
  name: string;
  door: string;
  items: Urgent[];
  empty: string;
  children: (item: Urgent) => ReactNode;
}

function List({ tenant, name, door, items, empty, children }: ListProps) {
  return (
    <section aria-label={name}>
      <SectionHeading
        actions={
          <Link href={door} className="door text-[13px]">
            All
          </Link>
        }
      >
        {name}
      </SectionHeading>
      {items.length === 0 && <EmptyNote>{empty}</EmptyNote>}
      {items.length > 0 && (
        <ul className="border-t border-frame text-[13px] tabular-nums">
          {items.map((item) => (
            <li
              key={item.session.clientId}
              className="flex h-8 items-center justify-between gap-4 border-b border-hairline"
            >
              <Link
                href={sessionAddress(tenant, item.session.clientId)}
                prefetch={false}
                className="door min-w-0 truncate font-mono"
              >
                {item.session.clientId}
              </Link>
              <span className="ml-auto whitespace-nowrap text-quiet">{children(item)}</span>
              <span className="w-16 shrink-0">
                <StateMark state={item.session.state} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
