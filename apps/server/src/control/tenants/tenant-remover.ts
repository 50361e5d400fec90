import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Inspection, Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { CREDENTIALS, INSPECTION, LOG, PRISMA, WEBHOOKS } from '../providers.ts';
import { removeSomeEvents } from '../session-events/session-event-rows.ts';
import type { WebhookNotifier } from '../webhooks/webhook-notifier.ts';
import { TenantsAccess } from './tenants-access.ts';

/** After a failure, such as a database that is away. */
const RETRY_MS = 5_000;
const CREDENTIALS_AT_ONCE = 5_000;

/**
 * Deletes tenants in the background, one after the other and each piece by piece; what an earlier server had begun is
 * gone on with.
 */
@Injectable()
export class TenantRemover implements OnApplicationBootstrap, OnModuleDestroy {
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isStopped = false;
  private onStop: () => void = () => undefined;

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly credentials: CredentialDirectory,
    @Inject(WEBHOOKS) private readonly webhooks: WebhookNotifier,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.wake();
  }

  /** There is a tenant to delete. */
  wake(): void {
    this.isAskedAgain = true;
    this.running ??= this.run().finally(() => (this.running = null));
  }

  private async run(): Promise<void> {
    while (this.isAskedAgain && !this.isStopped) {
      this.isAskedAgain = false;
      try {
        await this.removeAll();
      } catch (error) {
        if (this.isStopped) return;
        this.log.warn({ error: (error as Error).message }, 'A tenant could not be deleted yet');
        this.isAskedAgain = true;
        await this.pause();
      }
    }
  }

  private async removeAll(): Promise<void> {
    const tenants = await this.prisma.tenant.findMany({ where: { NOT: { deletingSince: null } } });
    for (const { id, slug } of tenants) {
      if (this.isStopped) return;
      // Credentials go first, so that nobody connects while the sessions are being deleted.
      while ((await this.removeSomeCredentials(id)) > 0) if (this.isStopped) return;
      this.credentials.changed();
      await this.inspection.deleteTenant(id);
      while ((await removeSomeEvents(this.prisma, id)) > 0) if (this.isStopped) return;
      await this.prisma.tenant.delete({ where: { id } });
      this.access.changed(slug);
      await this.webhooks.targets.changed(id);
      await this.prisma.historySample.deleteMany({ where: { tenantId: id } });
      this.credentials.tenantDeleted(id, slug);
      this.log.info({ tenant: slug }, 'A tenant was deleted');
    }
  }

  /** @returns how many */
  private removeSomeCredentials(tenantId: number): Promise<number> {
    return this.prisma.$executeRaw`
      DELETE FROM credential WHERE id IN (
        SELECT id FROM credential WHERE tenant_id = ${tenantId} LIMIT ${CREDENTIALS_AT_ONCE})`;
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.onStop = resolve;
      timer = setTimeout(resolve, RETRY_MS);
    });
    clearTimeout(timer);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.onStop();
    await this.running;
  }
}
