/** What is shown, and in which steps (seconds): each coarser one is made of the one before it. */
export const RANGES = {
  hour: { seconds: 3_600, step: 10 },
  day: { seconds: 86_400, step: 60 },
  week: { seconds: 604_800, step: 600 },
} as const;

export type Range = keyof typeof RANGES;

/** Of samples. */
export const STEP_SECONDS = RANGES.hour.step;

/** From a step to the next coarser one. */
export const ROLL_UPS = [
  { fine: RANGES.hour.step, coarse: RANGES.day.step },
  { fine: RANGES.day.step, coarse: RANGES.week.step },
] as const;

/** What is older is shown no more: a bit later it may go, when it is in the coarser step. */
export const KEPT = Object.values(RANGES).map(({ seconds, step }) => ({ step, seconds: seconds * 1.1 }));

/** The whole steps before a time. @returns seconds since the epoch */
export function beginOf(time: number, step: number): number {
  return Math.floor(time / step) * step;
}
