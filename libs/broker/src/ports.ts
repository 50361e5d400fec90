/**
 * What the engine needs from outside. Nothing else in this library reaches beyond memory: sockets, the database,
 * the log and the identities of clients come through these interfaces.
 */
import type { ProtocolVersion, QoS } from '@restante/mqtt-codec';
import type { Authorize, EnhancedLogin, Login, LoginResult } from './authentication.ts';
import type { Message, Publication } from './message.ts';
import type { DeadLetterQuery, DeadLetterRecord, StoredDeadLetter } from './dead-letters/dead-letter.ts';
import type { DropRecord } from './ledger/drop.ts';
import type { DropFilter, DropQuery, DropSum, DropSumBy, StoredDrop } from './ledger/drop-query.ts';
import type { Occurrence, OccurrenceKind } from './observation/occurrences.ts';
import type { ReceiptOutcome, ReceiptRecord, StoredReceiptSession } from './receipts/receipt.ts';
import type { Policy, QueueLimits } from './policy.ts';
import type {
  AbsentFilter,
  FollowersPage,
  FollowersQuery,
  OfflineQuery,
  RetainedQuery,
  StoredCounts,
  StoredDepths,
  StoredRetained,
  StoredSessionPage,
  StoredSubscriptionPage,
  StoredSubscriptionsQuery,
  StoredTotals,
} from './stored-lists.ts';

export * from './stored-lists.ts';

/** Structured log lines; `fields` never hold payloads or secrets. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * Told what happens to clients and queues, as far as the control plane asks for it (`Inspection.observe`). It is told
 * where it happens: it must neither throw nor take long.
 */
export interface Observer {
  /** Told of every tenant, whoever asks; left out: nothing is. */
  readonly always?: readonly OccurrenceKind[];
  happened(tenantId: number, occurrence: Occurrence): void;
}

/**
 * Follows messages on their way, those that it wants to. Told where it happens, with the message itself: it must neither
 * throw nor take long.
 */
export interface Tracer {
  /**
   * A message was accepted and is about to be routed; its bytes are there until this returns.
   *
   * @param clientId of the session that publishes it; null: the control plane, or a will
   */
  received(message: Message, tenantId: number, clientId: string | null): void;
  /** Everybody who gets it was found. */
  routed(message: Message, outcome: { delivered: number; filters: number }): void;
  /** It is durable wherever it has to be, and its publisher is answered. With QoS 0 nobody is. */
  answered(message: Message): void;
  sent(message: Message, tenantId: number, clientId: string, qos: QoS): void;
  /** The client has it: PUBACK or PUBREC. */
  acknowledged(message: Message, clientId: string): void;
}

/** Decides who a client is. May be asynchronous; a rejection refuses the client with 0x88 (server unavailable). */
export interface Authenticator {
  authenticate(login: Login): LoginResult | Promise<LoginResult>;
  /** Begins an exchange of AUTH packets; undefined: the method is not offered. */
  enhanced(method: string, login: Login): EnhancedLogin | undefined;
  /** The policy in force for a credential; the tenant's default when the credential is gone. */
  policyOf(tenantId: number, username: string): Policy | Promise<Policy>;
  /**
   * The rules in force for a credential, for what is done in its name while it is not connected; undefined: everything
   * is allowed. Nothing is when the credential is gone or disabled.
   */
  authorizerOf(tenantId: number, username: string): Authorize | undefined | Promise<Authorize | undefined>;
}

/** How a client is connected. */
export type TransportKind = 'tcp' | 'tls' | 'ws' | 'wss';

/** A byte stream to one client. The engine sets the callbacks in `Broker.accept`. */
export interface Transport {
  readonly kind: TransportKind;
  /** Address and port, for people. */
  readonly remoteAddress: string;
  /** TLS server name or HTTP Host, where there is one. */
  readonly serverName?: string | undefined;
  /** As in {@link Login}; asked for when the client logs in. */
  readonly certificates?: readonly Uint8Array[] | undefined;
  /** Bytes written and not yet taken by the operating system. */
  readonly bufferedBytes: number;
  /**
   * Sends the bytes, which must not change until `written` is called: some time after this has returned, if the
   * connection lasts so long.
   *
   * @returns false when more than the high-water mark is buffered: `onDrain` will follow
   */
  write(bytes: Buffer, written?: () => void): boolean;
  pause(): void;
  resume(): void;
  /**
   * Sends what is buffered, then closes.
   *
   * @param isGoingAway - since the server ends, where the transport can say so
   */
  end(isGoingAway?: boolean): void;
  /** Closes at once. */
  destroy(): void;
  onData: (chunk: Buffer) => void;
  onDrain: () => void;
  /** Called once, whoever closed. */
  onClose: (error?: Error) => void;
}

