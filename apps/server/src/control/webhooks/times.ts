const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** When deliveries are written, sent and given up. Milliseconds. */
export interface WebhookTimes {
  /** Deliveries are written, and it is looked which are due, about this often. */
  tickMs: number;
  /** Pauses after attempts that failed; after as many and one more it has failed for good. */
  retriesMs: readonly number[];
  /** For an answer. */
  timeoutMs: number;
  /** A webhook that has not taken anything for so long is disabled. */
  disabledAfterMs: number;
  /** Deliveries are kept so long, whatever became of them. */
  keptMs: number;
  sweepMs: number;
  /** Attempts under way may finish so long when the server stops. */
  stopMs: number;
  /** Failed logins of one kind are told together for so long. */
  loginFailuresMs: number;
}

export const DEFAULT_TIMES: WebhookTimes = {
  tickMs: 1_000,
  retriesMs: [5_000, 30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS],
  timeoutMs: 10_000,
  disabledAfterMs: 3 * DAY_MS,
  keptMs: 7 * DAY_MS,
  sweepMs: MINUTE_MS,
  stopMs: 2_000,
  loginFailuresMs: MINUTE_MS,
};
