'use client';

import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const LEAST = 240;

/** An element, and the height that the window has from its top on, less what is to stand below it. 0: not known yet. */
export function useRoomBelow(below: number): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = (element.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setRoom(Math.max(LEAST, Math.floor(window.innerHeight - top - below)));
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [below]);
  return [element, room];
}
