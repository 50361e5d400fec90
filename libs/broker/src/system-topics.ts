import { matches } from '@restante/mqtt-codec';
import type { Publication } from './message.ts';
import type { Namespace } from './namespace.ts';
import type { Store } from './ports.ts';

const PREFIX = '$SYS/broker/';
const EVERY_MS = 10_000;

/**
 * A tenant's own figures as messages: `$SYS/broker/version`, `uptime` (seconds), `clients/connected`,
 * `clients/disconnected`, `clients/total`, `messages/received`, `messages/sent`, `messages/dropped` (since the start),
 * `messages/queued` and `retained/count`. Who subscribes gets them at once, as retained ones, and every ten seconds
 * those that have changed. They are not kept anywhere.
 */
export class SystemTopics {
  /** What was published last, by topic. */
  private readonly last = new Map<string, string>();
  /** What the store knows of absent sessions; null: nobody has asked yet. */
  private stored: { offlineSessions: number; queuedMessages: number } | null = null;
  private publishedAt = 0;

  constructor(
    private readonly namespace: Namespace,
    private readonly about: { version: string; startedAt: number },
  ) {}

  /** Those that a filter matches, for somebody who subscribes now. */
  *match(topicFilter: string, now: number): Generator<Publication> {
    if (!topicFilter.startsWith('$SYS/')) return;
    for (const [topic, value] of this.figures(now)) {
      if (matches(topicFilter, topic)) yield toPublication(topic, value, now);
    }
  }

  /** Called about once a second. */
  async tick(store: Store, now: number): Promise<void> {
    if (now - this.publishedAt < EVERY_MS && this.stored !== null) return;
    const topics = [...this.figures(now).keys(), `${PREFIX}messages/queued`];
    if (!topics.some((topic) => this.namespace.hasSubscribers(topic))) return;
    this.publishedAt = now;
    this.stored = await store.totals(this.namespace.tenantId);
    for (const [topic, value] of this.figures(now)) {
      if (this.last.get(topic) === value) continue;
      this.last.set(topic, value);
      this.namespace.publishOwn(toPublication(topic, value, now));
    }
  }

  private figures(now: number): Map<string, string> {
    const { counters, retained } = this.namespace;
    const online = [...this.namespace.sessions.values()].filter(({ connection }) => connection !== null);
    const figures: Record<string, string | number> = {
      version: this.about.version,
      uptime: Math.floor((now - this.about.startedAt) / 1_000),
      'clients/connected': online.length,
      'messages/received': counters.messagesIn,
      'messages/sent': counters.messagesOut,
      'messages/dropped': counters.droppedMessages,
      'retained/count': retained.count,
    };
    if (this.stored !== null) {
      const { offlineSessions, queuedMessages } = this.stored;
      figures['clients/disconnected'] = offlineSessions;
      figures['clients/total'] = online.length + offlineSessions;
      figures['messages/queued'] = online.reduce(
        (sum, session) => sum + session.queuedMessages,
        queuedMessages,
      );
    }
    return new Map(Object.entries(figures).map(([name, value]) => [PREFIX + name, `${value}`]));
  }
}

function toPublication(topic: string, value: string, now: number): Publication {
  return {
    topic,
    payload: Buffer.from(value),
    qos: 0,
    retain: true,
    forwardedProperties: Buffer.alloc(0),
    publishedAt: now,
    expiresAt: 0,
    publisherSessionId: 0,
  };
}
