import type { Subscription } from '@restante/api-client';
import { formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { WideTable } from '@/interface/wide-table.tsx';

const RETAIN_HANDLING = ['send', 'send if new', 'do not send'];

export function SubscriptionTable({ subscriptions }: { subscriptions: Subscription[] }) {
  return (
    <section>
      <SectionHeading>Subscriptions</SectionHeading>
      {subscriptions.length === 0 ? (
        <EmptyNote>None: this session gets no messages.</EmptyNote>
      ) : (
        <WideTable label="Subscriptions">
          <thead>
            <tr>
              <th>Topic filter</th>
              <th className="w-20">QoS</th>
              <th className="w-28">No local</th>
              <th className="w-40">Retain as published</th>
              <th className="w-32">Retained</th>
              <th className="figure w-28">Identifier</th>
              <th className="figure w-36">Queued messages</th>
            </tr>
          </thead>
          <tbody>
            {subscriptions.map((subscription) => (
              <SubscriptionRow key={subscription.topicFilter} {...subscription} />
            ))}
          </tbody>
        </WideTable>
      )}
    </section>
  );
}

function SubscriptionRow({
  topicFilter,
  qos,
  noLocal,
  retainAsPublished,
  retainHandling,
  subscriptionIdentifier,
  queuedMessages,
}: Subscription) {
  return (
    <tr>
      <td className="font-mono" title={topicFilter}>
        {topicFilter}
      </td>
      <td>{qos}</td>
      <td className="text-quiet">{noLocal ? 'yes' : 'no'}</td>
      <td className="text-quiet">{retainAsPublished ? 'yes' : 'no'}</td>
      <td className="text-quiet">{RETAIN_HANDLING[retainHandling]}</td>
      <td className="figure text-quiet">{subscriptionIdentifier ?? 'none'}</td>
      <td className="figure">{formatCount(queuedMessages)}</td>
    </tr>
  );
}