export interface StoredWill {
  publication: Publication;
  delaySeconds: number;
}

/** A session's own row: what it is, not where its queue stands. Times in ms since the epoch. */
export interface SessionRecord {
  id: number;
  tenantId: number;
  clientId: string;
  /** Rises with every connection; a write under an older epoch touches no row. */
  epoch: number;
  username: string;
  protocolVersion: ProtocolVersion;
  cleanStart: boolean;
  keepAliveSeconds: number;
  expirySeconds: number;
  createdAt: number;
  /** null: offline. */
  connectedAt: number | null;
  /** null: online. */
  disconnectedAt: number | null;
  /** null: online, or never. */
  expiresAt: number | null;
  will: StoredWill | null;
  /** When the will of an absent session is due; null: none is. */
  willAt: number | null;
  droppedMessages: number;
  /** As of its last connection. Under `drop-oldest` what lies before the queue is free to go. */
  limits: QueueLimits;
  /** While it is absent it keeps only the newest message of each topic. */
  keepLastPerTopic: boolean;
  /** What it loses is copied first: nothing of its queue is let go before. */
  deadLetters: boolean;
  /** How long what it has passed is kept for it, from when it was stored. */
  retentionSeconds: number;
}

export interface SubscriptionRecord {
  sessionId: number;
  tenantId: number;
  topicFilter: string;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  retainHandling: 0 | 1 | 2;
  /** 0: none. */
  identifier: number;
  /** Head of the filter's log when it began; null: not known. */
  since: number | null;
}

/** Where a session, or a shared group, stands in a log. Sequence numbers are below 2^53. */
export interface CursorRecord {
  /** 0: a shared group's. */
  sessionId: number;
  filterId: number;
  /** Everything up to here is acknowledged or skipped. */
  floor: number;
  /** Ranges above the floor that are done, both ends included, ascending, disjoint. */
  done: [from: number, to: number][];
  /** Bytes of the log that this cursor is done with, in the log's running total. */
  consumedBytes: number;
  /** Set when the subscription is gone: the cursor ends here. null: it follows the log. */
  retireAt: number | null;
  /** Of a group; null: a session's cursor, whose limits are the session's. */
  limits: QueueLimits | null;
}

/** Ordered as sent. A message that several filters of the session matched has a line for each, next to each other. */
export interface InflightRecord {
  packetIdentifier: number;
  state: 'publish-qos1' | 'publish-qos2' | 'pubrel';
  /** The log entry; 0 and 0 in state `pubrel`. */
  filterId: number;
  sequence: number;
}

/** What changes with every exchange of packets. */
export interface SessionStateRecord {
  sessionId: number;
  epoch: number;
  inflight: InflightRecord[];
  /** QoS 2 packet identifiers received and not yet released. */
  received: number[];
}

/** A topic filter whose messages are kept, a shared one (`$share/{name}/{filter}`), or (none) a session's own log. */
export interface DurableFilterRecord {
  id: number;
  tenantId: number;
  /** null: the own log of one session, in no tree. */
  topicFilter: string | null;
}

/** A filter as found at start. */
export interface RecoveredFilter extends DurableFilterRecord {
  /** Greatest sequence number in its log or under any cursor. */
  head: number;
  /** Running total of bytes at the head. */
  totalBytes: number;
  /** All its cursors, and those of them that are not retired. */
  cursorCount: number;
  followerCount: number;
  /** From this sequence number on the newest message of each topic is known; null: nobody asks for it. */
  newestFrom: number | null;
  /** From this sequence number on entries are kept behind every cursor; null: none. */
  keptFrom: number | null;
  /** Of a shared group; null otherwise. */
  group: { cursor: CursorRecord; followerCount: number } | null;
}

/** A session whose full queue refuses publishers, as found at start. */
export interface RecoveredGuard {
  sessionId: number;
  tenantId: number;
  limits: QueueLimits;
  cursors: CursorRecord[];
}

export interface StoredSession {
  record: SessionRecord;
  subscriptions: SubscriptionRecord[];
  cursors: CursorRecord[];
  state: { inflight: InflightRecord[]; received: number[] };
}

