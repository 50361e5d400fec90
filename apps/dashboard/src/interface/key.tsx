import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-xs border border-hairline bg-paper px-1 font-mono text-[11px] leading-4 whitespace-nowrap text-quiet">
      {children}
    </kbd>
  );
}
