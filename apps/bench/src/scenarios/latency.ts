/** At a rate that leaves every broker room: how long a publisher waits for PUBACK, and a message for its receipt. */
import type { LoadGenerator } from '../generator/load-generator.ts';
import type { Outcome } from '../generator/outcome.ts';
import { type PublisherPlan, type SubscriberPlan, topicOf } from '../generator/plans.ts';
import { checksOf, latencyMeasures, type Result, type Scenario, type Stage } from './scenario.ts';

const PAIRS = 10;
const WINDOW = 1_000;

export const latency: Scenario = {
  name: 'latency',
  variant: 'QoS 1',
  description: 'as durable, at a fixed rate: from PUBLISH to PUBACK, and to the receipt by the subscriber',
  run,
};

async function run({ generator, runId, scale }: Stage): Promise<Result> {
  const ratePerSecond = PAIRS * { tiny: 50, quick: 200, full: 500 }[scale];
  const outcome = await exchangePaced(generator, runId, {
    ratePerSecond,
    seconds: { tiny: 0.2, quick: 3, full: 20 }[scale],
  });
  return {
    measures: [
      ...latencyMeasures('PUBACK', outcome.ackLatencies),
      ...latencyMeasures('end to end', outcome.deliveryLatencies),
    ],
    checks: checksOf(outcome),
  };
}

/** Pairs with persistent sessions, which are removed at the end. */
export async function exchangePaced(
  generator: LoadGenerator,
  runId: string,
  { ratePerSecond, seconds }: { ratePerSecond: number; seconds: number },
): Promise<Outcome> {
  const rateOfOne = ratePerSecond / PAIRS;
  const messages = rateOfOne * seconds;
  const subscribers = subscribersOf(runId, messages);
  await generator.connect(subscribers);
  await generator.connect(publishersOf(runId, messages, rateOfOne));
  const outcome = await generator.exchange();
  await generator.disconnect();
  await generator.connect(subscribers.map((plan) => ({ ...plan, session: 'removed' })));
  await generator.disconnect();
  return outcome;
}

function publishersOf(runId: string, messages: number, ratePerSecond: number): PublisherPlan[] {
  return Array.from({ length: PAIRS }, (_, index) => ({
    role: 'publisher',
    clientId: `${runId}p${index}`,
    streams: { first: index, count: 1 },
    messages,
    qos: 1,
    window: WINDOW,
    pace: { ratePerSecond, phase: index / PAIRS },
    hasNewTopics: false,
  }));
}

function subscribersOf(runId: string, messages: number): SubscriberPlan[] {
  return Array.from({ length: PAIRS }, (_, index) => ({
    role: 'subscriber',
    clientId: `${runId}s${index}`,
    session: 'persistent',
    filter: topicOf(runId, index),
    qos: 1,
    streams: { first: index, count: 1 },
    messages,
    isTimed: true,
  }));
}
