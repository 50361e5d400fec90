'use client';

import type { TopicTraffic } from '@restante/api-client';
import { useQueries } from '@tanstack/react-query';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { Skeleton } from '@/interface/skeleton.tsx';
import { type TreeRow, treeRows } from '@/interface/tree-rows.ts';
import { useOpenLevels } from '@/interface/use-open-levels.ts';
import { TopicTable } from './topic-table.tsx';
import { topicsQuery, type TopicSort } from './topics.ts';

interface TopicTreeProps {
  tenant: string;
  /** Whole topics that hold it, instead of levels. */
  q: string | undefined;
  sort: TopicSort;
  onWatch: (topicFilter: string) => void;
}

export function TopicTree({ tenant, q, sort, onWatch }: TopicTreeProps) {
  const open = useOpenLevels();
  const parents = q === undefined ? [undefined, ...open.topics] : [undefined];
  const levels = useQueries({ queries: parents.map((parent) => topicsQuery(tenant, { parent, q, sort })) });
  const [{ data: first, error }] = levels;
  if (first === undefined)
    return error === null ? <Skeleton label="Topics on their way" /> : <FailureNote error={error} />;
  if (first.items.length === 0) return <NoTopics isSearched={q !== undefined} />;
  const rows: TreeRow<TopicTraffic>[] = treeRows(
    (parent) => levels[parents.indexOf(parent)]?.data,
    (topic) => q === undefined && open.isOpen(topic),
  );
  return (
    <>
      <TopicTable
        tenant={tenant}
        rows={rows}
        onToggle={q === undefined ? open.toggle : null}
        onWatch={onWatch}
      />
      {first.hasForgotten && (
        <p className="text-xs text-quiet">
          Some topics are not known any more: the quietest have made room for others.
        </p>
      )}
    </>
  );
}

function NoTopics({ isSearched }: { isSearched: boolean }) {
  return (
    <EmptyNote>
      {isSearched
        ? 'No topic holds that.'
        : 'No topics. One appears here as soon as something is published to it; what was published before the server started is not known.'}
    </EmptyNote>
  );
}
