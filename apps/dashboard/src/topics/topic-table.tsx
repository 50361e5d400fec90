'use client';

import type { TopicTraffic } from '@restante/api-client';
import Link from 'next/link';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { TreeName } from '@/interface/tree-cell.tsx';
import { type ItemRow, levelName, type TreeRow } from '@/interface/tree-rows.ts';
import { TreeTable } from '@/interface/tree-table.tsx';
import { ActionsHead } from '@/interface/wide-table.tsx';
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
  return (
    <TreeTable
      label="Tree of topics"
      width="min-w-[820px]"
      columns={COLUMNS}
      head={
        <>
          <th>Topic</th>
          <th className="figure w-28">Topics below</th>
          <th className="figure w-28">Messages / s</th>
          <th className="figure w-24">Messages</th>
          <th className="figure w-24">Size</th>
          <th className="figure w-24">Last</th>
          <ActionsHead width="w-64" />
        </>
      }
      rows={rows}
      testIdOf={(topic) => `topic-row-${topic}`}
      onOpen={({ topic, item }) => item.childTopics > 0 && onToggle?.(topic)}
    >
      {(row) => <Cells tenant={tenant} row={row} onToggle={onToggle} onWatch={onWatch} />}
    </TreeTable>
  );
}

interface CellsProps extends Omit<TopicTableProps, 'rows'> {
  row: ItemRow<TopicTraffic>;
}

function Cells({ tenant, row, onToggle, onWatch }: CellsProps) {
  const { item, topic, depth, isOpen } = row;
  const hasLevels = onToggle !== null && item.childTopics > 0;
  return (
    <>
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
    </>
  );
}
