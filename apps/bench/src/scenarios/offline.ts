/** Subscribers are absent while their messages come in, and fetch them all at once. */
import { type Absence, establish, publishersOf, remove, subscribersOf } from './absence.ts';
import { checksOf, perSecond, type Result, type Scenario, type Stage } from './scenario.ts';

export const offline: Scenario[] = [
  { qos: 1, window: 100, messages: { tiny: 20, quick: 1_500, full: 10_000 } } as const,
  { qos: 2, window: 20, messages: { tiny: 20, quick: 500, full: 3_000 } } as const,
].map(({ qos, window, messages }) => ({
  name: 'offline',
  variant: `QoS ${qos}`,
  description: `50 persistent sessions with a topic each, absent while 10 publishers (window ${window}) send; then they return`,
  run: (stage) =>
    enqueueAndDrain(stage, { sessions: 50, topics: 50, messages: messages[stage.scale], qos, window }),
}));

export const offlineSharedTopic: Scenario = {
  name: 'offline-shared-topic',
  variant: 'QoS 1',
  description: '1,000 absent persistent sessions of one topic and 1 publisher; then they return',
  run: (stage) =>
    enqueueAndDrain(stage, {
      sessions: stage.scale === 'tiny' ? 20 : 1_000,
      topics: 1,
      messages: { tiny: 20, quick: 400, full: 2_000 }[stage.scale],
      qos: 1,
      window: 100,
    }),
};

async function enqueueAndDrain(stage: Stage, absence: Absence): Promise<Result> {
  const { generator, runId } = stage;
  await establish(stage, absence);

  await generator.connect(publishersOf(runId, absence));
  const enqueued = await generator.exchange();
  checksOf(enqueued);
  const unanswered = enqueued.sent - enqueued.acknowledged;
  if (unanswered > 0) throw new Error(`${unanswered} messages were not answered`);
  await generator.disconnect();

  const { startedAt } = await generator.connect(subscribersOf(runId, absence, 'resumed'));
  const drained = await generator.exchange();
  const checks = checksOf(drained);
  await generator.disconnect();
  await remove(stage, absence);

  const enqueueRate = perSecond(enqueued.acknowledged, enqueued.startedAt, enqueued.acknowledgedAt);
  const drainRate = perSecond(drained.received, startedAt, drained.receivedAt);
  return {
    measures: [
      { name: 'enqueue', unit: 'msg/s', value: enqueueRate },
      { name: 'drain', unit: 'msg/s', value: drainRate },
    ],
    checks,
  };
}
