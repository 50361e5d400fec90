import { formatBytes } from '@/format/numbers.ts';
import { formatTimeOfDay } from '@/format/times.ts';
import { ActionsHead } from '@/interface/wide-table.tsx';
import type { TailedMessage } from '@/live/tail.ts';
import { glance } from '@/session/payload.ts';

interface TailTableProps {
  messages: readonly TailedMessage[];
  onShow: (tailed: TailedMessage) => void;
}

/** Scrolls in itself, so that what comes moves nothing around it. */
export function TailTable({ messages, onShow }: TailTableProps) {
  return (
    <div
      className="h-64 overflow-auto border-b border-hairline"
      tabIndex={0}
      role="region"
      aria-label="Messages as they come"
    >
      <table className="ledger min-w-[640px] table-fixed">
        <thead>
          <tr>
            <th className="w-24">Time</th>
            <th>Topic name</th>
            <th className="w-[34%]">Payload</th>
            <th className="figure w-12">QoS</th>
            <th className="figure w-20">Size</th>
            <ActionsHead width="w-16" />
          </tr>
        </thead>
        <tbody>
          {messages.map((tailed) => (
            <TailRow key={tailed.number} tailed={tailed} onShow={onShow} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TailRow({ tailed, onShow }: { tailed: TailedMessage } & Pick<TailTableProps, 'onShow'>) {
  const { message } = tailed;
  return (
    <tr data-testid="tailed-message">
      <td className="text-quiet">
        <time dateTime={message.publishedAt}>{formatTimeOfDay(message.publishedAt)}</time>
      </td>
      <td className="font-mono" title={message.topic}>
        {message.topic}
      </td>
      <td className="font-mono text-quiet">{glance(message)}</td>
      <td className="figure">{message.qos}</td>
      <td className="figure text-quiet">
        {message.payloadBytes === null ? '' : formatBytes(message.payloadBytes)}
      </td>
      <td className="figure">
        <button
          type="button"
          className="door"
          aria-label={`Show message ${tailed.number} on ${message.topic}`}
          onClick={() => onShow(tailed)}
        >
          Show
        </button>
      </td>
    </tr>
  );
}
