'use client';

import type { Webhook, WebhookDelivery } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '@/api/use-change.ts';
import { formatCount } from '@/format/numbers.ts';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { Pager } from '@/interface/pager.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useRowCursor } from '@/interface/use-row-cursor.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { DeliverySheet } from './delivery-sheet.tsx';
import { deliveriesQuery, redeliver, staleAfter } from './webhooks.ts';

const STATE_LOOKS = { waiting: 'text-quiet', delivered: 'text-online', failed: 'text-accent' };

interface DeliverySectionProps {
  tenant: string;
  webhook: Webhook;
  mayChange: boolean;
}

/** What was sent, and what is going to be, the latest first. */
export function DeliverySection({ tenant, webhook, mayChange }: DeliverySectionProps) {
  const trail = useTrail();
  const { data, error } = useQuery(deliveriesQuery(tenant, webhook.id, trail.after));
  const [shown, setShown] = useState<WebhookDelivery>();
  const again = useChange({
    run: ({ id }: WebhookDelivery) => redeliver(tenant, webhook.id, id),
    stale: staleAfter(tenant),
    told: () => 'It is sent again now',
  });
  const mayRedeliver = mayChange && webhook.isEnabled;
  return (
    <section aria-label="Deliveries">
      <SectionHeading>Deliveries</SectionHeading>
      <FailureNote error={again.error} />
      <LoadState
        label="Deliveries"
        data={data}
        error={error}
        isEmpty={({ items }) => items.length === 0}
        empty="Nothing was sent in the last seven days. A test is not listed here."
      >
        {({ items }) => (
          <DeliveryTable
            deliveries={items}
            onShow={setShown}
            onRedeliver={mayRedeliver ? (delivery) => again.mutate(delivery) : null}
          />
        )}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      {shown !== undefined && <DeliverySheet delivery={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}

interface DeliveryTableProps {
  deliveries: WebhookDelivery[];
  onShow: (delivery: WebhookDelivery) => void;
  /** null: nobody here may, or the webhook is disabled. */
  onRedeliver: ((delivery: WebhookDelivery) => void) | null;
}

function DeliveryTable({ deliveries, onShow, onRedeliver }: DeliveryTableProps) {
  const { body, look } = useRowCursor(deliveries.length, (index) => onShow(deliveries[index]));
  return (
    <WideTable label="Deliveries">
      <thead>
        <tr>
          <th className="w-28">Created</th>
          <th className="w-44">Event</th>
          <th className="w-24">State</th>
          <th className="figure w-20">Attempts</th>
          <th className="figure w-24">Next</th>
          <th className="pl-4!">Last answer</th>
          <ActionsHead width="w-36" />
        </tr>
      </thead>
      <tbody ref={body}>
        {deliveries.map((delivery, index) => (
          <tr key={delivery.id} data-testid="delivery" {...look(index)}>
            <td className="text-quiet">
              <RelativeTime iso={delivery.createdAt} direction />
            </td>
            <td className="font-mono">{delivery.event}</td>
            <td className={STATE_LOOKS[delivery.state]}>{delivery.state}</td>
            <td className="figure">{formatCount(delivery.attempts)}</td>
            <td className="figure text-quiet">
              {delivery.nextAttemptAt === null ? '' : <RelativeTime iso={delivery.nextAttemptAt} direction />}
            </td>
            <td className="pl-4! text-quiet" title={delivery.lastError ?? undefined}>
              {lastAnswer(delivery)}
            </td>
            <RowActions>
              <RowAction name="Show" to={delivery.event} onAct={() => onShow(delivery)} />
              {onRedeliver !== null && (
                <RowAction name="Redeliver" to={delivery.event} onAct={() => onRedeliver(delivery)} />
              )}
            </RowActions>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

function lastAnswer({ lastStatus, lastError }: WebhookDelivery): string {
  return lastError ?? (lastStatus === null ? '' : `status ${lastStatus}`);
}
