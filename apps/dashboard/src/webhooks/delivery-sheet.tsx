'use client';

import type { WebhookDelivery } from '@restante/api-client';
import { Button } from '@/interface/button.tsx';
import { CopyButton } from '@/interface/copy-button.tsx';
import { Dialog } from '@/interface/dialog.tsx';
import { prettyJson } from '@/session/payload.ts';

/** What is sent with one delivery, and what came of it. */
export function DeliverySheet({ delivery, onClose }: { delivery: WebhookDelivery; onClose: () => void }) {
  const { id, event, body, lastError } = delivery;
  return (
    <Dialog title={event} look="wide" onClose={onClose}>
      <div className="mt-2 flex flex-col gap-3 text-[13px]">
        <p>
          <span className="text-quiet">webhook-id</span> <span className="font-mono break-all">{id}</span>
        </p>
        {lastError !== null && <p className="break-words text-accent">{lastError}</p>}
        <pre
          tabIndex={0}
          aria-label="Body"
          className="max-h-80 overflow-auto border border-hairline bg-paper p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
        >
          {prettyJson(body) ?? body}
        </pre>
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <CopyButton text={body} label="Copy the body" />
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
