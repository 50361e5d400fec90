/** Everybody is connected: publishers send, subscribers receive, and the time is from the first PUBLISH to the last. */
import { type PublisherPlan, type SubscriberPlan, topicOf } from '../generator/plans.ts';
import type { QoS } from '../generator/templates.ts';
import { checksOf, perSecond, type Result, type Scale, type Scenario, type Stage } from './scenario.ts';

const WINDOW = 100;

interface Shape {
  publishers: number;
  subscribers: number;
  /** Of each publisher. */
  messages: number;
  qos: QoS;
  persistent: boolean;
  hasNewTopics?: boolean;
}

/** Of each publisher. */
const P2P_MESSAGES: Record<QoS, Record<Scale, number>> = {
  0: { tiny: 500, quick: 30_000, full: 200_000 },
  1: { tiny: 500, quick: 15_000, full: 100_000 },
  2: { tiny: 200, quick: 5_000, full: 30_000 },
};

export const p2p: Scenario[] = ([0, 1, 2] as const).map((qos) => ({
  name: 'p2p',
  variant: `QoS ${qos}`,
  description:
    '10 publishers, each with a topic and a subscriber of its own; sessions end with their connection',
  run: (stage) => exchange(stage, pairs(qos, P2P_MESSAGES[qos][stage.scale])),
}));

export const p2pWebSocket: Scenario[] = ([0, 1, 2] as const).map((qos) => ({
  name: 'p2p-websocket',
  variant: `QoS ${qos}`,
  description: 'as p2p, over WebSocket, a frame for each packet',
  transport: 'websocket',
  run: (stage) => exchange(stage, pairs(qos, P2P_MESSAGES[qos][stage.scale])),
}));

export const p2pLarge: Scenario = {
  name: 'p2p-4-kib',
  variant: 'QoS 0',
  description: 'as p2p, with payloads of 4,096 bytes',
  payloadBytes: 4_096,
  run: (stage) => exchange(stage, pairs(0, { tiny: 200, quick: 8_000, full: 50_000 }[stage.scale])),
};

export const newTopics: Scenario = {
  name: 'new-topics',
  variant: 'QoS 0',
  description:
    "as p2p, but every message has a topic that was never seen before, below its subscriber's filter",
  run: (stage) => {
    const messages = { tiny: 200, quick: 20_000, full: 100_000 }[stage.scale];
    return exchange(stage, { ...pairs(0, messages), hasNewTopics: true });
  },
};

function pairs(qos: QoS, messages: number): Shape {
  return { publishers: 10, subscribers: 10, messages, qos, persistent: false };
}

export const fanout: Scenario = {
  name: 'fanout',
  variant: 'QoS 0',
  description: '1 publisher, 100 subscribers of its topic; counted are the messages received',
  run: (stage) =>
    exchange(stage, {
      publishers: 1,
      subscribers: 100,
      messages: { tiny: 50, quick: 3_000, full: 30_000 }[stage.scale],
      qos: 0,
      persistent: false,
    }),
};

export const fanin: Scenario = {
  name: 'fanin',
  variant: 'QoS 1',
  description: '50 publishers, each with a topic of its own; 1 subscriber of all of them',
  run: (stage) =>
    exchange(stage, {
      publishers: 50,
      subscribers: 1,
      messages: { tiny: 50, quick: 3_000, full: 20_000 }[stage.scale],
      qos: 1,
      persistent: false,
    }),
};

export const durable: Scenario = {
  name: 'durable',
  variant: 'QoS 1',
  description: 'as p2p, but the subscribers have persistent sessions (and are online)',
  run: (stage) =>
    exchange(stage, {
      publishers: 10,
      subscribers: 10,
      messages: { tiny: 500, quick: 15_000, full: 100_000 }[stage.scale],
      qos: 1,
      persistent: true,
    }),
};

/** As many subscribers as publishers: pairs. Else every subscriber follows every publisher. */
async function exchange({ generator, runId }: Stage, shape: Shape): Promise<Result> {
  const subscribers = subscribersOf(runId, shape);
  await generator.connect(subscribers);
  await generator.connect(publishersOf(runId, shape));
  const outcome = await generator.exchange();
  const checks = checksOf(outcome);
  await generator.disconnect();
  if (shape.persistent) {
    await generator.connect(subscribers.map((plan) => ({ ...plan, session: 'removed' })));
    await generator.disconnect();
  }
  const endedAt = Math.max(outcome.receivedAt, outcome.acknowledgedAt);
  const value = perSecond(outcome.received, outcome.startedAt, endedAt);
  return { measures: [{ name: '', unit: 'msg/s', value }], checks };
}

export function publishersOf(
  runId: string,
  { publishers, messages, qos, hasNewTopics = false }: Shape,
): PublisherPlan[] {
  return Array.from({ length: publishers }, (_, index) => ({
    role: 'publisher',
    clientId: `${runId}p${index}`,
    streams: { first: index, count: 1 },
    messages,
    qos,
    window: WINDOW,
    pace: null,
    hasNewTopics,
  }));
}

export function subscribersOf(runId: string, shape: Shape): SubscriberPlan[] {
  const { publishers, subscribers, messages, qos, persistent, hasNewTopics = false } = shape;
  const arePairs = publishers === subscribers;
  return Array.from({ length: subscribers }, (_, index) => ({
    role: 'subscriber',
    clientId: `${runId}s${index}`,
    session: persistent ? 'persistent' : 'transient',
    filter: arePairs ? `${topicOf(runId, index)}${hasNewTopics ? '/+' : ''}` : `${runId}/+`,
    qos,
    streams: arePairs ? { first: index, count: 1 } : { first: 0, count: publishers },
    messages,
    isTimed: false,
  }));
}
