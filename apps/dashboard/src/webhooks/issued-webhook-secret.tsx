'use client';

import type { IssuedWebhook } from '@restante/api-client';
import { ShownOnce } from '@/interface/shown-once.tsx';

/** A webhook's secret, just made. */
export function IssuedWebhookSecret({
  issued: { url, secret },
  onClose,
}: {
  issued: IssuedWebhook;
  onClose: () => void;
}) {
  return (
    <ShownOnce
      title={
        <>
          Signing secret of <span className="font-mono break-all">{url}</span>
        </>
      }
      note="Shown now and never again. Whoever receives the events checks the signature of each with it."
      values={[{ name: 'Secret', value: secret, testId: 'webhook-secret' }]}
      onClose={onClose}
    />
  );
}
