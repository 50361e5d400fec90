'use client';

import { type RetainedTopic } from '@restante/api-client';
import { useQueries } from '@tanstack/react-query';
import { formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { Skeleton } from '@/interface/skeleton.tsx';
import { TreeName, TreeNote } from '@/interface/tree-cell.tsx';
import { type TreeRow, treeRows } from '@/interface/tree-rows.ts';
import { useOpenLevels } from '@/interface/use-open-levels.ts';
import { useRowKeys } from '@/interface/use-row-keys.ts';
import { useTableCursor } from '@/interface/use-table-cursor.ts';
import { RetainedButtons } from './retained-buttons.tsx';
import { retainedLevelQuery } from './retained.ts';
import { type RetainedActions } from './retained-view.tsx';

const COLUMNS = 3;

/** Level by level: a level is read when it is unfolded. */
export function RetainedTree({ tenant, actions }: { tenant: string; actions: RetainedActions }) {
  const open = useOpenLevels();
  const parents = [undefined, ...open.topics];
  const levels = useQueries({ queries: parents.map((parent) => retainedLevelQuery(tenant, parent)) });
  const [{ data: first, error }] = levels;
  if (first === undefined)
    return error === null ? (
      <Skeleton label="Retained messages on their way" />
    ) : (
      <FailureNote error={error} />
    );
  if (first.items.length === 0)
    return <EmptyNote>Nothing is retained. A message published with the retain flag is.</EmptyNote>;
  const rows = treeRows<RetainedTopic>((parent) => levels[parents.indexOf(parent)]?.data, open.isOpen);
  return <TreeTable rows={rows} onToggle={open.toggle} actions={actions} />;
}

interface TreeTableProps {
  rows: TreeRow<RetainedTopic>[];
  onToggle: (topic: string) => void;
  actions: RetainedActions;
}

function TreeTable({ rows, onToggle, actions }: TreeTableProps) {
  const { body, onMove } = useTableCursor();
  const openRow = (row: TreeRow<RetainedTopic>) => {
    if (row.kind !== 'item') return;
    if (row.item.topicsBelow > 0) onToggle(row.topic);
    else actions.onShow(row.topic);
  };
  const cursor = useRowKeys({ count: rows.length, onMove, onOpen: (index) => openRow(rows[index]) });
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Tree of retained messages">
      <table className="ledger min-w-[560px] table-fixed">
        <thead>
          <tr>
            <th>Topic</th>
            <th className="figure w-32">Topics below</th>
            <th className="figure w-60">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) =>
            row.kind === 'item' ? (
              <LevelRow
                key={`${row.depth} ${row.topic}`}
                row={row}
                isAtCursor={index === cursor}
                onToggle={onToggle}
                actions={actions}
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

interface LevelRowProps extends Omit<TreeTableProps, 'rows'> {
  row: Extract<TreeRow<RetainedTopic>, { kind: 'item' }>;
  isAtCursor: boolean;
}

function LevelRow({ row: { item, topic, depth, isOpen }, isAtCursor, onToggle, actions }: LevelRowProps) {
  const below = `${topic}/#`;
  return (
    <tr
      data-testid={`retained-row-${topic}`}
      aria-current={isAtCursor ? 'true' : undefined}
      className={isAtCursor ? 'bg-sunken' : ''}
    >
      <td title={topic}>
        <TreeName
          name={item.name}
          depth={depth}
          isOpen={item.topicsBelow > 0 ? isOpen : null}
          onToggle={() => onToggle(topic)}
        />
      </td>
      <td className="figure text-quiet">{item.topicsBelow === 0 ? '' : formatCount(item.topicsBelow)}</td>
      <td className="figure">
        <span className="inline-flex gap-4">
          {item.hasMessage && <RetainedButtons topic={topic} actions={actions} />}
          {item.topicsBelow > 0 && actions.onDeleteMatching !== null && (
            <button
              type="button"
              className="door"
              aria-label={`Delete all of it: ${topic}`}
              onClick={() => actions.onDeleteMatching?.(below)}
            >
              Delete all of it
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}
