'use client';

import * as Radix from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

interface MenuItem {
  name: string;
  isDisabled?: boolean;
  onSelect: () => void;
}

/** A button under which further actions are. */
export function Menu({ label, items }: { label: ReactNode; items: MenuItem[] }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>
        <Button>
          {label} <span aria-hidden="true">⌄</span>
        </Button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="end"
          sideOffset={4}
          className="z-20 min-w-44 rounded-xs border border-frame bg-raised p-1 text-ink shadow-[0_4px_16px_rgb(0_0_0/0.12)]"
        >
          {items.map(({ name, isDisabled, onSelect }) => (
            <Radix.Item
              key={name}
              disabled={isDisabled}
              onSelect={onSelect}
              className="flex h-8 cursor-pointer items-center rounded-xs px-2 text-[13px] outline-none data-[disabled]:cursor-default data-[disabled]:text-quiet data-[disabled]:opacity-60 data-[highlighted]:bg-sunken"
            >
              {name}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
