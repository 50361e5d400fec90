import type { Prisma, PrismaClient } from '@restante/database';
import type { PolicyView } from './policies.dto.ts';
import { policyOf } from './policy-settings.ts';

/** What a credential's sessions live by: its own policy, or the tenant's default. null: the tenant is being deleted. */
export async function policyInForce(
  prisma: PrismaClient,
  tenantId: number,
  username: string,
): Promise<PolicyView | null> {
  const policies = await prisma.policy.findMany({
    where: { tenantId, OR: [{ isDefault: true }, { credentials: { some: { username } } }] },
  });
  const policy = policies.find(({ isDefault }) => !isDefault) ?? policies[0];
  return policy === undefined ? null : toPolicyView(policy);
}

export function toPolicyView({ name, isDefault, settings }: Prisma.PolicyGetPayload<object>): PolicyView {
  return { name, isDefault, settings: policyOf(settings) };
}
