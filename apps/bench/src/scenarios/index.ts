import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { offline, offlineSharedTopic } from './offline.ts';
import { durable, fanin, fanout, p2p } from './online.ts';
import { type Scenario } from './scenario.ts';

/** In the order in which a round runs them; the one that kills the broker is the last. */
export const SCENARIOS: readonly Scenario[] = [
  ...p2p,
  fanout,
  fanin,
  durable,
  ...offline,
  offlineSharedTopic,
  latency,
  kill,
];
