import type { Broker } from '../brokers/broker.ts';
import type { Transport } from '../generator/framing.ts';
import type { LoadGenerator } from '../generator/load-generator.ts';
import type { Outcome } from '../generator/outcome.ts';
import type { Endpoint, Target } from '../generator/plans.ts';
import { quantile } from '../statistics.ts';

/**
 * - `tiny`: a fraction of a second, for tests and to warm up
 * - `quick`: about a second each
 * - `full`: long enough to quote
 */
export type Scale = 'tiny' | 'quick' | 'full';

/** What a run has at hand. */
export interface Stage {
  broker: Broker;
  generator: LoadGenerator;
  /** A thread for clients of another tenant, where the broker knows tenants: they see what the load does to others. */
  witness: LoadGenerator;
  scale: Scale;
  /** No other run has it: client identifiers and topics begin with it. */
  runId: string;
  /** What the run is against, with the broker at another endpoint. */
  targetAt: (endpoint: Endpoint) => Target;
}

export interface Measure {
  name: string;
  unit: 'msg/s' | 'conn/s' | 'ms' | 'KB' | '%';
  value: number;
}

/** Messages, as the subscribers saw them. */
export interface Checks {
  /** That must have come: all sent, or (killed) all acknowledged. */
  expected: number;
  lost: number;
  repeated: number;
  outOfOrder: number;
}

export interface Result {
  measures: Measure[];
  checks: Checks;
}

/** One row of the table, or a few that are measured together. */
export interface Scenario {
  name: string;
  /** What tells the scenarios of one name apart, or the QoS: shown behind the name. */
  variant: string;
  /** In one sentence, for --help and docs. */
  description: string;
  /** TCP unless it says otherwise. */
  transport?: Transport;
  /** 256 unless it says otherwise. */
  payloadBytes?: number;
  /** @throws Error when it cannot be carried through; the broker and generator are of no use after that */
  run(stage: Stage): Promise<Result>;
}

/**
 * What the subscribers saw of all that was to be sent.
 *
 * @throws Error when a connection failed, a message was refused or came to the wrong place: nothing was measured then
 */
export function checksOf(outcome: Outcome): Checks {
  const { failures, refused, misplaced, expected, received, repeated, outOfOrder } = outcome;
  if (failures.length > 0) throw new Error(`${failures.length} connections failed: ${failures[0]}`);
  if (refused > 0) throw new Error(`${refused} messages were refused`);
  if (misplaced > 0) throw new Error(`${misplaced} messages came to the wrong subscriber`);
  return { expected, lost: expected - received, repeated, outOfOrder };
}

/** Of a scenario without messages. */
export const NO_MESSAGES: Checks = { expected: 0, lost: 0, repeated: 0, outOfOrder: 0 };

/** @param from, to microseconds of the clock */
export function perSecond(count: number, from: number, to: number): number {
  return to > from ? (count * 1e6) / (to - from) : 0;
}

/** The median and the 99th percentile, in milliseconds. */
export function latencyMeasures(name: string, microseconds: Uint32Array): Measure[] {
  const sorted = microseconds.toSorted();
  return [0.5, 0.99].map((share) => ({
    name: `${name} p${share * 100}`,
    unit: 'ms',
    value: quantile(sorted, share) / 1e3,
  }));
}
