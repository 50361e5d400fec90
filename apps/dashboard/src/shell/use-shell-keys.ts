'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef } from 'react';
import { plainKey } from '@/interface/shortcuts.ts';
import { usePlaces } from './use-places.ts';

const SEQUENCE_MS = 1_000;

/** The keys of every page: Ctrl-K, `?`, and `g` with the letter of a page. */
export function useShellKeys({ onPalette, onKeys }: { onPalette: () => void; onKeys: () => void }): void {
  const router = useRouter();
  const { tenant, platform } = usePlaces();
  const goneAt = useRef(0);
  const press = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      onPalette();
      return;
    }
    const key = plainKey(event);
    if (key === null) return;
    if (key === '?') onKeys();
    const place = [...tenant, ...platform].find(({ page }) => page.key === key);
    const isSecond = event.timeStamp - goneAt.current < SEQUENCE_MS;
    goneAt.current = key === 'g' ? event.timeStamp : -SEQUENCE_MS;
    if (isSecond && place !== undefined) {
      event.preventDefault();
      router.push(place.address);
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
