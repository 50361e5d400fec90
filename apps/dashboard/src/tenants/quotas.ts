import type { Tenant, Usage } from '@restante/api-client';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';

export type Quotas = Tenant['quotas'];
export type QuotaName = keyof Usage;

export interface Quota {
  name: string;
  kind: 'count' | 'bytes';
  /** What it counts, or what happens when it is reached. */
  hint: string;
  format: (value: number) => string;
  /** Below the tenant's address. */
  door?: string;
}

const formatByteRate = (bytes: number) => `${formatBytes(bytes)} / s`;

export const QUOTAS: Record<QuotaName, Quota> = {
  connections: {
    ...{ name: 'Connections', kind: 'count', format: formatCount, door: '/sessions?state=online' },
    hint: 'Clients connected at a time; more are refused',
  },
  sessions: {
    ...{ name: 'Sessions', kind: 'count', format: formatCount, door: '/sessions' },
    hint: 'Of clients connected or not; new ones are refused',
  },
  queuedMessages: {
    ...{ name: 'Queued messages', kind: 'count', format: formatCount, door: '/sessions?sort=queuedMessages' },
    hint: 'In all queues together; publishes that would wait are refused',
  },
  queuedBytes: {
    ...{ name: 'Queued', kind: 'bytes', format: formatBytes, door: '/sessions?sort=queuedMessages' },
    hint: 'The same by size',
  },
  retainedMessages: {
    ...{ name: 'Retained messages', kind: 'count', format: formatCount },
    hint: 'New ones are refused; those that are there may be replaced',
  },
  retainedBytes: {
    ...{ name: 'Retained', kind: 'bytes', format: formatBytes },
    hint: 'Of topics, payloads and properties',
  },
  publishesPerSecond: {
    ...{ name: 'Published messages a second', kind: 'count', format: formatRate },
    hint: 'Publishers are slowed down to it',
  },
  publishedBytesPerSecond: {
    ...{ name: 'Published a second', kind: 'bytes', format: formatByteRate },
    hint: 'Publishers are slowed down to it',
  },
  connectsPerSecond: {
    ...{ name: 'Connects a second', kind: 'count', format: formatRate },
    hint: 'More are refused',
  },
};

export const QUOTA_NAMES = Object.keys(QUOTAS) as QuotaName[];
