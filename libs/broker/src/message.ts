import type { QoS } from '@restante/mqtt-codec';

/** Interval value that means "never" for session expiry (MQTT 5.0 section 3.1.2.11.2). */
export const NEVER = 0xffff_ffff;

const NOTHING = Buffer.alloc(0);

/** What was published, by a client, a will or the control plane. */
export interface Publication {
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  /** Property bytes forwarded unaltered (see `PublishPacket.forwardedProperties`). */
  forwardedProperties: Buffer;
  /** Milliseconds since the epoch. */
  publishedAt: number;
  /** Milliseconds since the epoch; 0: never. */
  expiresAt: number;
  /** Session that published it, for no local; 0: none. */
  publisherSessionId: number;
}

/** What of a message goes into a copy of it. */
type Copied = Pick<Publication, 'topic' | 'payload' | 'forwardedProperties' | 'publishedAt' | 'expiresAt'>;

/** A copy for one session, which nobody is told to have published. */
export function copyForSession(
  { topic, payload, forwardedProperties, publishedAt, expiresAt }: Copied,
  { qos, retain }: Pick<Publication, 'qos' | 'retain'>,
): Publication {
  return { topic, payload, forwardedProperties, publishedAt, expiresAt, qos, retain, publisherSessionId: 0 };
}

/** Bytes by which queues are measured: what a message takes in a log, its fixed header left out. */
export function sizeOf({
  topic,
  payload,
  forwardedProperties,
}: Pick<Publication, 'topic' | 'payload' | 'forwardedProperties'>): number {
  return topic.length + payload.length + forwardedProperties.length;
}

/**
 * A message on its way. One object whatever number of sessions gets it; it is immutable but for the count of
 * promises that must be kept before its publisher may be answered, and for its bytes: what comes from a client lies in
 * the chunk it was read in, until it is delivered to those that can have it at once, and longer only if it is kept.
 */
export class Message implements Publication {
  readonly topic: string;
  payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  forwardedProperties: Buffer;
  readonly publishedAt: number;
  readonly expiresAt: number;
  readonly publisherSessionId: number;
  /**
   * Identifier of the one subscription that a stored copy is for, in a session's own log; 0: none.
   * Set with `forSubscription` only.
   */
  readonly subscriptionIdentifier: number;
  /** Position in the order in which the broker accepted messages; over all tenants, without reuse. */
  readonly order: number;
  /** See {@link sizeOf}. */
  readonly size: number;

  /** Appends and retained changes neither committed nor cancelled. */
  private waiting = 0;
  private onAccepted: (() => void) | null = null;

  /** @param isBorrowed its bytes are somebody else's: `keep` must be called by whoever has it longer than a delivery */
  constructor(
    publication: Publication,
    order: number,
    subscriptionIdentifier = 0,
    private isBorrowed = false,
  ) {
    this.topic = publication.topic;
    this.payload = publication.payload;
    this.qos = publication.qos;
    this.retain = publication.retain;
    this.forwardedProperties = publication.forwardedProperties;
    this.publishedAt = publication.publishedAt;
    this.expiresAt = publication.expiresAt;
    this.publisherSessionId = publication.publisherSessionId;
    this.subscriptionIdentifier = subscriptionIdentifier;
    this.order = order;
    this.size = sizeOf(this);
  }

  /** Makes its bytes its own. */
  keep(): void {
    if (!this.isBorrowed) return;
    this.isBorrowed = false;
    this.payload = Buffer.from(this.payload);
    if (this.forwardedProperties.length > 0) this.forwardedProperties = Buffer.from(this.forwardedProperties);
  }

  /** It is delivered: bytes that nobody keeps are given back. */
  giveBack(): void {
    if (!this.isBorrowed) return;
    this.isBorrowed = false;
    this.payload = NOTHING;
    this.forwardedProperties = NOTHING;
  }

  /** Its bytes are still here: what was sent to a session that ends with its connection is not kept for that. */
  get isComplete(): boolean {
    return this.size === sizeOf(this);
  }

  isExpired(now: number): boolean {
    return this.expiresAt !== 0 && this.expiresAt <= now;
  }

  /** One more thing must become durable before the publisher is answered. */
  wait(): void {
    this.waiting++;
  }

  /** One of the things waited for is durable, or need not be any more. */
  settle(): void {
    if (--this.waiting === 0 && this.onAccepted !== null) this.answer();
  }

  /** Calls `answer` once nothing is waited for: at once, or after the commit. At most one caller. */
  whenAccepted(answer: () => void): void {
    this.onAccepted = answer;
    if (this.waiting === 0) this.answer();
  }

  private answer(): void {
    const answer = this.onAccepted!;
    this.onAccepted = null;
    answer();
  }
}
