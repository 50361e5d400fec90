import type { History, Overview } from '@restante/api-client';

/** The tenant as it was when somebody looked. `at`: ms since the epoch */
export interface Recent {
  at: number;
  overview: Overview;
}

/** What is charted of both the past and the present. */
export type Column =
  'messagesInPerSecond' | 'messagesOutPerSecond' | 'queuedMessages' | 'onlineSessions' | 'offlineSessions';

/** Looks that the history does not hold yet: its last step ended before them. */
export function since(history: History, looks: readonly Recent[]): Recent[] {
  const end = ((history.at.at(-1) ?? 0) + history.stepSeconds) * 1_000;
  return looks.filter(({ at }) => at >= end);
}

/** The history's times, each the begin of its step, and those of the looks after it: seconds since the epoch. */
export function timesOf(history: History, looks: readonly Recent[]): number[] {
  return [...history.at, ...looks.map(({ at }) => at / 1_000)];
}

export function valuesOf(history: History, looks: readonly Recent[], column: Column): (number | null)[] {
  return [...history[column], ...looks.map(({ overview }) => overview[column])];
}
