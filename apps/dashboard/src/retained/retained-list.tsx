'use client';

import type { Message } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { formatBytes } from '@/format/numbers.ts';
import { LoadState } from '@/interface/load-state.tsx';
import { Pager } from '@/interface/pager.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useRowKeys } from '@/interface/use-row-keys.ts';
import { useTableCursor } from '@/interface/use-table-cursor.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { ActionsHead } from '@/interface/wide-table.tsx';
import { glance } from '@/session/payload.ts';
import { RetainedButtons } from './retained-buttons.tsx';
import { retainedListQuery } from './retained.ts';
import type { RetainedActions } from './retained-view.tsx';

interface RetainedListProps {
  tenant: string;
  topicFilter: string;
  actions: RetainedActions;
}

/** What a topic filter matches. */
export function RetainedList({ tenant, topicFilter, actions }: RetainedListProps) {
  const trail = useTrail();
  const { data, error } = useQuery(retainedListQuery(tenant, topicFilter, trail.after));
  return (
    <>
      <LoadState
        label="Retained messages"
        data={data}
        error={error}
        isEmpty={({ items, next }) => items.length === 0 && next === null}
        empty="Nothing is retained that this topic filter matches. A level is one word between slashes; + stands for any one level, # for all that follow."
      >
        {({ items }) => <RetainedTable messages={items} actions={actions} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

function RetainedTable({ messages, actions }: { messages: Message[]; actions: RetainedActions }) {
  const { body, onMove } = useTableCursor();
  const onOpen = (index: number) => actions.onShow(messages[index].topic);
  const cursor = useRowKeys({ count: messages.length, onMove, onOpen });
  return (
    <div
      className="relative overflow-x-auto"
      tabIndex={0}
      role="region"
      aria-label="Matching retained messages"
    >
      <table className="ledger min-w-[720px] table-fixed">
        <thead>
          <tr>
            <th>Topic name</th>
            <th className="w-[30%]">Payload</th>
            <th className="figure w-20">Size</th>
            <th className="figure w-24">Age</th>
            <ActionsHead width="w-32" />
          </tr>
        </thead>
        <tbody ref={body}>
          {messages.map((message, index) => (
            <tr
              key={message.topic}
              data-testid={`retained-row-${message.topic}`}
              aria-current={index === cursor ? 'true' : undefined}
              className={index === cursor ? 'bg-sunken' : ''}
            >
              <td className="font-mono" title={message.topic}>
                {message.topic}
              </td>
              <td className="font-mono text-quiet">{glance(message)}</td>
              <td className="figure text-quiet">
                {message.payloadBytes === null ? '' : formatBytes(message.payloadBytes)}
              </td>
              <td className="figure text-quiet">
                <RelativeTime iso={message.publishedAt} />
              </td>
              <td className="figure">
                <RetainedButtons topic={message.topic} actions={actions} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
