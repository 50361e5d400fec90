import { answer, done, type IssuedInvitation, type NewInvitation } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';
import type { Role } from './roles.ts';

const PAGE_SIZE = 50;
const TENANT = '/api/v1/tenants/{tenant}';

export const membersQuery = (tenant: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['members', tenant, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET(`${TENANT}/members`, { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

/** Those whose time is not over. @param tenant - null: to administer the platform, here and below */
export const invitationsQuery = (tenant: string | null) =>
  queryOptions({
    queryKey: ['invitations', tenant],
    queryFn: ({ signal }) => {
      const query = { limit: GREATEST_PAGE };
      if (tenant === null) return answer(api.GET('/api/v1/invitations', { params: { query }, signal }));
      return answer(api.GET(`${TENANT}/invitations`, { params: { path: { tenant }, query }, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });

/** The answer holds the token, once. Administrators have no other role, whatever `role` says. */
export function invite(tenant: string | null, { email, role }: NewInvitation): Promise<IssuedInvitation> {
  if (tenant === null) return answer(api.POST('/api/v1/administrators', { body: { email } }));
  return answer(api.POST(`${TENANT}/members`, { params: { path: { tenant } }, body: { email, role } }));
}

export function withdrawInvitation(tenant: string | null, id: string): Promise<void> {
  if (tenant === null) return done(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } }));
  return done(api.DELETE(`${TENANT}/invitations/{id}`, { params: { path: { tenant, id } } }));
}

export function giveRole(tenant: string, id: string, role: Role) {
  return answer(api.PATCH(`${TENANT}/members/{id}`, { params: { path: { tenant, id } }, body: { role } }));
}

export function removeMember(tenant: string, id: string): Promise<void> {
  return done(api.DELETE(`${TENANT}/members/{id}`, { params: { path: { tenant, id } } }));
}

/** What shows members, and what they may. */
export function staleAfter(tenant: string | null): (string | null)[][] {
  return ['members', 'invitations', 'permissions'].map((what) => [what, tenant]);
}
