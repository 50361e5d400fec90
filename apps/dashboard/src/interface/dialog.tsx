'use client';

import * as Radix from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { useReturnFocus } from './use-return-focus.ts';

const LOOKS = {
  sheet: 'top-1/2 max-h-[calc(100dvh-32px)] w-[min(520px,calc(100vw-32px))] -translate-y-1/2 p-6',
  wide: 'top-1/2 max-h-[calc(100dvh-32px)] w-[min(880px,calc(100vw-32px))] -translate-y-1/2 p-6',
  palette: 'top-[12vh] w-[min(600px,calc(100vw-32px))]',
};

interface DialogProps {
  title: string;
  isTitleHidden?: boolean;
  look?: keyof typeof LOOKS;
  /** It asks for a decision: only its own buttons and Escape close it. */
  isQuestion?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Lies over the page and has the focus until it is closed. Mount it to open it. */
export function Dialog({ title, isTitleHidden, look = 'sheet', isQuestion, onClose, children }: DialogProps) {
  const onCloseAutoFocus = useReturnFocus();
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-30 bg-[rgb(0_0_0/0.4)]" />
        <Radix.Content
          role={isQuestion ? 'alertdialog' : 'dialog'}
          aria-describedby={undefined}
          // What is longer than the screen is scrolled by keys too, where nothing in it takes the focus.
          tabIndex={0}
          onCloseAutoFocus={onCloseAutoFocus}
          onPointerDownOutside={(event) => isQuestion && event.preventDefault()}
          className={`fixed left-1/2 z-30 -translate-x-1/2 overflow-y-auto rounded-xs border border-frame bg-raised text-ink ${LOOKS[look]}`}
        >
          <Radix.Title className={isTitleHidden ? 'sr-only' : 'text-base font-semibold break-words'}>
            {title}
          </Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
