'use client';

import type { Credential } from '@restante/api-client';
import { secondsUntil } from '@/format/times.ts';
import { useNow } from '@/interface/use-now.ts';

/** Whether clients may come with it, and whether one is there, by word, shape and hue. */
export function CredentialState({
  credential: { enabled, expiresAt, isOnline },
}: {
  credential: Credential;
}) {
  const now = useNow();
  const isOver = expiresAt !== null && secondsUntil(expiresAt, now) <= 0;
  const state = !enabled ? 'disabled' : isOver ? 'expired' : isOnline ? 'online' : 'enabled';
  const isBarred = !enabled || isOver;
  return (
    <span
      className={`flex items-center gap-2 ${isBarred ? 'text-warning' : ''}`}
      data-testid="credential-state"
    >
      <span
        aria-hidden="true"
        className={`size-2 ${isBarred ? 'border border-warning' : isOnline ? 'rounded-full bg-online' : 'rounded-full border border-frame'}`}
      />
      {state}
    </span>
  );
}
