/** What the main thread asks of a worker, one command after the other; only `stop` comes amid another. */
import type { ClientPlan, Target } from './plans.ts';

export interface WorkerData {
  /** Acknowledgements [0] and receipts [1] of this thread since its clients connected. */
  progress: Int32Array;
}

export type Command =
  /** Answered with {@link Connected}. */
  | { name: 'connect'; target: Target; clients: ClientPlan[] }
  /** Answered with an `Outcome`. */
  | { name: 'exchange'; evidence: boolean }
  /** Ends the exchange under way, if there is one; has no answer of its own. */
  | { name: 'stop' }
  | { name: 'disconnect' }
  /** See `takePrecedence`. */
  | { name: 'take-precedence' };

export interface Connected {
  /** Microseconds of the clock: when the first was begun, and the last done. */
  startedAt: number;
  endedAt: number;
  /** Clients whose broker still had their session. */
  sessionsPresent: number;
}
