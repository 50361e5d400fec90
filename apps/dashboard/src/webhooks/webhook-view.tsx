'use client';

import { ApiProblem, type IssuedWebhook, type Webhook } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { useState } from 'react';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { Fact, Facts } from '@/interface/facts.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { DeliverySection } from './delivery-section.tsx';
import { IssuedWebhookSecret } from './issued-webhook-secret.tsx';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookState } from './webhook-state.tsx';
import { webhookQuery } from './webhooks.ts';

/** One webhook, what can be done to it, and what was sent. */
export function WebhookView() {
  const tenant = useTenant();
  const id = decodeURIComponent(useParams<{ id: string }>().id);
  const { data, error } = useQuery(webhookQuery(tenant, id));
  const isGone = error instanceof ApiProblem && error.code === 'webhook-not-found';
  return (
    <>
      <p className="mb-2 text-[13px] text-quiet">
        <Link href={`/tenants/${tenant}/webhooks`} className="door">
          Webhooks
        </Link>
      </p>
      {isGone ? (
        <h1 className="text-xl font-semibold">There is no such webhook</h1>
      ) : (
        <LoadState label="The webhook" data={data} error={error} rows={12}>
          {(webhook) => <OneWebhook tenant={tenant} webhook={webhook} />}
        </LoadState>
      )}
    </>
  );
}

function OneWebhook({ tenant, webhook }: { tenant: string; webhook: Webhook }) {
  const [issued, setIssued] = useState<IssuedWebhook>();
  const mayChange = useMay(tenant, 'webhooks:write');
  return (
    <>
      <h1 className="mb-3 font-mono text-lg font-medium break-all">{webhook.url}</h1>
      {mayChange && <WebhookActions tenant={tenant} webhook={webhook} onIssued={setIssued} />}
      {issued !== undefined && <IssuedWebhookSecret issued={issued} onClose={() => setIssued(undefined)} />}
      <WebhookFacts webhook={webhook} />
      <DeliverySection tenant={tenant} webhook={webhook} mayChange={mayChange} />
    </>
  );
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const { description, disabledReason, events, createdAt, previousSecretUntil } = webhook;
  return (
    <Facts>
      {description !== '' && <Fact name="Description">{description}</Fact>}
      <Fact name="State">
        <WebhookState webhook={webhook} />
        {disabledReason !== null && `: ${disabledReason}`}
      </Fact>
      <Fact name="Told of">
        <span className="font-mono">{events.join(', ')}</span>
      </Fact>
      <Fact name="Waiting">{formatCountOf(webhook.waitingDeliveries, 'delivery', 'deliveries')}</Fact>
      {webhook.givenUpDeliveries > 0 && (
        <Fact name="Given up">
          {formatCount(webhook.givenUpDeliveries)}, since too many of the tenant waited
        </Fact>
      )}
      <Fact name="Last delivered">
        {webhook.lastDeliveredAt === null ? (
          'never'
        ) : (
          <RelativeTime iso={webhook.lastDeliveredAt} direction />
        )}
      </Fact>
      <Fact name="Created">
        <RelativeTime iso={createdAt} direction />
      </Fact>
      {previousSecretUntil !== null && (
        <Fact name="Old secret">
          signs too, and ends <RelativeTime iso={previousSecretUntil} direction />
        </Fact>
      )}
    </Facts>
  );
}
