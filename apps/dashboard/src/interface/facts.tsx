import type { ReactNode } from 'react';

/** What is known of a thing, line by line, between hairlines. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="mb-8 grid grid-cols-[minmax(88px,128px)_minmax(0,1fr)] gap-x-2 border-y border-hairline py-3 text-[13px] tabular-nums">
      {children}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="py-1 text-quiet">{name}</dt>
      <dd className="py-1 break-words">{children}</dd>
    </>
  );
}
