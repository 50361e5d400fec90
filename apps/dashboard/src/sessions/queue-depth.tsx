import { formatBytes, formatCount, formatCountOf } from '@/format/numbers.ts';
import { isOverflowing, queueLevel } from './queue-level.ts';

interface QueueDepthProps {
  queuedMessages: number;
  queuedBytes: number;
  maxQueuedMessages: number;
}

/** A queue's depth as a figure over its level against the limit. */
export function QueueDepth({ queuedMessages, queuedBytes, maxQueuedMessages }: QueueDepthProps) {
  const isFull = isOverflowing(queuedMessages, maxQueuedMessages);
  const explanation = `${formatCount(queuedMessages)} of ${formatCountOf(maxQueuedMessages, 'message')}, ${formatBytes(queuedBytes)}`;
  return (
    <span title={explanation} className={`flex items-center gap-2 ${isFull ? 'text-warning' : ''}`}>
      <span aria-hidden="true" className="h-1.5 flex-1 border border-hairline">
        <span
          className={`block h-full ${isFull ? 'bg-warning' : 'bg-fill'}`}
          style={{ width: `${(queueLevel(queuedMessages, maxQueuedMessages) * 100).toFixed(1)}%` }}
        />
      </span>
      <span data-testid="queue-depth" data-value={queuedMessages} className="w-18 text-right">
        {formatCount(queuedMessages)}
      </span>
    </span>
  );
}
