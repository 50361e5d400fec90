import { type Inspection } from '@restante/broker';
import { type PrismaClient } from '@restante/database';
import { type EventName, occurrencesFor } from './events.ts';

/** A tenant's webhooks that are enabled. */
interface Target {
  slug: string;
  webhooks: { id: string; events: ReadonlySet<string> }[];
}

/** Which webhooks want which events, in memory; the engine is asked for what is wanted, and for nothing else. */
export class EventTargets {
  private readonly tenants = new Map<number, Target>();
  private readonly bySlug = new Map<string, number>();
  /** Changes are read one after the other, so that the last to be read is the last that was made. */
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly prisma: PrismaClient,
    private readonly inspection: Pick<Inspection, 'observe'>,
  ) {}

  /** There is nobody to be told anything. */
  get isEmpty(): boolean {
    return this.tenants.size === 0;
  }

  /** Reads those of all tenants, at start. */
  async load(): Promise<void> {
    const found = await this.prisma.webhook.findMany({
      where: { isEnabled: true },
      distinct: ['tenantId'],
      select: { tenantId: true },
    });
    for (const { tenantId } of found) await this.changed(tenantId);
  }

  /** Somebody has changed the tenant's webhooks; resolves when that binds. */
  changed(tenantId: number): Promise<void> {
    const read = this.reading.then(() => this.read(tenantId));
    this.reading = read.catch(() => undefined);
    return read;
  }

  private async read(tenantId: number): Promise<void> {
    const tenant = await this.prisma.tenant.findUnique({
      where: { id: tenantId },
      select: { slug: true, webhooks: { where: { isEnabled: true }, select: { id: true, events: true } } },
    });
    this.forget(tenantId);
    if (tenant !== null && tenant.webhooks.length > 0) {
      const webhooks = tenant.webhooks.map(({ id, events }) => ({ id, events: new Set(events) }));
      this.tenants.set(tenantId, { slug: tenant.slug, webhooks });
      this.bySlug.set(tenant.slug, tenantId);
    }
    const wanted = new Set(tenant?.webhooks.flatMap(({ events }) => events as EventName[]));
    this.inspection.observe(tenantId, occurrencesFor(wanted));
  }

  private forget(tenantId: number): void {
    const present = this.tenants.get(tenantId);
    if (present !== undefined) this.bySlug.delete(present.slug);
    this.tenants.delete(tenantId);
  }

  /** null: nobody wants to be told of the tenant. */
  slugOf(tenantId: number): string | null {
    return this.tenants.get(tenantId)?.slug ?? null;
  }

  /** Identifiers of the webhooks that want an event. */
  wanting(tenantId: number, event: EventName): string[] {
    const webhooks = this.tenants.get(tenantId)?.webhooks ?? [];
    return webhooks.filter(({ events }) => events.has(event)).map(({ id }) => id);
  }

  /** The tenant, if somebody wants this event of it. */
  tenantWanting(slug: string, event: EventName): number | null {
    const tenantId = this.bySlug.get(slug);
    return tenantId !== undefined && this.wanting(tenantId, event).length > 0 ? tenantId : null;
  }
}
