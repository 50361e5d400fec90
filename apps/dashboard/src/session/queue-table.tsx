import type { QueuedMessage } from '@restante/api-client';
import { formatBytes } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { ActionsHead } from '@/interface/wide-table.tsx';
import { glance } from './payload.ts';

const STATES = { waiting: 'waiting', 'publish-sent': 'in flight', 'pubrel-sent': 'received' };

interface QueueTableProps {
  messages: QueuedMessage[];
  onShow: (queued: QueuedMessage) => void;
  /** null: nobody here may. */
  onDelete: ((queued: QueuedMessage) => void) | null;
}

export function QueueTable({ messages, onShow, onDelete }: QueueTableProps) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Queued messages">
      <table className="ledger min-w-[760px] table-fixed">
        <thead>
          <tr>
            <th className="w-20">State</th>
            <th>Topic name</th>
            <th className="w-[26%]">Payload</th>
            <th className="figure w-12">QoS</th>
            <th className="figure w-20">Size</th>
            <th className="figure w-24">Age</th>
            <th className="figure w-24">Expires</th>
            <ActionsHead width="w-28" />
          </tr>
        </thead>
        <tbody>
          {messages.map((queued) => (
            <QueueRow key={queued.id} queued={queued} onShow={onShow} onDelete={onDelete} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function QueueRow({
  queued,
  onShow,
  onDelete,
}: Omit<QueueTableProps, 'messages'> & { queued: QueuedMessage }) {
  const { message, qos, state } = queued;
  const name = message?.topic ?? queued.id;
  const bytes = message?.payloadBytes ?? null;
  return (
    <tr data-testid="queued-message">
      <td className="text-quiet">{STATES[state]}</td>
      <td className="font-mono" title={message?.topic}>
        {message?.topic ?? <span className="font-sans text-quiet">no longer stored</span>}
      </td>
      <td className="font-mono text-quiet">{glance(message)}</td>
      <td className="figure">{qos}</td>
      <td className="figure text-quiet">{bytes === null ? '' : formatBytes(bytes)}</td>
      <td className="figure text-quiet">{message !== null && <RelativeTime iso={message.publishedAt} />}</td>
      <td className="figure text-quiet">
        {message !== null &&
          (message.expiresAt === null ? 'never' : <RelativeTime iso={message.expiresAt} />)}
      </td>
      <td className="figure">
        <span className="inline-flex gap-4">
          {message !== null && (
            <button type="button" className="door" aria-label={`Show ${name}`} onClick={() => onShow(queued)}>
              Show
            </button>
          )}
          {onDelete !== null && state === 'waiting' && (
            <button
              type="button"
              className="door"
              aria-label={`Delete ${name}`}
              onClick={() => onDelete(queued)}
            >
              Delete
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}
