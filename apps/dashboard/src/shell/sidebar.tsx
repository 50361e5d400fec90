'use client';

import Link from 'next/link';
import { Key } from '@/interface/key.tsx';
import { ThemeSwitch } from '@/interface/theme-switch.tsx';
import { Wordmark } from '@/interface/wordmark.tsx';
import { LogoutButton } from '@/people/logout-button.tsx';
import { Navigation } from './navigation.tsx';
import { TenantSwitcher } from './tenant-switcher.tsx';

interface SidebarProps {
  onPalette: () => void;
  onKeys: () => void;
  /** A way was taken. */
  onLeave?: () => void;
}

/** Where one is, where one can go, and who one is. */
export function Sidebar({ onPalette, onKeys, onLeave }: SidebarProps) {
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto px-3 py-4">
      <Link href="/tenants" className="px-2" onClick={onLeave}>
        <Wordmark />
      </Link>
      <TenantSwitcher />
      <button
        type="button"
        onClick={onPalette}
        className="flex h-8 shrink-0 items-center justify-between rounded-xs border border-hairline px-2 text-[13px] text-quiet hover:border-frame hover:text-ink"
      >
        Go to
        <Key>Ctrl K</Key>
      </button>
      <Navigation onLeave={onLeave} />
      <div className="mt-auto flex flex-col gap-3 border-t border-hairline px-2 pt-3">
        <div className="flex items-center justify-between gap-2">
          <ThemeSwitch />
          <button type="button" onClick={onKeys} className="door text-[13px] text-quiet">
            Keys
          </button>
        </div>
        <LogoutButton onLeave={onLeave} />
      </div>
    </div>
  );
}
