'use client';

import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { FailureNote } from './failure-note.tsx';

interface ConfirmationProps {
  title: string;
  /** What will be lost, in numbers. */
  children: ReactNode;
  /** The verb on the button: "Delete session". */
  action: string;
  isPending: boolean;
  error: Error | null;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before something is lost. Mount it to ask; Escape and "Cancel" leave everything as it is. */
export function Confirmation({
  title,
  children,
  action,
  isPending,
  error,
  onConfirm,
  onCancel,
}: ConfirmationProps) {
  return (
    <Dialog title={title} isQuestion onClose={onCancel}>
      <div className="mt-2 mb-6 flex flex-col gap-2 text-[13px]">{children}</div>
      <FailureNote error={error} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onCancel} autoFocus>
          Cancel
        </Button>
        <Button look="danger" onClick={onConfirm} disabled={isPending}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