/** A message appended to a filter's log. */
export interface LogEntry {
  readonly filterId: number;
  readonly sequence: number;
  readonly message: Message;
  /** The log's running total of bytes before this entry. */
  readonly bytesBefore: number;
  /** For as long as its sessions' retention is, though every cursor has passed it. */
  readonly isKept: boolean;
}

/** The newest messages of the topics in a log, from `from` on. */
export interface NewestRequest {
  filterId: number;
  from: number;
  /** Most that are wanted: the last ones. */
  limit: number;
}

export interface StoredNewest {
  /** Ascending by sequence number. */
  messages: { sequence: number; bytes: number }[];
  /** How many there are, those beyond the limit included. */
  total: number;
}

/** The newest message of a topic in a filter's log. */
export interface NewestMessage {
  filterId: number;
  topic: string;
  sequence: number;
  bytes: number;
}

export interface RetainedChange {
  tenantId: number;
  topic: string;
  /** null: the topic's retained message is removed. */
  message: Message | null;
}

/**
 * Everything that becomes durable together, in one transaction. Removals come before additions of the same kind;
 * no key stands twice in one list.
 */
export interface Batch {
  /** Rises by one; committing the same number again is recognized and changes nothing. */
  number: number;
  /** The first identifiers not given out: none is used again, whatever was deleted. */
  next: NextIdentifiers;
  sessions: SessionRecord[];
  /** Their subscriptions, cursors and state go with them. */
  deletedSessionIds: number[];
  filters: DurableFilterRecord[];
  /** No cursor follows them any more; their entries are reclaimed later. */
  deletedFilterIds: number[];
  askedFilters: { filterId: number; newestFrom: number }[];
  keptFilters: { filterId: number; keptFrom: number | null }[];
  subscriptions: SubscriptionRecord[];
  deletedSubscriptions: { sessionId: number; topicFilter: string }[];
  cursors: CursorRecord[];
  deletedCursors: { sessionId: number; filterId: number }[];
  states: SessionStateRecord[];
  /** Ascending by sequence within a filter. */
  entries: LogEntry[];
  /** Of the entries: the newest ones of their topics, in logs that are asked for them. */
  newest: NewestMessage[];
  retained: RetainedChange[];
  /** Identifiers of messages in the outbox that this batch makes durable: they leave it. */
  takenFromOutbox: number[];
  /** Added to what the ledger has under the same minute, session, filter, topic and reason. */
  drops: DropRecord[];
  receipts: ReceiptRecord[];
  /** With what became of them. */
  deletedReceipts: { tenantId: number; id: number }[];
  /** No receipt, session and filter stand twice in it. */
  outcomes: ReceiptOutcome[];
  deadLetters: DeadLetterRecord[];
  deletedDeadLetters: { tenantId: number; id: number }[];
}

export interface PageRequest {
  filterId: number;
  /** First sequence number wanted. */
  from: number;
  /** Last sequence number wanted. */
  to: number;
}

export interface StoredEntry {
  sequence: number;
  /** The log's running total of bytes before it. */
  bytesBefore: number;
  message: Message;
}

/**
 * Entries in order, by index from 0; each is taken apart when it is asked for. Numbers that are missing up to `coversTo`
 * do not exist (any more).
 */
export interface StoredPage {
  readonly length: number;
  /** What it holds of memory, about. */
  readonly bytes: number;
  readonly coversTo: number;
  sequenceAt(index: number): number;
  entryAt(index: number): StoredEntry;
}

/** An absent session whose expiry or will is due. */
export interface DueSession {
  id: number;
  tenantId: number;
  clientId: string;
}

/** An absent session that has more in its queue than this may hold. */
export interface OverfullSession extends DueSession {
  /** As of its last connection: by these the store lets its messages go. */
  limits: QueueLimits;
  retentionSeconds: number;
  deadLetters: boolean;
}

export interface OverfullPiece {
  sessions: OverfullSession[];
  /** The last session that was looked at; null: there are no more. */
  lastId: number | null;
}

export interface NextIdentifiers {
  sessionId: number;
  filterId: number;
  /** Message order. */
  order: number;
}

export interface Recovery {
  next: NextIdentifiers;
  nextBatchNumber: number;
  filters: RecoveredFilter[];
  guards: RecoveredGuard[];
  retained: { tenantId: number; message: Message }[];
  /** The oldest first. */
  receipts: ReceiptRecord[];
}

/**
 * The engine's durable store. All promises reject with `StoreUnavailableError` while the database cannot be
 * reached (the engine tries again), with `StoreFencedError` when another server has taken the store over, and with
 * anything else for a fault that trying again does not mend.
 */
