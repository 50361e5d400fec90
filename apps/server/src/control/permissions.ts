/** From the least to the most. */
export const TENANT_ROLES = ['viewer', 'operator', 'owner'] as const;
export type TenantRole = (typeof TENANT_ROLES)[number];
export type Role = TenantRole | 'platform-admin';

/**
 * Who may do what, in one table for REST, GraphQL and subscriptions: each operation asks for one of these, and the role
 * named (or a greater one) has it. Who has no role in a tenant does not even learn that it exists.
 */
const LEAST_ROLES = {
  'platform:manage': 'platform-admin',
  'tenant:read': 'viewer',
  'tenant:update': 'owner',
  'policies:read': 'viewer',
  'policies:write': 'owner',
  'credentials:read': 'viewer',
  'credentials:write': 'operator',
  'sessions:read': 'viewer',
  'sessions:write': 'operator',
  'messages:read': 'viewer',
  'messages:publish': 'operator',
  'members:read': 'viewer',
  'members:write': 'owner',
  'api-keys:read': 'owner',
  'api-keys:write': 'owner',
  'webhooks:read': 'owner',
  'webhooks:write': 'owner',
  'audit:read': 'owner',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LEAST_ROLES;

export const ALL_PERMISSIONS = Object.keys(LEAST_ROLES) as Permission[];

const ORDER: readonly Role[] = [...TENANT_ROLES, 'platform-admin'];

export function mayDo(role: Role, permission: Permission): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(LEAST_ROLES[permission]);
}

/** Everything that a role may do. */
export function permissionsOf(role: Role): Permission[] {
  return ALL_PERMISSIONS.filter((permission) => mayDo(role, permission));
}

/** Whether one role has everything that the other has. */
export function isAtLeast(role: Role, other: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(other);
}

export function leastRoleFor(permission: Permission): Role {
  return LEAST_ROLES[permission];
}
