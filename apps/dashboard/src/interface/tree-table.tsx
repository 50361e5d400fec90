'use client';

import type { ReactNode } from 'react';
import { TreeNote } from './tree-cell.tsx';
import type { ItemRow, TreeRow } from './tree-rows.ts';
import { useRowKeys } from './use-row-keys.ts';
import { useTableCursor } from './use-table-cursor.ts';

interface TreeTableProps<Item> {
  label: string;
  /** The least width at which all of it can be read: "min-w-[560px]". */
  width: string;
  /** The cells of its first line, and how many they are. */
  head: ReactNode;
  columns: number;
  rows: TreeRow<Item>[];
  /** Of a row: "topic-row-a/b". */
  testIdOf: (topic: string) => string;
  /** Enter, at the row's place. */
  onOpen: (row: ItemRow<Item>) => void;
  /** The cells of a row. */
  children: (row: ItemRow<Item>) => ReactNode;
}

/** A tree, line by line; keys walk through it. */
export function TreeTable<Item>({
  label,
  width,
  head,
  columns,
  rows,
  testIdOf,
  onOpen,
  children,
}: TreeTableProps<Item>) {
  const { body, onMove } = useTableCursor();
  const open = (row: TreeRow<Item>) => row.kind === 'item' && onOpen(row);
  const cursor = useRowKeys({ count: rows.length, onMove, onOpen: (index) => open(rows[index]) });
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className={`ledger table-fixed ${width}`}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) =>
            row.kind === 'item' ? (
              <tr
                key={`${row.depth} ${row.topic}`}
                data-testid={testIdOf(row.topic)}
                aria-current={index === cursor ? 'true' : undefined}
                className={index === cursor ? 'bg-sunken' : ''}
              >
                {children(row)}
              </tr>
            ) : (
              <TreeNote key={`${row.kind} ${row.depth} ${row.topic}`} row={row} columns={columns} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
