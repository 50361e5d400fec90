'use client';

import * as Radix from '@radix-ui/react-popover';
import type { ReactNode } from 'react';

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

/** Hangs from its trigger until one looks elsewhere. */
export function PopoverPanel({
  label,
  align = 'start',
  children,
}: {
  label: string;
  align?: 'start' | 'end';
  children: ReactNode;
}) {
  return (
    <Radix.Portal>
      <Radix.Content
        aria-label={label}
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-20 rounded-xs border border-frame bg-raised text-ink shadow-[0_4px_16px_rgb(0_0_0/0.12)]"
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
