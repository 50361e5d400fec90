import { type Inspection, type Logger } from '@restante/broker';
import { type Outbox, type OutboxMessage } from '@restante/database';
import { forwardedPropertiesOf } from '../messages/forwarded-properties.ts';

/** For wake-ups that were lost, and databases that were away. */
const POLL_MS = 2_000;
/** What could not be published is tried again after this. */
const POSTPONED_MS = 10_000;
const MAX_POSTPONED = 10_000;

/**
 * Publishes what applications have left in the outbox from their own transactions. A message leaves the outbox in the
 * commit that makes it durable: for sessions that outlive their connection it is published once, whatever crashes.
 */
export class SqlPublisher {
  /** Until when (ms since the epoch), by identifier. */
  private readonly postponed = new Map<number, number>();
  private isStopped = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly outbox: Outbox,
    private readonly inspection: Inspection,
    private readonly log: Logger,
  ) {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        if ((await this.publishSome()) === 0) await this.outbox.news(POLL_MS);
      } catch (error) {
        if (this.isStopped) return;
        this.log.warn({ error: (error as Error).message }, 'The outbox could not be read');
        await this.outbox.news(POLL_MS);
      }
    }
  }

  /** @returns how many were published */
  private async publishSome(): Promise<number> {
    const now = Date.now();
    for (const [id, until] of this.postponed) if (until <= now) this.postponed.delete(id);
    const messages = await this.outbox.read([...this.postponed.keys()]);
    const published = await Promise.all(messages.map((message) => this.publish(message)));
    return published.filter(Boolean).length;
  }

  private async publish({ id, tenantId, properties, ...message }: OutboxMessage): Promise<boolean> {
    try {
      const { messageExpiryInterval, ...forwarded } = properties;
      await this.inspection.publish(tenantId, {
        ...message,
        outboxId: id,
        messageExpiryInterval: messageExpiryInterval as number | undefined,
        forwardedProperties: forwardedPropertiesOf(forwarded),
      });
      return true;
    } catch (error) {
      this.log.warn(
        { tenantId, id, reason: (error as Error).message },
        'A message from the outbox could not be published',
      );
      if (this.postponed.size < MAX_POSTPONED) this.postponed.set(id, Date.now() + POSTPONED_MS);
      return false;
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.outbox.close();
    await this.running;
  }
}
