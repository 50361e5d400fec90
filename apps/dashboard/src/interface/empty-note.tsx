import type { ReactNode } from 'react';

/** Stands where a list would be: why it is empty, and what fills it. */
export function EmptyNote({ children }: { children: ReactNode }) {
  return <p className="border-y border-hairline py-4 text-[13px] text-quiet">{children}</p>;
}
