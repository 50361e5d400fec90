'use client';

import type { IssuedWebhook, Webhook } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { useChange } from '@/api/use-change.ts';
import { formatCount } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { WideTable } from '@/interface/wide-table.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { IssuedWebhookSecret } from './issued-webhook-secret.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookState } from './webhook-state.tsx';
import { createWebhook, staleAfter, webhookAddress, webhooksQuery } from './webhooks.ts';

export function WebhooksView() {
  const tenant = useTenant();
  const trail = useTrail();
  const { data, error } = useQuery(webhooksQuery(tenant, trail.after));
  const [isCreating, setIsCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedWebhook>();
  const mayCreate = useMay(tenant, 'webhooks:write');
  const creation = useChange({
    run: (webhook: Parameters<typeof createWebhook>[1]) => createWebhook(tenant, webhook),
    stale: staleAfter(tenant),
    onDone: (webhook) => {
      setIsCreating(false);
      setIssued(webhook);
    },
  });
  return (
    <>
      <PageHeading
        about="URLs of yours that are told what happens to this tenant's clients and queues, as signed requests."
        actions={
          mayCreate &&
          !isCreating && (
            <Button look="ink" onClick={() => setIsCreating(true)}>
              Create webhook
            </Button>
          )
        }
      >
        Webhooks
      </PageHeading>
      {isCreating && (
        <WebhookForm
          action="Create webhook"
          isPending={creation.isPending}
          error={creation.error}
          onSubmit={(webhook) => creation.mutate(webhook)}
          onCancel={() => setIsCreating(false)}
        />
      )}
      {issued !== undefined && <IssuedWebhookSecret issued={issued} onClose={() => setIssued(undefined)} />}
      <LoadState
        label="Webhooks"
        data={data}
        error={error}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty="No webhooks: nobody is told of anything."
      >
        {({ items }) => <WebhookTable tenant={tenant} webhooks={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

function WebhookTable({ tenant, webhooks }: { tenant: string; webhooks: Webhook[] }) {
  return (
    <WideTable label="Webhooks">
      <thead>
        <tr>
          <th>URL</th>
          <th className="w-[18%]">Description</th>
          <th className="w-[20%]">Told of</th>
          <th className="w-36">State</th>
          <th className="figure w-20">Waiting</th>
          <th className="figure w-28">Last delivered</th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <tr key={webhook.id} data-testid="webhook">
            <td className="font-mono" title={webhook.url}>
              <Link href={webhookAddress(tenant, webhook.id)} className="door">
                {webhook.url}
              </Link>
            </td>
            <td title={webhook.description}>{webhook.description}</td>
            <td className="text-quiet" title={webhook.events.join(', ')}>
              {webhook.events.join(', ')}
            </td>
            <td>
              <WebhookState webhook={webhook} />
            </td>
            <td className="figure">{formatCount(webhook.waitingDeliveries)}</td>
            <td className="figure text-quiet">
              {webhook.lastDeliveredAt === null ? (
                'never'
              ) : (
                <RelativeTime iso={webhook.lastDeliveredAt} direction />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
