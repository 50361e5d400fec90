'use client';

import { type ReactNode, useState } from 'react';
import { Drawer } from '@/interface/drawer.tsx';
import { Button } from '@/interface/button.tsx';
import { Wordmark } from '@/interface/wordmark.tsx';
import { CommandPalette } from './command-palette.tsx';
import { KeysSheet } from './keys-sheet.tsx';
import { Sidebar } from './sidebar.tsx';
import { useShellKeys } from './use-shell-keys.ts';

type Sheet = 'palette' | 'keys' | 'drawer';

/** What surrounds every page: navigation at its side (a drawer on narrow screens), the palette, and the keys. */
export function Shell({ children }: { children: ReactNode }) {
  const [sheet, setSheet] = useState<Sheet>();
  const close = () => setSheet(undefined);
  const onPalette = () => setSheet('palette');
  const onKeys = () => setSheet('keys');
  useShellKeys({ onPalette, onKeys });
  return (
    <div className="lg:grid lg:grid-cols-[224px_minmax(0,1fr)]">
      <a
        href="#content"
        className="absolute -top-12 left-3 z-40 rounded-xs border border-ink bg-raised px-3 py-2 text-[13px] focus:top-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-r border-hairline lg:block" aria-label="Navigation">
        <Sidebar onPalette={onPalette} onKeys={onKeys} />
      </aside>
      <header className="flex h-12 items-center justify-between border-b border-hairline px-4 lg:hidden">
        <Wordmark />
        <span className="flex gap-2">
          <Button onClick={onPalette}>Go to</Button>
          <Button onClick={() => setSheet('drawer')}>Menu</Button>
        </span>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 px-4 pt-5 pb-16 outline-none lg:px-8">
        {children}
      </main>
      {sheet === 'palette' && <CommandPalette onClose={close} />}
      {sheet === 'keys' && <KeysSheet onClose={close} />}
      {sheet === 'drawer' && (
        <Drawer title="Menu" onClose={close}>
          <Sidebar onPalette={onPalette} onKeys={onKeys} onLeave={close} />
        </Drawer>
      )}
    </div>
  );
}
