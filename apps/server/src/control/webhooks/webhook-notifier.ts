import type { Inspection, Logger, Observer, Occurrence } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { Agent } from 'undici';
import { sweepDeliveries } from './delivery-sweep.ts';
import { DeliveryOutbox } from './delivery-outbox.ts';
import { DeliveryResults } from './delivery-results.ts';
import { Dispatcher } from './dispatcher.ts';
import { EventTargets } from './event-targets.ts';
import { nameOf, toBody, toEvent, type WebhookEvent } from './events.ts';
import { type LoginFailure, LoginFailures } from './login-failures.ts';
import { Sender } from './sender.ts';
import { SigningSecrets } from './signing-secrets.ts';
import { DEFAULT_TIMES, type WebhookTimes } from './times.ts';

export interface NotifierOptions {
  prisma: PrismaClient;
  inspection: Pick<Inspection, 'observe'>;
  /** The server's own secret. */
  secret: string;
  agent: Agent;
  log: Logger;
  times?: WebhookTimes;
}

/**
 * From what happens to the requests that tell of it: the engine and the logins tell it here, the outbox keeps it, the
 * dispatcher sends it.
 *
 * `load` -> `start` -> `stop`
 */
export class WebhookNotifier implements Observer {
  readonly targets: EventTargets;
  readonly secrets: SigningSecrets;
  readonly sender: Sender;
  private readonly prisma: PrismaClient;
  private readonly log: Logger;
  private readonly agent: Agent;
  private readonly times: WebhookTimes;
  private readonly outbox: DeliveryOutbox;
  private readonly dispatcher: Dispatcher;
  private readonly loginFailures: LoginFailures;
  private readonly timers: NodeJS.Timeout[] = [];
  private sweeping: Promise<void> = Promise.resolve();

  constructor({ prisma, inspection, secret, agent, log, times = DEFAULT_TIMES }: NotifierOptions) {
    this.prisma = prisma;
    this.log = log;
    this.agent = agent;
    this.times = times;
    this.targets = new EventTargets(prisma, inspection);
    this.secrets = new SigningSecrets(secret);
    this.sender = new Sender(agent, this.secrets, times.timeoutMs);
    this.outbox = new DeliveryOutbox(prisma, log);
    const results = new DeliveryResults(prisma, times);
    const { targets, sender } = this;
    this.dispatcher = new Dispatcher(prisma, { targets, sender, results }, times, log);
    const tell = (tenantId: number, data: object) =>
      this.tell(tenantId, { type: 'login.failed', at: Date.now(), data: { ...data } });
    this.loginFailures = new LoginFailures(tell, times);
  }

  /** Reads who wants what, before anything can happen. */
  async load(): Promise<void> {
    await this.targets.load();
  }

  start(): void {
    this.dispatcher.start();
    this.timers.push(
      setInterval(() => void this.tick(), this.times.tickMs),
      setInterval(() => this.sweep(), this.times.sweepMs),
    );
  }

  happened(tenantId: number, occurrence: Occurrence): void {
    if (occurrence.kind === 'session-replaced') return;
    // Which of the two events a queue's filling is, the engine does not ask.
    if (this.targets.wanting(tenantId, nameOf(occurrence)).length > 0)
      this.tell(tenantId, toEvent(occurrence));
  }

  loginFailed(slug: string, failure: LoginFailure): void {
    const tenantId = this.targets.tenantWanting(slug, 'login.failed');
    if (tenantId !== null) this.loginFailures.failed(tenantId, failure);
  }

  /** A delivery may be due. */
  wake(): void {
    this.dispatcher.wake();
  }

  private tell(tenantId: number, event: WebhookEvent): void {
    const slug = this.targets.slugOf(tenantId);
    if (slug === null) return;
    const body = toBody(slug, event);
    for (const id of this.targets.wanting(tenantId, event.type))
      this.outbox.add(tenantId, id, event.type, body);
  }

  private async tick(): Promise<void> {
    this.loginFailures.tick();
    if (await this.outbox.flush()) this.wake();
  }

  private sweep(): void {
    this.sweeping = this.sweeping
      .then(() => sweepDeliveries(this.prisma, Date.now() - this.times.keptMs))
      .catch((error: unknown) =>
        this.log.warn({ error: (error as Error).message }, 'Old webhook deliveries could not be removed'),
      );
  }

  /** What has happened until now is written; what is not sent is sent after the next start. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.outbox.flush();
    await this.dispatcher.stop();
    await this.sweeping;
    await this.agent.close();
  }
}
