import { Inject, Injectable } from '@nestjs/common';
import { hashSecret, isSecret } from '../../secrets.ts';
import { bearerOf, Callers, type Carried, notAuthenticated } from '../access.ts';
import type { Observed } from '../health/observed.ts';
import { METRICS_TOKEN, OBSERVED } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { ServerMetrics } from './server-metrics.ts';
import { SlowFiguresReader } from './slow-figures.ts';
import { TenantSeries } from './tenant-series.ts';

/** The server's metrics, for Prometheus ([decision 0021](docs/decisions/0021-metrics-and-traces.md)). */
@Injectable()
export class MetricsService {
  private readonly tokenHash: Uint8Array | null;
  private readonly tenants = new TenantSeries();
  /** Made at the first scrape: who does not scrape does not pay for it. */
  private metrics: ServerMetrics | null = null;

  constructor(
    @Inject(OBSERVED) private readonly observed: Observed,
    @Inject(SlowFiguresReader) private readonly slow: SlowFiguresReader,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(METRICS_TOKEN) token: string | null,
  ) {
    this.tokenHash = token === null ? null : hashSecret(token);
  }

  /** @throws DomainError `not-authenticated`, `not-permitted` */
  async scrape(request: Carried): Promise<{ contentType: string; text: string }> {
    if (!this.hasToken(request)) await this.permit(request);
    const tenantIds = this.observed.broker.figures().tenants.map(({ tenantId }) => tenantId);
    const slow = await this.slow.read(tenantIds);
    const engine = this.observed.broker.figures();
    this.tenants.update(engine.tenants, this.slow.slugs, performance.now());
    this.metrics ??= new ServerMetrics(this.observed, this.tenants);
    return { contentType: this.metrics.contentType, text: await this.metrics.text({ engine, slow }) };
  }

  private hasToken(request: Carried): boolean {
    const token = bearerOf(request);
    return this.tokenHash !== null && token !== undefined && isSecret(token, this.tokenHash);
  }

  private async permit(request: Carried): Promise<void> {
    const caller = await this.callers.of(request);
    if (caller === null) throw notAuthenticated();
    this.access.permit(caller, 'platform:manage');
  }
}
