'use client';

import { useState } from 'react';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import type { SessionStore } from '@/live/session-store.ts';
import { useEveryChange } from '@/live/use-live-sessions.ts';
import { BULK_ACTIONS, type BulkAction } from './bulk-action.ts';
import { BulkQuestion } from './bulk-question.tsx';

interface BulkBarProps {
  tenant: string;
  store: SessionStore;
  clientIds: ReadonlySet<string>;
  onClear: () => void;
}

/** What can be done to the selected sessions; lies over the list's end and moves nothing. */
export function BulkBar(props: BulkBarProps) {
  return props.clientIds.size === 0 ? null : <Bar {...props} />;
}

function Bar({ tenant, store, clientIds, onClear }: BulkBarProps) {
  const [asked, setAsked] = useState<BulkAction>();
  useEveryChange(store);
  const sessions = [...clientIds].flatMap((clientId) => store.get(clientId) ?? []);
  return (
    <div
      role="toolbar"
      aria-label="Selected sessions"
      className="fixed inset-x-4 bottom-4 z-10 mx-auto flex w-fit max-w-full flex-wrap items-center gap-2 rounded-xs border border-ink bg-raised py-2 pr-2 pl-3 text-[13px] shadow-[0_4px_16px_rgb(0_0_0/0.16)]"
    >
      <span role="status" className="mr-2 tabular-nums">
        {formatCountOf(clientIds.size, 'session')} selected
      </span>
      {BULK_ACTIONS.map((action) => {
        const count = sessions.filter(action.applies).length;
        return (
          <Button
            key={action.change}
            look={action.change === 'delete' ? 'danger' : 'plain'}
            disabled={count === 0}
            onClick={() => setAsked(action)}
          >
            {action.verb} <span className="tabular-nums">{formatCount(count)}</span>
          </Button>
        );
      })}
      <Button onClick={onClear}>Select none</Button>
      {asked !== undefined && (
        <BulkQuestion
          tenant={tenant}
          action={asked}
          sessions={sessions.filter(asked.applies)}
          onEnd={() => setAsked(undefined)}
          onDone={onClear}
        />
      )}
    </div>
  );
}
