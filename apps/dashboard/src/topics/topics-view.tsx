'use client';

import { Choice } from '@/interface/choice.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { SearchField } from '@/interface/search-field.tsx';
import { useSearchPart } from '@/interface/use-search-part.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { TailSection } from './tail-section.tsx';
import { TopicTree } from './topic-tree.tsx';
import { TOPIC_SORTS } from './topics.ts';

const SORTS = [
  { value: '', name: 'name' },
  { value: 'messagesPerSecond', name: 'messages a second' },
  { value: 'messages', name: 'messages' },
];

/** What is published, level by level, and messages as they come. */
export function TopicsView() {
  const tenant = useTenant();
  const [q, search] = useSearchPart('q');
  const [order, setOrder] = useSearchPart('sort');
  const [watched, watch] = useSearchPart('watch');
  const sort = TOPIC_SORTS.find((name) => name === order) ?? 'topic';
  return (
    <>
      <PageHeading about="What clients publish, level by level, and the messages as they come.">
        Topics
      </PageHeading>
      <div className="flex flex-col gap-8">
        <TailSection tenant={tenant} topicFilter={watched} onWatch={watch} />
        <section aria-label="Topics" className="flex flex-col gap-3">
          <div className="flex flex-wrap items-center gap-3">
            <SearchField label="Search topics" value={q} onSearch={search} />
            <Choice label="By" value={sort === 'topic' ? '' : sort} options={SORTS} onChange={setOrder} />
          </div>
          <TopicTree tenant={tenant} q={q === '' ? undefined : q} sort={sort} onWatch={watch} />
        </section>
      </div>
    </>
  );
}
