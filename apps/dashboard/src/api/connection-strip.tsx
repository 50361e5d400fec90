'use client';

import { ApiProblem } from '@restante/api-client';
import { type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { firstBroken, subscribeToBroken } from './broken-connections.ts';

/** Why the page's numbers have stopped, or null while they are live. A refusal (4xx) is an answer: its own view tells it. */
function brokenQuery(cache: QueryCache): string | null {
  const failed = cache
    .findAll({ type: 'active' })
    .map(({ state }) => state.error)
    .find((error) => error !== null && !(error instanceof ApiProblem && error.status < 500));
  return failed === undefined || failed === null ? null : failed.message;
}

/** Says that the server does not answer; goes by itself with the first answer. It lies over the page and moves nothing. */
export function ConnectionStrip() {
  const cache = useQueryClient().getQueryCache();
  const ofQueries = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => brokenQuery(cache),
    () => null,
  );
  const ofOthers = useSyncExternalStore(subscribeToBroken, firstBroken, () => null);
  const reason = ofQueries ?? ofOthers;
  if (reason === null) return null;
  return (
    <p
      role="status"
      data-testid="connection-strip"
      className="fixed inset-x-0 bottom-0 z-10 border-t border-accent bg-raised px-6 py-2 text-center text-[13px] text-accent"
    >
      {reason}. What you see is the last known state; it goes on by itself when the server answers.
    </p>
  );
}
