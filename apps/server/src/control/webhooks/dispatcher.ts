import type { Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryResults } from './delivery-results.ts';
import type { EventTargets } from './event-targets.ts';
import type { Sender } from './sender.ts';
import type { WebhookTimes } from './times.ts';

/**
 * Attempts under way at once. A receiver that fails is tried by one at a time, and those that fail have no more than half
 * of all: whoever answers does not wait for those who do not.
 */
const MAX_ATTEMPTS = 64;
const MAX_FAILING_ATTEMPTS = 32;
const MAX_ATTEMPTS_A_TENANT = 8;
const MAX_ATTEMPTS_A_WEBHOOK = 4;
/** At the most so often it is looked for what is due. */
const MIN_PAUSE_MS = 20;
const UNWRITTEN_PAUSE_MS = 30_000;
const MAX_DUE = 20_000;

interface Due {
  id: string;
  webhookId: string;
  tenantId: number;
  isFailing: boolean;
}

/** Sends what is due, as many at once as may be, in no order, and each webhook in its turn. */
export class Dispatcher {
  private readonly underWay = new Map<string, Due & { attempt: Promise<void> }>();
  /** The turn in which a webhook was served last. */
  private readonly served = new Map<string, number>();
  private turn = 0;
  private isStopped = false;
  /** Ends attempts under way. */
  private readonly cut = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private onWake: () => void = () => undefined;
  private isAwake = false;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly parts: { targets: EventTargets; sender: Sender; results: DeliveryResults },
    private readonly times: Pick<WebhookTimes, 'tickMs' | 'stopMs'>,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Something may be due. */
  wake(): void {
    this.isAwake = true;
    this.onWake();
  }

  /** Lets attempts under way finish for a moment; what is not sent then waits for the next start. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.wake();
    await this.running;
    const attempts = Promise.all([...this.underWay.values()].map(({ attempt }) => attempt));
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, this.times.stopMs)));
    await Promise.race([attempts, deadline]);
    clearTimeout(timer);
    this.cut.abort();
    await attempts;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      this.isAwake = false;
      try {
        if (!this.parts.targets.isEmpty) this.startAll(await this.findDue());
      } catch (error) {
        this.log.warn({ error: (error as Error).message }, 'Webhook deliveries could not be read');
        this.isAwake = false;
        await this.pause(this.times.tickMs);
        continue;
      }
      await this.pause(MIN_PAUSE_MS);
      if (!this.isAwake) await this.pause(this.times.tickMs);
    }
  }

  private async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      if (ms > MIN_PAUSE_MS) this.onWake = resolve;
    });
    clearTimeout(timer);
    this.onWake = () => undefined;
  }

  /** Of each webhook that is enabled a few, the earliest first. */
  private findDue(): Promise<Due[]> {
    return this.prisma.$queryRaw<Due[]>`
      SELECT due.id, w.id AS "webhookId", w.tenant_id AS "tenantId", w.failing_since IS NOT NULL AS "isFailing"
      FROM webhook w
      CROSS JOIN LATERAL (
        SELECT d.id FROM webhook_delivery d
        WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.next_attempt_at <= ${new Date()}
          AND d.id <> ALL(${[...this.underWay.keys()]}::text[])
        ORDER BY d.next_attempt_at LIMIT ${MAX_ATTEMPTS_A_WEBHOOK}
      ) due
      WHERE w.is_enabled LIMIT ${MAX_DUE}`;
  }

  /** One of each webhook, those first that have waited longest, and so on until nothing more may be begun. */
  private startAll(due: Due[]): void {
    const byWebhook = Map.groupBy(due, ({ webhookId }) => webhookId);
    const turns = [...byWebhook].sort(([a], [b]) => (this.served.get(a) ?? 0) - (this.served.get(b) ?? 0));
    for (const [webhookId] of this.served) if (!byWebhook.has(webhookId)) this.served.delete(webhookId);
    for (let nth = 0; nth < MAX_ATTEMPTS_A_WEBHOOK; nth++) {
      for (const [webhookId, deliveries] of turns) {
        const delivery = deliveries[nth];
        if (delivery === undefined || !this.mayBegin(delivery)) continue;
        this.served.set(webhookId, ++this.turn);
        this.begin(delivery);
      }
    }
  }

  private mayBegin({ tenantId, webhookId, isFailing }: Due): boolean {
    const all = [...this.underWay.values()];
    const count = (condition: (one: Due) => boolean) => all.filter(condition).length;
    if (all.length >= MAX_ATTEMPTS) return false;
    if (isFailing && count((one) => one.isFailing) >= MAX_FAILING_ATTEMPTS) return false;
    if (count((one) => one.tenantId === tenantId) >= MAX_ATTEMPTS_A_TENANT) return false;
    const most = isFailing ? 1 : MAX_ATTEMPTS_A_WEBHOOK;
    return count((one) => one.webhookId === webhookId) < most;
  }

  private begin(delivery: Due): void {
    const attempt = this.attempt(delivery)
      .catch((error: unknown) => this.rest(error as Error))
      .finally(() => {
        this.underWay.delete(delivery.id);
        this.wake();
      });
    this.underWay.set(delivery.id, { ...delivery, attempt });
  }

  /** What became of an attempt is not written: a database that cannot be written to must not make us send on and on. */
  private async rest({ message }: Error): Promise<void> {
    const { signal } = this.cut;
    if (signal.aborted) return;
    this.log.warn({ error: message }, 'What became of a webhook delivery is not written');
    await sleep(UNWRITTEN_PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }

  private async attempt({ id, tenantId }: Due): Promise<void> {
    const { targets, sender, results } = this.parts;
    const found = await this.prisma.webhookDelivery.findUnique({ where: { id }, include: { webhook: true } });
    if (found === null) return;
    const outcome = await sender.send(found, this.cut.signal);
    if (await results.note(found, outcome)) await targets.changed(tenantId);
  }
}
