'use client';

import { useQuery } from '@tanstack/react-query';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { SearchField } from '@/interface/search-field.tsx';
import { useSearchPart } from '@/interface/use-search-part.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { subscriptionsQuery } from './subscriptions.ts';
import { SubscriptionList } from './subscription-list.tsx';
import { TopicQuestion } from './topic-question.tsx';

/** Who has subscribed to what, and who would get a topic. */
export function SubscriptionsView() {
  const tenant = useTenant();
  const trail = useTrail();
  const [q, search] = useSearchPart('q');
  const [topic, ask] = useSearchPart('topic');
  const asked = { q: q || undefined, matchesTopic: topic || undefined, after: trail.after };
  const { data, error } = useQuery(subscriptionsQuery(tenant, asked));
  return (
    <>
      <PageHeading about="What all sessions of the tenant have subscribed to, those that are offline too.">
        Subscriptions
      </PageHeading>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField label="Search topic filters" value={q} onSearch={search} />
        <TopicQuestion key={topic} topic={topic} onAsk={ask} />
      </div>
      <LoadState
        label="Subscriptions"
        data={data}
        error={error}
        isEmpty={({ items, next }) => items.length === 0 && next === null}
        empty={emptyNote(q, topic)}
      >
        {({ items }) => <SubscriptionList tenant={tenant} subscriptions={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

function emptyNote(q: string, topic: string): string {
  if (topic !== '') return `Nobody would get a message on ${topic}.`;
  if (q !== '') return 'No topic filter holds that.';
  return 'No subscriptions. One appears here as soon as a client subscribes.';
}
