'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tell } from '@/interface/toasts.ts';

interface Change<Given, Result> {
  run: (given: Given) => Promise<Result>;
  /** Beginnings of the query keys of what it changes: read anew when it is done. */
  stale: readonly (readonly (string | null)[])[];
  /** What to say then; undefined: the page shows it. */
  told?: (result: Result) => string | undefined;
  onDone?: (result: Result) => void;
}

/** Something that changes what the server has. */
export function useChange<Given = void, Result = void>({ run, stale, told, onDone }: Change<Given, Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result) => {
      const text = told?.(result);
      if (text !== undefined) tell(text);
      onDone?.(result);
      await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}
