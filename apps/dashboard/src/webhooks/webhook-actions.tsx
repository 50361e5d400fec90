'use client';

import type { IssuedWebhook, NewWebhook, Webhook, WebhookTest } from '@restante/api-client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { useChange } from '@/api/use-change.ts';
import { formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SwitchButton } from '@/interface/switch-button.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { deleteWebhook, rotateWebhookSecret, staleAfter, testWebhook, updateWebhook } from './webhooks.ts';

interface WebhookActionsProps {
  tenant: string;
  webhook: Webhook;
  onIssued: (issued: IssuedWebhook) => void;
}

export function WebhookActions({ tenant, webhook, onIssued }: WebhookActionsProps) {
  const { id, isEnabled, waitingDeliveries } = webhook;
  const router = useRouter();
  const [asked, setAsked] = useState<'edit' | 'disable' | 'rotate' | 'delete'>();
  const onEnd = () => setAsked(undefined);
  const stale = staleAfter(tenant);
  const testing = useChange({ run: () => testWebhook(tenant, id), stale });
  const enabling = useChange({
    run: () => updateWebhook(tenant, id, { isEnabled: true }),
    stale,
    told: () => 'The webhook is enabled',
  });
  const editing = useChange({
    run: (change: Partial<NewWebhook>) => updateWebhook(tenant, id, change),
    stale,
    told: () => 'The webhook was changed',
    onDone: onEnd,
  });
  const waiting = formatCountOf(waitingDeliveries, 'delivery', 'deliveries');
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button look="ink" onClick={() => testing.mutate()} disabled={testing.isPending}>
          Test now
        </Button>
        <Button onClick={() => setAsked('edit')}>Change</Button>
        {/* Shown as enabled at once; if the server refuses, as it was. */}
        <SwitchButton
          isEnabled={isEnabled || enabling.isPending}
          enabling={enabling}
          onDisable={() => setAsked('disable')}
        />
        <Button onClick={() => setAsked('rotate')}>Rotate secret</Button>
        <Button look="danger" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      </div>
      <p role="status" className="min-h-5 text-[13px]" data-testid="test-outcome">
        {testing.isPending
          ? 'Sending a ping.'
          : testing.data !== undefined && <Outcome test={testing.data} />}
      </p>
      <FailureNote error={testing.error ?? enabling.error} />
      {asked === 'edit' && (
        <WebhookForm
          action="Save webhook"
          initial={webhook}
          isPending={editing.isPending}
          error={editing.error}
          onSubmit={(change) => editing.mutate(change)}
          onCancel={onEnd}
        />
      )}
      {asked === 'disable' && (
        <ConfirmedChange
          title="Disable this webhook"
          action="Disable webhook"
          run={() => updateWebhook(tenant, id, { isEnabled: false })}
          stale={stale}
          told={() => 'The webhook is disabled'}
          onEnd={onEnd}
        >
          <p>{`Nothing is sent until it is enabled again, and what happens meanwhile is not kept for it. ${waiting} waiting now.`}</p>
        </ConfirmedChange>
      )}
      {asked === 'rotate' && (
        <ConfirmedChange
          title="Rotate the signing secret"
          action="Rotate secret"
          run={() => rotateWebhookSecret(tenant, id)}
          stale={stale}
          told={() => undefined}
          onDone={onIssued}
          onEnd={onEnd}
        >
          <p>
            A new secret is shown once. For a day requests are signed with both, then the old one is over.
          </p>
        </ConfirmedChange>
      )}
      {asked === 'delete' && (
        <ConfirmedChange
          title="Delete this webhook"
          action="Delete webhook"
          run={() => deleteWebhook(tenant, id)}
          stale={[['webhooks', tenant]]}
          told={() => 'The webhook was deleted'}
          onDone={() => router.push(`/tenants/${tenant}/webhooks`)}
          onEnd={onEnd}
        >
          <p>{`Lost for good: the webhook, ${waiting} waiting, and the list of what was sent.`}</p>
        </ConfirmedChange>
      )}
    </div>
  );
}

function Outcome({ test: { isDelivered, status, latencyMs, error } }: { test: WebhookTest }) {
  const answered = status === null ? '' : ` with status ${status}`;
  if (isDelivered)
    return <span className="text-online">{`The receiver took the ping${answered} in ${latencyMs} ms.`}</span>;
  return (
    <span className="text-accent">
      {`Not delivered: ${error ?? `the receiver answered${answered}`} (after ${latencyMs} ms).`}
    </span>
  );
}