export interface Store {
  /** Takes the store over from any other server, ends what a crash left open, and reads what start-up needs. */
  open(): Promise<Recovery>;
  /** Makes a batch durable, once, whatever number of times it is tried. */
  commit(batch: Batch): Promise<void>;
  /** In the order of the keys; undefined: no such session. */
  loadSessions(keys: { tenantId: number; clientId: string }[]): Promise<(StoredSession | undefined)[]>;
  /** In the order of the requests; bounded in entries and bytes a page, at least one entry where there is one. */
  readPages(requests: PageRequest[]): Promise<StoredPage[]>;
  /** In the order of the requests. */
  readNewest(requests: NewestRequest[]): Promise<StoredNewest[]>;
  /** Absent sessions whose time has come, earliest first. */
  dueSessions(now: number, limit: number): Promise<DueSession[]>;
  /**
   * Removes entries that every cursor has passed and no session's retention keeps, of the given filters; returns how
   * many log rows went.
   */
  reclaim(filterIds: number[], limit: number): Promise<number>;
  /**
   * Sessions that are offline, by client identifier or depth; `after` is exclusive. Where they are very many, the order
   * by depth and what they hold together are of some time ago, what is told of each is not.
   */
  listOfflineSessions(tenantId: number, query: OfflineQuery): Promise<StoredSessionPage>;
  /** What such sessions hold together; of very many with their queues as they were some time ago (`isEstimate`). */
  sumOfflineSessions(tenantId: number, filter: AbsentFilter): Promise<StoredCounts & { isEstimate: boolean }>;
  /**
   * Subscriptions of sessions that outlive their connection, by topic filter and session, whether their clients are
   * connected or not; `after` is exclusive.
   */
  listSubscriptions(tenantId: number, query: StoredSubscriptionsQuery): Promise<StoredSubscriptionPage>;
  totals(tenantId: number): Promise<StoredTotals>;
  /** In the order of the tenants. */
  counts(tenantIds: number[]): Promise<StoredCounts[]>;
  /**
   * Of all absent sessions, by the greatest depth of each bucket, ascending; of very many as they were some time ago, and
   * then it takes the longer the more there are.
   */
  depths(bounds: readonly number[]): Promise<StoredDepths>;
  followers(query: FollowersQuery): Promise<FollowersPage>;
  /** By topic; those that have expired are left out. */
  listRetained(tenantId: number, query: RetainedQuery): Promise<StoredRetained[]>;
  /** The newest lines of a tenant's ledger first; `after` is exclusive. */
  listDrops(tenantId: number, query: DropQuery): Promise<StoredDrop[]>;
  /** Lines of a tenant's ledger that are the same in one respect, added up; most messages first. */
  sumDrops(tenantId: number, filter: DropFilter, by: DropSumBy, limit: number): Promise<DropSum[]>;
  /** Removes lines older than `before` (ms since the epoch), or more than tenants may have; returns how many went. */
  pruneLedger(
    tenantIds: number[],
    before: number,
    limits: { maxLines: number; limit: number },
  ): Promise<number>;
  /**
   * Of `limit` sessions after one, by identifier, those that are absent with more in their queues than these hold;
   * `withDeadLetters`: only those that keep what they lose, or only the others.
   */
  findOverfull(afterId: number, limit: number, options: { withDeadLetters: boolean }): Promise<OverfullPiece>;
  /** A tenant's dead letters, the newest first. */
  listDeadLetters(tenantId: number, query: DeadLetterQuery): Promise<StoredDeadLetter[]>;
  /** Some of them, whole, in order; those that are not there are left out. */
  readDeadLetters(tenantId: number, ids: number[]): Promise<StoredDeadLetter[]>;
  /** Removes those older than `before` (ms since the epoch), and the oldest of too many. */
  pruneDeadLetters(
    tenantId: number,
    before: number,
    limits: { maxMessages: number; maxBytes: number },
  ): Promise<void>;
  /** undefined: the tenant has no such receipt (any more). */
  readReceipt(tenantId: number, id: number): Promise<ReceiptRecord | undefined>;
  /**
   * By session, those after one: all that followed a log of the receipt when the message came, or of which something is
   * known beside that.
   */
  listReceiptSessions(
    receipt: ReceiptRecord,
    afterSessionId: number,
    limit: number,
  ): Promise<StoredReceiptSession[]>;
  /** Deletes up to `limit` sessions of a tenant and all else of it; true when nothing is left. */
  deleteTenant(tenantId: number, limit: number): Promise<boolean>;
  close(): Promise<void>;
}
