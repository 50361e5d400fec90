import type { Tenant } from '@restante/api-client';
import { holdsWords } from '../shell/holds-words.ts';

/** What is unusual about a tenant, the gravest first, and last that nothing is. */
const CONDITIONS = ['suspended', 'at a quota', 'being deleted', null] as const;
type Condition = (typeof CONDITIONS)[number];

export function conditionOf(tenant: Tenant): Condition {
  if (tenant.deletingSince !== null) return 'being deleted';
  if (tenant.suspendedAt !== null) return 'suspended';
  return isAtQuota(tenant) ? 'at a quota' : null;
}

/** Of the quotas that its figures tell. */
function isAtQuota({ quotas, onlineSessions, offlineSessions, queuedMessages }: Tenant): boolean {
  const used = [
    [onlineSessions, quotas.connections],
    [onlineSessions + offlineSessions, quotas.sessions],
    [queuedMessages, quotas.queuedMessages],
  ] as const;
  return used.some(([count, quota]) => quota !== null && count >= quota);
}

const FIGURES = ['onlineSessions', 'offlineSessions', 'queuedMessages'] as const;
const SORTS = ['name', 'slug', 'condition', ...FIGURES, 'createdAt'] as const;
export type TenantSort = (typeof SORTS)[number];

export interface TenantOrder {
  sort: TenantSort;
  isDescending: boolean;
}

/** As the address has it: "queuedMessages", or "-queuedMessages" for the greatest first. Anything else: by name. */
export function readTenantOrder(text: string): TenantOrder {
  const isDescending = text.startsWith('-');
  const sort = SORTS.find((known) => known === text.slice(isDescending ? 1 : 0));
  return sort === undefined ? { sort: 'name', isDescending: false } : { sort, isDescending };
}

export function writeTenantOrder({ sort, isDescending }: TenantOrder): string {
  return `${isDescending ? '-' : ''}${sort}`;
}

/** After a press on a column's name: the greatest figure first, and the other way round when pressed again. */
export function nextTenantOrder(present: TenantOrder, sort: TenantSort): TenantOrder {
  const isFigure = FIGURES.some((figure) => figure === sort);
  return { sort, isDescending: present.sort === sort ? !present.isDescending : isFigure };
}

/** Tenants whose name or slug holds each word, in their order; those that are alike by slug. */
export function orderTenants(tenants: Tenant[], wanted: string, order: TenantOrder): Tenant[] {
  const sign = order.isDescending ? -1 : 1;
  return tenants
    .filter(({ name, slug }) => holdsWords(`${name} ${slug}`, wanted))
    .toSorted((a, b) => sign * compare(a, b, order.sort) || a.slug.localeCompare(b.slug));
}

function compare(a: Tenant, b: Tenant, sort: TenantSort): number {
  if (sort === 'onlineSessions' || sort === 'offlineSessions' || sort === 'queuedMessages')
    return a[sort] - b[sort];
  if (sort === 'condition') return CONDITIONS.indexOf(conditionOf(a)) - CONDITIONS.indexOf(conditionOf(b));
  return a[sort].localeCompare(b[sort], undefined, { numeric: true });
}
