/** What a tenant may have and do in all; null: as much as there is room for. */
export interface Quotas {
  connections: number | null;
  /** Online or not. */
  sessions: number | null;
  /** In all queues together. */
  queuedMessages: number | null;
  queuedBytes: number | null;
  retainedMessages: number | null;
  /** Of topics, payloads and properties. */
  retainedBytes: number | null;
  /** By its clients; who publishes more is slowed down to it, as are those of bytes. */
  publishesPerSecond: number | null;
  publishedBytesPerSecond: number | null;
  connectsPerSecond: number | null;
}

export type Quota = keyof Quotas;

export const NO_QUOTAS: Quotas = {
  connections: null,
  sessions: null,
  queuedMessages: null,
  queuedBytes: null,
  retainedMessages: null,
  retainedBytes: null,
  publishesPerSecond: null,
  publishedBytesPerSecond: null,
  connectsPerSecond: null,
};
