'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useEffectEvent } from 'react';
import { plainKey } from '@/interface/shortcuts.ts';

/** Address of the same sessions in the other view, wall or table, to which `v` goes. */
export function useOtherView(path: string): string {
  const router = useRouter();
  const search = useSearchParams().toString();
  const address = search === '' ? path : `${path}?${search}`;
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (plainKey(event) === 'v') router.push(address);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
  return address;
}
