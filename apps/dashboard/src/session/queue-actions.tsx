'use client';

import type { SessionDetail } from '@restante/api-client';
import { useState } from 'react';
import { Menu } from '@/interface/menu.tsx';
import { PurgeQueue } from './purge-queue.tsx';
import { RewindDialog } from './rewind-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

interface QueueActionsProps {
  tenant: string;
  session: SessionDetail;
  /** What the list shows: an action takes that, and nothing else. */
  topicFilter: string | undefined;
}

type Asked = 'purge' | 'move' | 'copy' | 'rewind';

/** What can be done to a queue. Each says first what will come of it. */
export function QueueActions({ tenant, session, topicFilter }: QueueActionsProps) {
  const [asked, setAsked] = useState<Asked>();
  const onEnd = () => setAsked(undefined);
  const { clientId, queuedMessages, inflightMessages } = session;
  const isEmpty = queuedMessages <= inflightMessages;
  const what = topicFilter === undefined ? 'all that waits' : 'what is matched';
  const of = { tenant, clientId };
  return (
    <>
      <Menu
        label="Queue actions"
        items={[
          { name: `Purge ${what}`, isDisabled: isEmpty, onSelect: () => setAsked('purge') },
          { name: `Move ${what} to another session`, isDisabled: isEmpty, onSelect: () => setAsked('move') },
          { name: `Copy ${what} to another session`, isDisabled: isEmpty, onSelect: () => setAsked('copy') },
          { name: 'Rewind to a time', onSelect: () => setAsked('rewind') },
        ]}
      />
      {asked === 'purge' && <PurgeQueue of={of} session={session} topicFilter={topicFilter} onEnd={onEnd} />}
      {(asked === 'move' || asked === 'copy') && (
        <TransferDialog of={of} how={asked} session={session} topicFilter={topicFilter} onEnd={onEnd} />
      )}
      {asked === 'rewind' && <RewindDialog of={of} onEnd={onEnd} />}
    </>
  );
}
