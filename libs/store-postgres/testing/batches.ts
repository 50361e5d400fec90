import {
  type Batch,
  type CursorRecord,
  type LogEntry,
  Message,
  type Publication,
  type SessionRecord,
  type SubscriptionRecord,
} from '@restante/broker';

/** A batch with what the test does not care about left empty. */
export function aBatch(number: number, fields: Partial<Batch> = {}): Batch {
  return {
    number,
    next: { sessionId: 1_000, filterId: 1_000, order: 1_000_000 },
    sessions: [],
    deletedSessionIds: [],
    filters: [],
    deletedFilterIds: [],
    askedFilters: [],
    keptFilters: [],
    subscriptions: [],
    deletedSubscriptions: [],
    cursors: [],
    deletedCursors: [],
    states: [],
    entries: [],
    newest: [],
    retained: [],
    takenFromOutbox: [],
    drops: [],
    receipts: [],
    deletedReceipts: [],
    outcomes: [],
    deadLetters: [],
    deletedDeadLetters: [],
    ...fields,
  };
}

/** An absent session of tenant 1 that expires in an hour. */
export function aSession(id: number, fields: Partial<SessionRecord> = {}): SessionRecord {
  const now = Date.now();
  return {
    id,
    tenantId: 1,
    clientId: `client ${id}`,
    epoch: 1,
    username: 'device',
    protocolVersion: 5,
    cleanStart: false,
    keepAliveSeconds: 60,
    expirySeconds: 3_600,
    createdAt: now - 1_000,
    connectedAt: null,
    disconnectedAt: now,
    expiresAt: now + 3_600_000,
    will: null,
    willAt: null,
    droppedMessages: 0,
    limits: { overflow: 'drop-oldest', maxQueuedMessages: 10_000, maxQueuedBytes: 64 * 1024 * 1024 },
    keepLastPerTopic: false,
    deadLetters: false,
    retentionSeconds: 0,
    ...fields,
  };
}

/** Is connected since a second. */
export const CONNECTED = { connectedAt: Date.now() - 1_000, disconnectedAt: null, expiresAt: null };

export function aSubscription(sessionId: number, topicFilter: string): SubscriptionRecord {
  return {
    sessionId,
    tenantId: 1,
    topicFilter,
    qos: 1,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 2,
    identifier: 7,
    since: 0,
  };
}

export function aCursor(
  sessionId: number,
  filterId: number,
  fields: Partial<CursorRecord> = {},
): CursorRecord {
  return {
    sessionId,
    filterId,
    floor: 0,
    done: [],
    consumedBytes: 0,
    retireAt: null,
    limits: null,
    ...fields,
  };
}

let order = 0;

export function aMessage(fields: Partial<Publication> & { subscriptionIdentifier?: number } = {}): Message {
  const { subscriptionIdentifier, ...publication } = fields;
  return new Message(
    {
      topic: 'a',
      payload: Buffer.from('payload'),
      qos: 1,
      retain: false,
      forwardedProperties: Buffer.alloc(0),
      publishedAt: 1_700_000_000_000,
      expiresAt: 0,
      publisherSessionId: 0,
      ...publication,
    },
    ++order,
    subscriptionIdentifier,
  );
}

/** Entries `from` to `to` of a filter's log whose messages have `size` bytes each. */
export function entriesOf(
  filterId: number,
  from: number,
  to: number,
  { size = 10, isKept = false } = {},
): LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const sequence = from + index;
    const message = aMessage({ payload: Buffer.from(`${sequence}`.padEnd(size - 1, '.')) });
    return { filterId, sequence, message, bytesBefore: (sequence - 1) * size, isKept };
  });
}
