'use client';

import { formatDuration, formatExactTime, secondsUntil } from '@/format/times.ts';
import { useNow, useText } from './use-now.ts';

/** The distance from now to a time as words, the exact time on hover: "3 min" or, with `direction`, "3 min ago" and "in 3 min". */
export function RelativeTime({ iso, direction = false }: { iso: string; direction?: boolean }) {
  const seconds = secondsUntil(iso, useNow());
  const distance = formatDuration(Math.abs(seconds));
  const isNow = Math.abs(seconds) < 1;
  return (
    <time dateTime={iso} title={formatExactTime(iso)}>
      {!direction ? distance : isNow ? 'now' : seconds > 0 ? `in ${distance}` : `${distance} ago`}
    </time>
  );
}

/** For long lists: how long ago a time (ms since the epoch) is, as bare words. */
export function Ago({ at }: { at: number | null }) {
  return useText((now) => (at === null ? '' : formatDuration((now - at) / 1_000)));
}

/** For long lists: how far ahead a time (ms since the epoch) is, as bare words. */
export function Ahead({ at }: { at: number }) {
  return useText((now) => formatDuration((at - now) / 1_000));
}
