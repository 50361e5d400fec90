'use client';

import type { RetainedTopic } from '@restante/api-client';
import { useQueries } from '@tanstack/react-query';
import { formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { Skeleton } from '@/interface/skeleton.tsx';
import { TreeName } from '@/interface/tree-cell.tsx';
import { type ItemRow, type TreeRow, treeRows } from '@/interface/tree-rows.ts';
import { TreeTable } from '@/interface/tree-table.tsx';
import { useOpenLevels } from '@/interface/use-open-levels.ts';
import { ActionsHead } from '@/interface/wide-table.tsx';
import { RetainedButtons } from './retained-buttons.tsx';
import { retainedLevelQuery } from './retained.ts';
import type { RetainedActions } from './retained-view.tsx';

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
  return <RetainedTable rows={rows} onToggle={open.toggle} actions={actions} />;
}

interface RetainedTableProps {
  rows: TreeRow<RetainedTopic>[];
  onToggle: (topic: string) => void;
  actions: RetainedActions;
}

function RetainedTable({ rows, onToggle, actions }: RetainedTableProps) {
  const open = ({ topic, item }: ItemRow<RetainedTopic>) =>
    item.topicsBelow > 0 ? onToggle(topic) : actions.onShow(topic);
  return (
    <TreeTable
      label="Tree of retained messages"
      width="min-w-[560px]"
      columns={COLUMNS}
      head={
        <>
          <th>Topic</th>
          <th className="figure w-32">Topics below</th>
          <ActionsHead width="w-60" />
        </>
      }
      rows={rows}
      testIdOf={(topic) => `retained-row-${topic}`}
      onOpen={open}
    >
      {(row) => <Cells row={row} onToggle={onToggle} actions={actions} />}
    </TreeTable>
  );
}

interface CellsProps extends Omit<RetainedTableProps, 'rows'> {
  row: ItemRow<RetainedTopic>;
}

function Cells({ row: { item, topic, depth, isOpen }, onToggle, actions }: CellsProps) {
  return (
    <>
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
              onClick={() => actions.onDeleteMatching?.(`${topic}/#`)}
            >
              Delete all of it
            </button>
          )}
        </span>
      </td>
    </>
  );
}
