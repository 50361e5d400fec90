'use client';

import { Button } from '@/interface/button.tsx';

/** Shown when a page fails in a way that nobody foresaw. */
export default function PageFailure({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto flex max-w-[1440px] flex-col items-start gap-4 px-6 py-16">
      <h1 className="text-xl font-semibold">This page failed</h1>
      <p className="text-quiet">{error.message}</p>
      <Button onClick={reset}>Try again</Button>
    </main>
  );
}
