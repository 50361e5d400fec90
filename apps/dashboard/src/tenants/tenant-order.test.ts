import type { Tenant } from '@restante/api-client';
import {
  conditionOf,
  nextTenantOrder,
  orderTenants,
  readTenantOrder,
  writeTenantOrder,
} from './tenant-order.ts';

function tenantOf(slug: string, more: Partial<Tenant> = {}): Tenant {
  const none = { connections: null, sessions: null, queuedMessages: null } as Tenant['quotas'];
  return {
    ...{ slug, name: slug.toUpperCase(), accessDefault: 'allow', quotas: none },
    ...{ createdAt: '2030-01-01T00:00:00Z', suspendedAt: null, deletingSince: null },
    ...{ onlineSessions: 0, offlineSessions: 0, queuedMessages: 0, ...more },
  };
}

const order = (text: string, wanted: string, ...tenants: Tenant[]) =>
  orderTenants(tenants, wanted, readTenantOrder(text)).map(({ slug }) => slug);

test('tenants are found by words of name and slug, and numbers in names count', () => {
  const tenants = ['site-10', 'site-9', 'harbour'].map((slug) => tenantOf(slug));
  expect(order('', 'SITE', ...tenants)).toEqual(['site-9', 'site-10']);
  expect(order('-name', '', ...tenants)).toEqual(['site-10', 'site-9', 'harbour']);
});

test('those with the most come first, and what is wrong before what is as usual', () => {
  const full = tenantOf('full', { onlineSessions: 1, quotas: { connections: 1 } as Tenant['quotas'] });
  const deep = tenantOf('deep', { queuedMessages: 7 });
  const stopped = tenantOf('stopped', { suspendedAt: '2030-01-01T00:00:00Z' });
  expect(order('-queuedMessages', '', full, stopped, deep)).toEqual(['deep', 'full', 'stopped']);
  expect(order('condition', '', deep, stopped, full)).toEqual(['stopped', 'full', 'deep']);
  expect([full, deep, stopped].map(conditionOf)).toEqual(['at a quota', null, 'suspended']);
});

test('an order is in the address, turns round when asked for again, and anything else is none', () => {
  const first = nextTenantOrder(readTenantOrder('rubbish'), 'queuedMessages');
  expect(writeTenantOrder(first)).toBe('-queuedMessages');
  expect(readTenantOrder('-queuedMessages')).toEqual(first);
  expect(writeTenantOrder(nextTenantOrder(first, 'queuedMessages'))).toBe('queuedMessages');
  expect(writeTenantOrder(nextTenantOrder(first, 'name'))).toBe('name');
});
