import type { ReactNode } from 'react';

/** A table wider than the screen is scrolled in itself, by keys too. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto">
      {children}
    </div>
  );
}
