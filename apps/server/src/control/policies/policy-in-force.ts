import type { Prisma, PrismaClient } from '@restante/database';
import type { PolicyView } from './policies.dto.ts';
import { policyOf } from './policy-settings.ts';

/** What a credential's sessions live by: its own policy, or the tenant's default. null: the tenant is being deleted. */
export async function policyInForce(
  prisma: PrismaClient,
  tenantId: number,
  username: string,
): Promise<PolicyView | null> {
  const credential = await prisma.credential.findUnique({
    where: { tenantId_username: { tenantId, username } },
    include: { policy: true },
  });
  const policy =
    credential?.policy ?? (await prisma.policy.findFirst({ where: { tenantId, isDefault: true } }));
  return policy === null ? null : toPolicyView(policy);
}

export function toPolicyView({ name, isDefault, settings }: Prisma.PolicyGetPayload<object>): PolicyView {
  return { name, isDefault, settings: policyOf(settings) };
}
