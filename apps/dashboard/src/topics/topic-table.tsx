'use client';

import { type TopicTraffic } from '@restante/api-client';
import Link from 'next/link';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { TreeName, TreeNote } from '@/interface/tree-cell.tsx';
import { levelName, type TreeRow } from '@/interface/tree-rows.ts';
import { useRowKeys } from '@/interface/use-row-keys.ts';
import { useTableCursor } from '@/interface/use-table-cursor.ts';
import { filterOf } from './topics.ts';

const COLUMNS = 7;

interface TopicTableProps {
  tenant: string;
  rows: TreeRow<TopicTraffic>[];
  /** null: whole topics are listed. */
  onToggle: ((topic: string) => void) | null;
  onWatch: (topicFilter: string) => void;
}

export function TopicTable({ tenant, rows, onToggle, onWatch }: TopicTableProps) {
  const { body, onMove } = useTableCursor();
  const cursor = useRowKeys({
    count: rows.length,
    onMove,
    onOpen: (index) => toggleRow(rows[index], onToggle),
  });
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Tree of topics">
      <table className="ledger min-w-[820px] table-fixed">
        <thead>
          <tr>
            <th>Topic</th>
            <th className="figure w-28">Topics below</th>
            <th className="figure w-28">Messages / s</th>
            <th className="figure w-24">Messages</th>
            <th className="figure w-24">Size</th>
            <th className="figure w-24">Last</th>
            <th className="figure w-64">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) =>
            row.kind === 'item' ? (
              <TopicRow
                key={`${row.depth} ${row.topic}`}
                tenant={tenant}
                row={row}
                isAtCursor={index === cursor}
                onToggle={onToggle}
                onWatch={onWatch}
              />
            ) : (
              <TreeNote key={`${row.kind} ${row.depth} ${row.topic}`} row={row} columns={COLUMNS} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

type ItemRow = Extract<TreeRow<TopicTraffic>, { kind: 'item' }>;

interface TopicRowProps extends Omit<TopicTableProps, 'rows'> {
  row: ItemRow;
  isAtCursor: boolean;
}

function TopicRow({ tenant, row, isAtCursor, onToggle, onWatch }: TopicRowProps) {
  const { item, topic, depth, isOpen } = row;
  const hasLevels = onToggle !== null && item.childTopics > 0;
  return (
    <tr
      data-testid={`topic-row-${topic}`}
      aria-current={isAtCursor ? 'true' : undefined}
      className={isAtCursor ? 'bg-sunken' : ''}
    >
      <td title={topic}>
        <TreeName
          name={onToggle === null ? topic : levelName(topic)}
          depth={depth}
          isOpen={hasLevels ? isOpen : null}
          onToggle={() => onToggle?.(topic)}
        />
      </td>
      <td className="figure text-quiet">{item.childTopics === 0 ? '' : formatCount(item.childTopics)}</td>
      <td className="figure" data-testid="topic-rate">
        {formatRate(item.messagesPerSecond)}
      </td>
      <td className="figure" data-testid="topic-messages">
        {formatCount(item.messages)}
      </td>
      <td className="figure text-quiet">{formatBytes(item.bytes)}</td>
      <td className="figure text-quiet">
        <RelativeTime iso={item.lastAt} />
      </td>
      <td className="figure">
        <span className="inline-flex gap-4">
          {item.isRetained && (
            <Link
              href={`/tenants/${tenant}/retained?filter=${encodeURIComponent(topic)}`}
              aria-label={`Retained message of ${topic}`}
              className="door"
            >
              Retained
            </Link>
          )}
          <Link
            href={`/tenants/${tenant}/subscriptions?topic=${encodeURIComponent(topic)}`}
            aria-label={`Who gets it: ${topic}`}
            className="door"
          >
            Who gets it
          </Link>
          <button
            type="button"
            className="door"
            aria-label={`Watch ${filterOf(item)}`}
            onClick={() => onWatch(filterOf(item))}
          >
            Watch
          </button>
        </span>
      </td>
    </tr>
  );
}

function toggleRow(row: TreeRow<TopicTraffic>, onToggle: TopicTableProps['onToggle']): void {
  if (row.kind === 'item' && row.item.childTopics > 0) onToggle?.(row.topic);
}
