import type { ProtocolVersion } from '@restante/mqtt-codec';
import type { Counters } from '../counters.ts';
import type { TransportKind } from '../ports.ts';
import type { CommitFigures } from './commit-figures.ts';

/** Clients that are connected, of one kind. */
export interface ConnectionCount {
  transport: TransportKind;
  protocolVersion: ProtocolVersion;
  count: number;
}

export type TrafficCounts = Pick<
  Counters,
  | 'messagesInByQoS'
  | 'messagesOutByQoS'
  | 'bytesInByQoS'
  | 'bytesOutByQoS'
  | 'dropped'
  | 'droppedMessages'
  | 'connects'
>;

/** What happened in a tenant since the engine has to do with it. */
export interface TenantFigures {
  tenantId: number;
  connections: number;
  counters: TrafficCounts;
}

/** How the engine does, as its operator wants to know it. Made in memory, in little time, whatever there is in queues. */
export interface EngineFigures {
  /** Milliseconds since the epoch. */
  startedAt: number;
  commits: CommitFigures;
  /** What has been accepted and is not durable yet; its publishers wait. */
  backlog: { messages: number; bytes: number; maxBytes: number };
  connections: ConnectionCount[];
  tenants: TenantFigures[];
  /** Of tenants that are gone. */
  gone: TrafficCounts;
}
