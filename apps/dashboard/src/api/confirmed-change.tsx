'use client';

import type { ReactNode } from 'react';
import { Confirmation } from '@/interface/confirmation.tsx';
import { useChange } from './use-change.ts';

interface ConfirmedChangeProps<Result> {
  title: string;
  /** The verb on the button: "Revoke key". */
  action: string;
  /** Not yet known what will be lost: nothing can be done. */
  isUnknown?: boolean;
  run: () => Promise<Result>;
  stale: readonly (readonly (string | null)[])[];
  told: (result: Result) => string | undefined;
  onDone?: (result: Result) => void;
  onEnd: () => void;
  /** What will be lost, in numbers. */
  children: ReactNode;
}

/** Asks before it changes what the server has. Mount it to ask. */
export function ConfirmedChange<Result>({
  title,
  action,
  isUnknown = false,
  run,
  stale,
  told,
  onDone,
  onEnd,
  children,
}: ConfirmedChangeProps<Result>) {
  const change = useChange<void, Result>({
    ...{ run, stale, told },
    onDone: (result) => {
      onEnd();
      onDone?.(result);
    },
  });
  return (
    <Confirmation
      title={title}
      action={action}
      isPending={change.isPending || isUnknown}
      error={change.error}
      onConfirm={() => change.mutate()}
      onCancel={onEnd}
    >
      {children}
    </Confirmation>
  );
}
