'use client';

import type { SessionDetail } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { type Count, countQuery, type QueueOf } from './queue.ts';

/** What a change of a queue takes: all that waits, or what a topic filter matches of it. undefined: not counted yet. */
export function useTaken(of: QueueOf, session: SessionDetail, topicFilter: string | undefined) {
  const counted = useQuery({ ...countQuery(of, topicFilter ?? ''), enabled: topicFilter !== undefined });
  if (topicFilter !== undefined) return counted.data;
  const { queuedMessages, inflightMessages, queuedBytes } = session;
  return { messages: queuedMessages - inflightMessages, bytes: queuedBytes, isAll: true };
}

/** "12 messages (3 KiB)" */
export function describeTaken({ messages, bytes, isAll }: Count): string {
  return `${isAll ? '' : 'at least '}${formatCountOf(messages, 'message')} (${formatBytes(bytes)})`;
}
