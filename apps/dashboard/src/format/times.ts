const STEPS = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3_600, unit: 'h' },
  { seconds: 60, unit: 'min' },
  { seconds: 1, unit: 's' },
];

/** A length of time in its one or two greatest units: "45 s", "3 min", "2 h 5 min", "7 d". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const index = STEPS.findIndex((step) => whole >= step.seconds);
  if (index === -1) return '0 s';
  const [step, smaller] = STEPS.slice(index);
  const rest = smaller === undefined ? 0 : Math.floor((whole % step.seconds) / smaller.seconds);
  const isLong = step.unit === 'd' || step.unit === 'h';
  const head = `${Math.floor(whole / step.seconds)} ${step.unit}`;
  return isLong && rest > 0 ? `${head} ${rest} ${smaller.unit}` : head;
}

const EXACT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
});

/** An ISO 8601 time to the second, in the reader's own time zone. */
export function formatExactTime(iso: string): string {
  return EXACT.format(new Date(iso));
}

/** Seconds from `now` (ms since the epoch) to an ISO 8601 time; negative when it is past. */
export function secondsUntil(iso: string, now: number): number {
  return (Date.parse(iso) - now) / 1_000;
}

const TIME_OF_DAY = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** "14:05:09" of an ISO 8601 time, in the reader's own time zone. */
export function formatTimeOfDay(iso: string): string {
  return TIME_OF_DAY.format(new Date(iso));
}
