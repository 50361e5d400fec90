'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tell } from '@/interface/toasts.ts';
import type { QueueOf } from './queue.ts';

/** Something that changes a queue: told when it is done, and read anew. @param told - of what it came to */
export function useQueueChange<Result>(
  { tenant, clientId }: QueueOf,
  run: () => Promise<Result>,
  told: (result: Result) => string,
  onEnd: () => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result) => {
      tell(told(result));
      onEnd();
      await Promise.all(
        ['session', 'session-events', 'queue', 'queue-count', 'inflight'].map((what) =>
          queries.invalidateQueries({ queryKey: [what, tenant, clientId] }),
        ),
      );
    },
  });
}
