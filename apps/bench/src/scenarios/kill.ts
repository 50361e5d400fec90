/** The broker dies while messages for absent sessions come in: what it had acknowledged, it must still have. */
import type { Outcome } from '../generator/outcome.ts';
import { type Absence, establish, publishersOf, remove, subscribersOf } from './absence.ts';
import type { Checks, Result, Scenario, Stage } from './scenario.ts';

/** Nobody knows how many messages will come: they have all come when none did for so long. */
const QUIET_MS = 2_000;
/** Of the messages, the share that is acknowledged when the broker is killed. */
const KILLED_AT = 0.4;

export const kill: Scenario = {
  name: 'kill',
  variant: 'QoS 1',
  description:
    'as offline, with kill -9 amid the enqueue; it starts again on the same data, and the sessions return',
  run,
};

async function run(stage: Stage): Promise<Result> {
  const { broker, generator, runId, scale, targetAt } = stage;
  const messages = { tiny: 500, quick: 3_000, full: 10_000 }[scale];
  const absence: Absence = { sessions: 20, topics: 20, messages, qos: 1, window: 100 };
  await establish(stage, absence);

  await generator.connect(publishersOf(runId, absence));
  const enqueued = await enqueueAndKill(stage, absence);
  await generator.disconnect();

  const restartedAt = performance.now();
  generator.retarget(targetAt(await broker.start()));
  const restartMs = performance.now() - restartedAt;

  await generator.connect(subscribersOf(runId, absence, 'resumed'));
  const drained = await generator.exchange({ idleMs: QUIET_MS, evidence: true });
  await generator.disconnect();
  await remove(stage, absence);

  const checks = compare(enqueued, drained);
  return {
    measures: [
      { name: 'acknowledged, then lost', unit: '%', value: (100 * checks.lost) / checks.expected },
      { name: 'start after it', unit: 'ms', value: restartMs },
    ],
    checks,
  };
}

async function enqueueAndKill({ broker, generator }: Stage, absence: Absence): Promise<Outcome> {
  const killAt = absence.topics * absence.messages * KILLED_AT;
  const reached = Promise.withResolvers<'reached'>();
  const outcome = generator.exchange({
    evidence: true,
    onProgress: ({ acknowledged }) => acknowledged >= killAt && reached.resolve('reached'),
  });
  const first = await Promise.race([outcome, reached.promise]);
  if (first !== 'reached') throw new Error('The enqueue was over before the broker could be killed');
  await broker.kill9();
  return outcome;
}

function compare(enqueued: Outcome, drained: Outcome): Checks {
  const received = new Map(drained.receivedNumbers.map(({ stream, numbers }) => [stream, numbers]));
  let expected = 0;
  let lost = 0;
  for (const { stream, numbers } of enqueued.acknowledgedNumbers) {
    const seen = received.get(stream);
    numbers.forEach((isAcknowledged, number) => {
      expected += isAcknowledged;
      if (isAcknowledged === 1 && !seen?.[number]) lost++;
    });
  }
  const { repeated, outOfOrder } = drained;
  return { expected, lost, repeated, outOfOrder };
}
