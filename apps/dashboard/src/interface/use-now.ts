'use client';

import { useSyncExternalStore } from 'react';
import { currentTime } from '@/format/clock.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = currentTime();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function present(): number {
  if (now === 0) now = currentTime();
  return now;
}

function tick(): void {
  now = currentTime();
  for (const listener of listeners) listener();
}

/** What is said of the present time (ms since the epoch): rendered anew when that is another text, not each second. */
export function useText(say: (now: number) => string): string {
  return useSyncExternalStore(
    subscribe,
    () => say(present()),
    () => say(0),
  );
}

/** Milliseconds since the epoch, once a second and for all readers at once; 0 while the page is rendered on the server. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, present, () => 0);
}
