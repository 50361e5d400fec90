/**
 * A page of the dashboard. To add one: its folder under app/(signed-in), or under (platform) there if only the platform's
 * administrators have it, and a line below.
 */
export interface Page {
  name: string;
  /** Below the tenant's address, or below the dashboard's own. */
  path: string;
  /** Whoever does not have it sees no way to the page. null: everybody who is logged in. */
  permission: string | null;
  group: string;
  /** Pressed after `g`, it goes there. */
  key?: string;
}

/** Below /tenants/{tenant}. */
export const TENANT_PAGES: Page[] = [
  { name: 'Overview', path: '', permission: 'sessions:read', group: 'Watch', key: 'o' },
  { name: 'Wall', path: '/wall', permission: 'sessions:read', group: 'Watch', key: 'w' },
  { name: 'Sessions', path: '/sessions', permission: 'sessions:read', group: 'Watch', key: 's' },
  { name: 'Topics', path: '/topics', permission: 'messages:read', group: 'Messages', key: 'm' },
  { name: 'Retained', path: '/retained', permission: 'messages:read', group: 'Messages', key: 'r' },
  { name: 'Subscriptions', path: '/subscriptions', permission: 'sessions:read', group: 'Messages', key: 'b' },
  { name: 'Try it', path: '/try-it', permission: 'messages:read', group: 'Messages', key: 'y' },
  { name: 'Ledger', path: '/ledger', permission: 'sessions:read', group: 'What was lost', key: 'l' },
  {
    name: 'Dead letters',
    path: '/dead-letters',
    permission: 'messages:read',
    group: 'What was lost',
    key: 'd',
  },
  { name: 'Credentials', path: '/credentials', permission: 'credentials:read', group: 'Let in', key: 'c' },
  { name: 'Policies', path: '/policies', permission: 'policies:read', group: 'Let in', key: 'p' },
  { name: 'Access rules', path: '/access', permission: 'credentials:read', group: 'Let in', key: 'a' },
  {
    name: 'Certificates',
    path: '/certificates',
    permission: 'credentials:read',
    group: 'Let in',
    key: 'f',
  },
  {
    name: 'Token issuers',
    path: '/token-issuers',
    permission: 'credentials:read',
    group: 'Let in',
    key: 'n',
  },
  { name: 'Webhooks', path: '/webhooks', permission: 'webhooks:read', group: 'Administer', key: 'h' },
  { name: 'Members', path: '/members', permission: 'members:read', group: 'Administer', key: 'e' },
  { name: 'API keys', path: '/api-keys', permission: 'api-keys:read', group: 'Administer', key: 'i' },
  { name: 'Audit', path: '/audit', permission: 'audit:read', group: 'Administer', key: 'u' },
];

/** Permissions of the platform are those of its administrators. */
export const PLATFORM_PAGES: Page[] = [
  { name: 'Platform overview', path: '/overview', permission: 'platform:manage', group: 'Platform' },
  { name: 'Tenants', path: '/tenants', permission: null, group: 'Platform', key: 't' },
  { name: 'Administrators', path: '/administrators', permission: 'platform:manage', group: 'Platform' },
  { name: 'Platform API keys', path: '/api-keys', permission: 'platform:manage', group: 'Platform' },
  { name: 'Platform audit', path: '/audit', permission: 'platform:manage', group: 'Platform' },
  { name: 'Your account', path: '/account', permission: null, group: 'You' },
];

/** Pages in the order of the table, by group. */
export function byGroup(pages: Page[]): { group: string; pages: Page[] }[] {
  const groups = [...new Set(pages.map(({ group }) => group))];
  return groups.map((group) => ({ group, pages: pages.filter((page) => page.group === group) }));
}

/** Pages that somebody with these permissions may see. */
export function permitted(pages: Page[], permissions: readonly string[]): Page[] {
  return pages.filter(({ permission }) => permission === null || permissions.includes(permission));
}

/** Whether an address is the page `home` + `path`, or below it; a home is itself alone. */
export function isAt(pathname: string, home: string, path: string): boolean {
  const address = `${home}${path}`;
  if (path === '') return pathname === address;
  return pathname === address || (pathname.startsWith(`${address}/`) && address !== '/tenants');
}
