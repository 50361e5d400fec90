import { Button } from './button.tsx';
import type { Trail } from './use-trail.ts';

/** Leads through a list that is longer than a page; nothing when it is not. `next` is the cursor of the page after. */
export function Pager({ trail, next }: { trail: Trail; next: string | null }) {
  if (trail.page === 1 && next === null) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex items-center gap-2 text-[13px] text-quiet">
      <Button onClick={trail.toFirst} disabled={trail.page === 1}>
        First
      </Button>
      <Button onClick={trail.toPrevious} disabled={trail.page === 1}>
        Previous
      </Button>
      <Button onClick={() => next !== null && trail.toNext(next)} disabled={next === null}>
        Next
      </Button>
      <span className="ml-2 tabular-nums">Page {trail.page}</span>
    </nav>
  );
}
