import type { Occurrence, OccurrenceKind, QueueFill } from '@restante/broker';

/** What a webhook can ask for; docs/WEBHOOKS.md says what each of them tells. */
export const EVENTS = [
  'client.connected',
  'client.disconnected',
  'session.expired',
  'queue.filling',
  'queue.full',
  'message.queued',
  'quota.reached',
  'login.failed',
] as const;
export type EventName = (typeof EVENTS)[number];

/** What is sent when somebody tries a webhook. */
export const PING = 'ping';

/** Longer text, such as a topic, is cut: a body stays small whatever clients send. */
const MAX_TEXT = 1_024;

export interface WebhookEvent {
  type: EventName;
  /** Milliseconds since the epoch. */
  at: number;
  data: Record<string, unknown>;
}

/** What the engine must be asked for, for each event; null: the engine does not know of it. */
const ASKED_FOR: Record<EventName, OccurrenceKind | null> = {
  'client.connected': 'client-connected',
  'client.disconnected': 'client-disconnected',
  'session.expired': 'session-expired',
  'queue.filling': 'queue-filled',
  'queue.full': 'queue-filled',
  'message.queued': 'messages-queued',
  'quota.reached': 'quota-reached',
  'login.failed': null,
};

export function occurrencesFor(events: Iterable<EventName>): OccurrenceKind[] {
  const kinds = [...events].map((event) => ASKED_FOR[event]);
  return [...new Set(kinds.filter((kind) => kind !== null))];
}

/** What webhooks can be told of. */
export type ToldOccurrence = Exclude<Occurrence, { kind: 'session-replaced' }>;

export function nameOf(occurrence: ToldOccurrence): EventName {
  switch (occurrence.kind) {
    case 'client-connected':
      return 'client.connected';
    case 'client-disconnected':
      return 'client.disconnected';
    case 'session-expired':
      return 'session.expired';
    case 'quota-reached':
      return 'quota.reached';
    case 'messages-queued':
      return 'message.queued';
    case 'queue-filled':
      return occurrence.percent === 100 ? 'queue.full' : 'queue.filling';
  }
}

export function toEvent(occurrence: ToldOccurrence): WebhookEvent {
  return { type: nameOf(occurrence), at: occurrence.at, data: dataOf(occurrence) };
}

function dataOf(occurrence: ToldOccurrence): Record<string, unknown> {
  switch (occurrence.kind) {
    case 'client-connected': {
      const { clientId, username, remoteAddress, protocolVersion, sessionPresent } = occurrence;
      return { clientId, username, remoteAddress, protocolVersion, sessionPresent };
    }
    case 'client-disconnected': {
      const { clientId, username, remoteAddress, by, reasonCode, reason, isSessionKept } = occurrence;
      return { clientId, username, remoteAddress, by, reasonCode, reason, isSessionKept };
    }
    case 'session-expired': {
      const { clientId, username, disconnectedAt, queuedMessages, queuedBytes } = occurrence;
      return { clientId, username, disconnectedAt: timeOf(disconnectedAt), queuedMessages, queuedBytes };
    }
    case 'quota-reached':
      return { quota: occurrence.quota, limit: occurrence.limit };
    case 'messages-queued': {
      const { clientId, username, messages, topic } = occurrence;
      return { clientId, username, messages, topic, ...fillOf(occurrence) };
    }
    case 'queue-filled': {
      const { clientId, username, sharedSubscription, percent } = occurrence;
      return { clientId, username, sharedSubscription, percent, ...fillOf(occurrence) };
    }
  }
}

function fillOf({ queuedMessages, queuedBytes, maxQueuedMessages, maxQueuedBytes }: QueueFill): QueueFill {
  return { queuedMessages, queuedBytes, maxQueuedMessages, maxQueuedBytes };
}

function timeOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** The body as the Standard Webhooks specification recommends it, with the tenant. */
export function toBody(
  tenant: string,
  { type, at, data }: Omit<WebhookEvent, 'type'> & { type: string },
): string {
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ type, timestamp, tenant, data }, (_, value: unknown) =>
    typeof value === 'string' && value.length > MAX_TEXT ? value.slice(0, MAX_TEXT).toWellFormed() : value,
  );
}
