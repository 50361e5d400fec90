import { connect, idle } from './connections.ts';
import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { neighbour } from './neighbour.ts';
import { offline, offlineSharedTopic } from './offline.ts';
import { durable, fanin, fanout, newTopics, p2p, p2pLarge, p2pWebSocket } from './online.ts';
import type { Scenario } from './scenario.ts';

/**
 * In the order in which a round runs them: first what needs a broker whose memory no load has stretched, last the one
 * that kills it.
 */
export const SCENARIOS: readonly Scenario[] = [
  idle,
  ...p2p,
  ...p2pWebSocket,
  p2pLarge,
  newTopics,
  fanout,
  fanin,
  neighbour,
  connect,
  durable,
  ...offline,
  offlineSharedTopic,
  latency,
  kill,
];
