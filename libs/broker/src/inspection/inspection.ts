/**
 * What the control plane sees and asks of the engine. Times are milliseconds since the epoch (UTC).
 */
import { type ProtocolVersion, type QoS } from '@restante/mqtt-codec';

export type SessionState = 'online' | 'offline';

export interface SessionSummary {
  clientId: string;
  state: SessionState;
  /** User name of the credential that connected last, without the tenant. */
  username: string;
  protocolVersion: ProtocolVersion;
  /** Address and port of the connection; null while offline. */
  remoteAddress: string | null;
  createdAt: number;
  /** Start of the present connection; null while offline. */
  connectedAt: number | null;
  /** End of the last connection; null while online. */
  disconnectedAt: number | null;
  /** Interval in force; 0: the session ends with its connection; 4,294,967,295: never. */
  sessionExpirySeconds: number;
  /** When an offline session ends; null while online or when it never does. */
  expiresAt: number | null;
  subscriptionCount: number;
  /** QoS 1 and 2 messages not yet acknowledged by the client, the in-flight ones included. */
  queuedMessages: number;
  queuedBytes: number;
  /** The queue's limits, by the policy in force. */
  maxQueuedMessages: number;
  maxQueuedBytes: number;
  /** Sent and not yet completely acknowledged. */
  inflightMessages: number;
  /** Messages dropped from this session's queue since it began. */
  droppedMessages: number;
}

export interface SubscriptionDetail {
  topicFilter: string;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  retainHandling: 0 | 1 | 2;
  subscriptionIdentifier: number | null;
  /** Messages of this filter the session has not yet acknowledged. */
  queuedMessages: number;
}

export interface SessionDetail extends SessionSummary {
  cleanStart: boolean;
  keepAliveSeconds: number;
  receiveMaximum: number;
  subscriptions: SubscriptionDetail[];
  will: { topic: string; qos: QoS; retain: boolean; delaySeconds: number } | null;
}

export interface SessionQuery {
  state?: SessionState;
  /** Part of the client identifier, case-insensitive. */
  q?: string;
  /** Default `clientId`; `queuedMessages` sorts deepest first. */
  sort?: 'clientId' | 'queuedMessages';
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}

export interface Page<Item> {
  items: Item[];
  /** Pass as `after` for the next page; null at the end. */
  next: string | null;
}

export interface InflightDetail {
  packetIdentifier: number;
  qos: QoS;
  state: 'publish-sent' | 'pubrel-sent';
  topic: string | null;
}

export interface TenantOverview {
  onlineSessions: number;
  offlineSessions: number;
  queuedMessages: number;
  queuedBytes: number;
  retainedMessages: number;
  retainedBytes: number;
  /** Messages a second, over about the last ten seconds. */
  messagesInPerSecond: number;
  messagesOutPerSecond: number;
  /** At most ten, deepest first. */
  topQueues: { clientId: string; queuedMessages: number; queuedBytes: number; state: SessionState }[];
}

export interface PublishRequest {
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  messageExpiryInterval?: number;
  /** Property bytes as in `PublishPacket.forwardedProperties`. */
  forwardedProperties?: Buffer;
}

export interface PublishOutcome {
  /** Sessions that get the message now, from memory. */
  delivered: number;
  /** Durable filters whose log holds it. */
  filters: number;
}

/** The engine as the control plane uses it; every call names the tenant first. */
export interface Inspection {
  listSessions(tenantId: number, query: SessionQuery): Promise<Page<SessionSummary>>;
  /** undefined: the tenant has no such session. */
  getSession(tenantId: number, clientId: string): Promise<SessionDetail | undefined>;
  listInflight(tenantId: number, clientId: string): Promise<InflightDetail[] | undefined>;
  overview(tenantId: number): Promise<TenantOverview>;
  /** Closes the session's connection (DISCONNECT 0x98); the session stays. False: not online. */
  disconnect(tenantId: number, clientId: string): Promise<boolean>;
  /** Closes the connection and ends the session with all it holds. False: no such session. */
  deleteSession(tenantId: number, clientId: string): Promise<boolean>;
  /** Drops all queued messages, in-flight PUBLISHes excepted; subscriptions stay. undefined: no such session. */
  purgeQueue(tenantId: number, clientId: string): Promise<{ purgedMessages: number } | undefined>;
  /** Closes every connection of a credential, or of the whole tenant when `username` is left out. */
  disconnectCredential(tenantId: number, username?: string): void;
  /** Ends every session of the tenant and forgets its messages; resolves when nothing of it is left. */
  deleteTenant(tenantId: number): Promise<void>;
  /** Resolves when the message is durable wherever it has to be. Throws MqttError on an invalid topic. */
  publish(tenantId: number, request: PublishRequest): Promise<PublishOutcome>;
}
