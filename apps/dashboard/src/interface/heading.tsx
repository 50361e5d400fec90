import type { ReactNode } from 'react';

/** A section of a page: its name, what can be done there, and a hairline. */
export function SectionHeading({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex min-h-8 items-center justify-between gap-4">
      <h2 className="text-[15px] font-semibold">{children}</h2>
      {actions}
    </div>
  );
}
