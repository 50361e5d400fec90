import type { Inspection } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { type EventName, occurrencesFor } from './events.ts';

/** A tenant's webhooks that are enabled. */
interface Target {
  slug: string;
  webhooks: { id: string; events: ReadonlySet<string> }[];
}

interface FoundTenant {
  slug: string;
  webhooks: { id: string; events: string[] }[];
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
    const where = { isEnabled: true };
    const tenants = await this.prisma.tenant.findMany({
      where: { webhooks: { some: where } },
      select: { id: true, slug: true, webhooks: { where, select: { id: true, events: true } } },
    });
    for (const { id, ...found } of tenants) this.set(id, found);
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
    // The engine has forgotten a tenant that is gone.
    if (tenant !== null) this.set(tenantId, tenant);
  }

  private set(tenantId: number, { slug, webhooks }: FoundTenant): void {
    if (webhooks.length > 0) {
      const known = webhooks.map(({ id, events }) => ({ id, events: new Set(events) }));
      this.tenants.set(tenantId, { slug, webhooks: known });
      this.bySlug.set(slug, tenantId);
    }
    const wanted = new Set(webhooks.flatMap(({ events }) => events as EventName[]));
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
