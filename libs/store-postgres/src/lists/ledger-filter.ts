import type { DropFilter } from '@restante/broker';
import type { Parameters } from './session-filter.ts';

/** Conditions on `ledger l`, each beginning with AND. */
export function ledgerConditions(filter: DropFilter, parameters: Parameters): string {
  const { clientId, topic, reason, kind, from, to } = filter;
  const parts: string[] = [];
  if (clientId !== undefined) parts.push(`AND l.client_id = ${parameters.add(clientId)}`);
  if (topic !== undefined) {
    const wanted = parameters.add(topic);
    parts.push(`AND (l.topic = ${wanted} OR l.topic_filter = ${wanted})`);
  }
  if (reason !== undefined) parts.push(`AND l.reason = ${parameters.add(reason)}`);
  if (kind !== undefined) parts.push(`AND l.kind = ${parameters.add(kind)}`);
  if (from !== undefined) parts.push(`AND l.at >= ${parameters.add(new Date(from))}`);
  if (to !== undefined) parts.push(`AND l.at < ${parameters.add(new Date(to))}`);
  return parts.join(' ');
}
