'use client';

import { type RefObject, useEffect, useState } from 'react';

/** Whether an element is on the screen now. */
export function useIsInSight(element: RefObject<HTMLElement | null>): boolean {
  const [isInSight, setIsInSight] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new IntersectionObserver((entries) =>
      setIsInSight(entries.at(-1)?.isIntersecting ?? false),
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return isInSight;
}
