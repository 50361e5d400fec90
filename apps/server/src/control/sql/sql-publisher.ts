import type { Inspection, Logger } from '@restante/broker';
import type { Outbox, OutboxMessage } from '@restante/database';
import { forwardedPropertiesOf } from '../messages/forwarded-properties.ts';

/** For wake-ups that were lost, and databases that were away. */
const POLL_MS = 2_000;
/** What could not be published is tried again after this. */
const POSTPONED_MS = 10_000;
/** Of a tenant that has as many, nothing more is tried meanwhile: what waits behind it may be others'. */
const MAX_POSTPONED_A_TENANT = 1_000;

/**
 * Publishes what applications have left in the outbox from their own transactions. A message leaves the outbox in the
 * commit that makes it durable: for sessions that outlive their connection it is published once, whatever crashes.
 */
export class SqlPublisher {
  /** Until when (ms since the epoch), by tenant and identifier. */
  private readonly postponed = new Map<number, Map<number, number>>();
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

  /** @returns how many were tried */
  private async publishSome(): Promise<number> {
    this.forgetWhatIsDue();
    const all = [...this.postponed];
    const messages = await this.outbox.read(
      all.flatMap(([, ids]) => [...ids.keys()]),
      all.filter(([, ids]) => ids.size >= MAX_POSTPONED_A_TENANT).map(([tenantId]) => tenantId),
    );
    await Promise.all(messages.map((message) => this.publish(message)));
    return messages.length;
  }

  private forgetWhatIsDue(): void {
    const now = Date.now();
    for (const [tenantId, ids] of this.postponed) {
      for (const [id, until] of ids) if (until <= now) ids.delete(id);
      if (ids.size === 0) this.postponed.delete(tenantId);
    }
  }

  private async publish({ id, tenantId, properties, ...message }: OutboxMessage): Promise<void> {
    try {
      const { messageExpiryInterval, ...forwarded } = properties;
      await this.inspection.publish(tenantId, {
        ...message,
        outboxId: id,
        messageExpiryInterval: messageExpiryInterval as number | undefined,
        forwardedProperties: forwardedPropertiesOf(forwarded),
      });
    } catch (error) {
      this.log.warn(
        { tenantId, id, reason: (error as Error).message },
        'A message from the outbox could not be published',
      );
      const ofTenant = this.postponed.get(tenantId) ?? new Map<number, number>();
      this.postponed.set(tenantId, ofTenant.set(id, Date.now() + POSTPONED_MS));
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.outbox.close();
    await this.running;
  }
}
