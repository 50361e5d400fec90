/** What the load of some does to others: an idle client of another tenant asks whether the broker is there. */
import { publishersOf, subscribersOf } from './online.ts';
import { checksOf, latencyMeasures, perSecond, type Result, type Scenario, type Stage } from './scenario.ts';

const PAIRS = 20;
const PING_EVERY_MS = 5;

export const neighbour: Scenario = {
  name: 'neighbour',
  variant: 'QoS 0',
  description:
    'as p2p with 20 pairs, as fast as the broker takes it; a client of another tenant waits for its PINGRESP',
  run,
};

async function run({ generator, witness, runId, scale }: Stage): Promise<Result> {
  const messages = { tiny: 500, quick: 30_000, full: 200_000 }[scale];
  const shape = { publishers: PAIRS, subscribers: PAIRS, messages, qos: 0, persistent: false } as const;
  await generator.connect(subscribersOf(runId, shape));
  await generator.connect(publishersOf(runId, shape));
  await witness.connect([{ role: 'idle', clientId: `${runId}w`, pingEveryMs: PING_EVERY_MS }]);

  const [watched, load] = await Promise.all([
    witness.exchange({ idleMs: Infinity }),
    generator.exchange().finally(() => witness.stopExchange()),
  ]);

  const checks = checksOf(load);
  checksOf(watched);
  await Promise.all([generator.disconnect(), witness.disconnect()]);
  return {
    measures: [
      { name: 'load', unit: 'msg/s', value: perSecond(load.received, load.startedAt, load.receivedAt) },
      ...latencyMeasures('PINGRESP', watched.pingLatencies),
    ],
    checks,
  };
}
