import type { Idler } from './idler.ts';
import type { Publisher } from './publisher.ts';
import type { Subscriber } from './subscriber.ts';

/** For each number of a stream, whether (how often) it was acknowledged or received. */
export interface StreamEvidence {
  stream: number;
  numbers: Uint8Array;
}

/** What came of an exchange, of one thread or of all. Times are microseconds of the clock. */
export interface Outcome {
  sent: number;
  acknowledged: number;
  refused: number;
  /** Distinct messages that the subscribers wait for, and those that came. */
  expected: number;
  received: number;
  repeated: number;
  outOfOrder: number;
  misplaced: number;
  /** Why connections ended before they were closed, one each. */
  failures: string[];
  /** The first PUBLISH; Infinity: there was no publisher. */
  startedAt: number;
  /** The last message was answered for; 0: none. */
  acknowledgedAt: number;
  /** The last message was received; 0: none. */
  receivedAt: number;
  ackLatencies: Uint32Array;
  deliveryLatencies: Uint32Array;
  pingLatencies: Uint32Array;
  /** Empty unless asked for. */
  acknowledgedNumbers: StreamEvidence[];
  receivedNumbers: StreamEvidence[];
}

export interface Clients {
  publishers: Publisher[];
  subscribers: Subscriber[];
  idlers: Idler[];
}

export function outcomeOf(
  { publishers, subscribers, idlers }: Clients,
  { evidence }: { evidence: boolean },
): Outcome {
  const tallies = subscribers.flatMap((subscriber) => subscriber.tallies);
  return {
    sent: sum(publishers, ({ sent }) => sent),
    acknowledged: sum(publishers, ({ acknowledged }) => acknowledged),
    refused: sum(publishers, ({ refused }) => refused),
    expected: sum(subscribers, ({ expected }) => expected),
    received: sum(subscribers, ({ distinct }) => distinct),
    repeated: sum(tallies, ({ repeated }) => repeated),
    outOfOrder: sum(tallies, ({ outOfOrder }) => outOfOrder),
    misplaced: sum(subscribers, ({ misplaced }) => misplaced),
    failures: [...publishers, ...subscribers, ...idlers].flatMap(({ failure }) => failure ?? []),
    startedAt: publishers.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity),
    acknowledgedAt: latest(publishers),
    receivedAt: latest(subscribers),
    ackLatencies: joined(
      publishers.map(({ latencies, acknowledged }) => latencies.subarray(0, acknowledged)),
    ),
    deliveryLatencies: joined(subscribers.map(({ latencies, measured }) => latencies.subarray(0, measured))),
    pingLatencies: joined(idlers.map(({ latencies }) => Uint32Array.from(latencies))),
    acknowledgedNumbers: evidence ? publishers.flatMap(acknowledgedBy) : [],
    receivedNumbers: evidence ? subscribers.flatMap(receivedBy) : [],
  };
}

/** Of several threads, as if it had been one. */
export function mergedOutcome(parts: Outcome[]): Outcome {
  return {
    sent: sum(parts, ({ sent }) => sent),
    acknowledged: sum(parts, ({ acknowledged }) => acknowledged),
    refused: sum(parts, ({ refused }) => refused),
    expected: sum(parts, ({ expected }) => expected),
    received: sum(parts, ({ received }) => received),
    repeated: sum(parts, ({ repeated }) => repeated),
    outOfOrder: sum(parts, ({ outOfOrder }) => outOfOrder),
    misplaced: sum(parts, ({ misplaced }) => misplaced),
    failures: parts.flatMap(({ failures }) => failures),
    startedAt: Math.min(...parts.map(({ startedAt }) => startedAt)),
    acknowledgedAt: Math.max(...parts.map(({ acknowledgedAt }) => acknowledgedAt)),
    receivedAt: Math.max(...parts.map(({ receivedAt }) => receivedAt)),
    ackLatencies: joined(parts.map(({ ackLatencies }) => ackLatencies)),
    deliveryLatencies: joined(parts.map(({ deliveryLatencies }) => deliveryLatencies)),
    pingLatencies: joined(parts.map(({ pingLatencies }) => pingLatencies)),
    acknowledgedNumbers: parts.flatMap(({ acknowledgedNumbers }) => acknowledgedNumbers),
    receivedNumbers: parts.flatMap(({ receivedNumbers }) => receivedNumbers),
  };
}

function acknowledgedBy({ plan, acknowledgedNumbers }: Publisher): StreamEvidence[] {
  return acknowledgedNumbers.map((numbers, index) => ({ stream: plan.streams.first + index, numbers }));
}

function receivedBy({ plan, tallies }: Subscriber): StreamEvidence[] {
  return tallies.map(({ seen }, index) => ({ stream: plan.streams.first + index, numbers: seen }));
}

function sum<Part>(parts: Part[], count: (part: Part) => number): number {
  return parts.reduce((total, part) => total + count(part), 0);
}

function latest(connections: { endedAt: number }[]): number {
  return connections.reduce((last, { endedAt }) => Math.max(last, endedAt), 0);
}

function joined(parts: Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(sum(parts, ({ length }) => length));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
