/** What scenarios with absent subscribers have in common: they come, subscribe and leave; later they come back. */
import { type PublisherPlan, shareOf, type SubscriberPlan, topicOf } from '../generator/plans.ts';
import type { QoS } from '../generator/templates.ts';
import type { Stage } from './scenario.ts';

/** Publishers of the whole load, or fewer when there are fewer topics. */
const PUBLISHERS = 10;

export interface Absence {
  sessions: number;
  /** As many as sessions, one each, or a single one for all. */
  topics: number;
  /** Of each topic. */
  messages: number;
  qos: QoS;
  /** Messages that a publisher may have unanswered. */
  window: number;
}

/** The sessions begin, and their clients leave. */
export async function establish({ generator, runId }: Stage, absence: Absence): Promise<void> {
  await generator.connect(subscribersOf(runId, absence, 'persistent'));
  await generator.disconnect();
}

/** The clients drop their sessions, whatever is left in them. */
export async function remove({ generator, runId }: Stage, absence: Absence): Promise<void> {
  await generator.connect(subscribersOf(runId, absence, 'removed'));
  await generator.disconnect();
}

export function subscribersOf(
  runId: string,
  { sessions, topics, messages, qos }: Absence,
  session: SubscriberPlan['session'],
): SubscriberPlan[] {
  return Array.from({ length: sessions }, (_, index) => ({
    role: 'subscriber',
    clientId: `${runId}s${index}`,
    session,
    filter: topicOf(runId, topics === 1 ? 0 : index),
    qos,
    streams: { first: topics === 1 ? 0 : index, count: 1 },
    messages,
    isTimed: false,
  }));
}

export function publishersOf(runId: string, { topics, messages, qos, window }: Absence): PublisherPlan[] {
  const publishers = Math.min(PUBLISHERS, topics);
  return Array.from({ length: publishers }, (_, index) => ({
    role: 'publisher',
    clientId: `${runId}p${index}`,
    streams: shareOf(topics, publishers, index),
    messages,
    qos,
    window,
    pace: null,
    hasNewTopics: false,
  }));
}
