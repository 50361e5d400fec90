'use client';

import type { ImportedLine } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { importCredentials } from './credentials.ts';
import { cutImport } from './import-file.ts';

interface Progress {
  lines: ImportedLine[];
  isTrial: boolean;
  done: number;
  pieces: number;
}

/** Issues what a CSV asks for, piece by piece; what was issued before a failure is kept and shown. */
export function useImport(tenant: string) {
  const [progress, setProgress] = useState<Progress>();
  const queries = useQueryClient();
  const running = useMutation({
    mutationFn: async ({ data, isTrial }: { data: string; isTrial: boolean }) => {
      // A trial makes no secrets: it is quick, and sees a name that comes twice.
      const pieces = isTrial ? [{ data, offset: 0 }] : cutImport(data);
      let lines: ImportedLine[] = [];
      setProgress({ lines, isTrial, done: 0, pieces: pieces.length });
      for (const [index, piece] of pieces.entries()) {
        const result = await importCredentials(tenant, piece.data, isTrial);
        const counted = result.lines.map((line) => ({ ...line, line: line.line + piece.offset }));
        lines = [...lines, ...counted];
        setProgress({ lines, isTrial, done: index + 1, pieces: pieces.length });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['credentials', tenant] }),
  });
  return {
    progress,
    isRunning: running.isPending,
    error: running.error,
    run: (data: string, isTrial: boolean) => running.mutate({ data, isTrial }),
  };
}
