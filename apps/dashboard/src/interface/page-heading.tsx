import type { ReactNode } from 'react';

interface PageHeadingProps {
  children: ReactNode;
  /** One sentence: what the page is for. */
  about?: ReactNode;
  actions?: ReactNode;
}

/** The name of a page, and what can be done on it. */
export function PageHeading({ children, about, actions }: PageHeadingProps) {
  return (
    <div className="mb-4 flex min-h-8 flex-wrap items-start justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl leading-8 font-semibold tracking-tight">{children}</h1>
        {about !== undefined && <p className="max-w-prose text-[13px] text-quiet">{about}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
