import type { Webhook } from '@restante/api-client';
import { RelativeTime } from '@/interface/relative-time.tsx';

/** Whether a webhook is sent what happens, and why not. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { isEnabled, disabledReason, failingSince } = webhook;
  if (disabledReason !== null)
    return (
      <span className="text-accent" title={disabledReason}>
        disabled by the server
      </span>
    );
  if (!isEnabled) return <span className="text-warning">disabled</span>;
  if (failingSince === null) return <span className="text-online">enabled</span>;
  return (
    <span className="text-warning">
      failing for <RelativeTime iso={failingSince} />
    </span>
  );
}
