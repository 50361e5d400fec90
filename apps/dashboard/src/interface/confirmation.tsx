'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';
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
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      className="m-auto w-[min(480px,calc(100vw-32px))] rounded-xs border border-frame bg-raised p-6 text-ink backdrop:bg-[rgb(0_0_0/0.4)]"
    >
      <h2 id={titleId} className="text-base font-semibold break-words">
        {title}
      </h2>
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
    </dialog>
  );
}
