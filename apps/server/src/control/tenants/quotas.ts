import { type Inspection, NO_QUOTAS, type Quota, type Quotas, type TenantUsage } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { ChangeQuotas, UsageView } from './quotas.dto.ts';

const NAMES = Object.keys(NO_QUOTAS) as Quota[];

/** A tenant's quotas as they are stored; whatever else stands there is none. */
export function quotasOf(stored: unknown): Quotas {
  const found = stored as Partial<Record<Quota, unknown>> | null;
  const quotas = { ...NO_QUOTAS };
  for (const name of NAMES) {
    const quota = found?.[name];
    if (Number.isSafeInteger(quota) && (quota as number) > 0) quotas[name] = quota as number;
  }
  return quotas;
}

export function changed(present: Quotas, change: ChangeQuotas): Quotas {
  const quotas = { ...present };
  for (const name of NAMES) {
    const quota = change[name];
    if (quota !== undefined) quotas[name] = quota;
  }
  return quotas;
}

/** Tells the engine the quotas of all tenants, at start. */
export async function applyQuotas(prisma: PrismaClient, inspection: Inspection): Promise<void> {
  const limited = await prisma.tenant.findMany({
    where: { NOT: { quotas: { equals: {} } } },
    select: { id: true, quotas: true },
  });
  for (const { id, quotas } of limited) inspection.setQuotas(id, quotasOf(quotas));
}

export function usageOf(usage: TenantUsage, quotas: Quotas): UsageView {
  const entries = NAMES.map((name) => [name, { used: usage[name], quota: quotas[name] }]);
  return Object.fromEntries(entries) as unknown as UsageView;
}
