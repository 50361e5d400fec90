'use client';

import { useCallback } from 'react';
import { currentTime } from '@/format/clock.ts';
import type { LiveSession } from '@/live/live-session.ts';
import { isFiltered, isWanted, type SessionFilter } from '@/sessions/session-filter.ts';

/** Whether a session is among those that the filter asks for; the same function while the filter is the same. */
export function useIsWanted(filter: SessionFilter): (session: LiveSession) => boolean {
  return useCallback(
    (session: LiveSession) => !isFiltered(filter) || isWanted(session, filter, currentTime()),
    [filter],
  );
}
