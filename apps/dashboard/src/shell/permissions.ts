'use client';

import { answer } from '@restante/api-client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every } from '@/api/polling.ts';
import { meQuery } from '@/people/people.ts';

const ROLES_MS = 60_000;

/** What whoever is logged in may do in a tenant. */
export const permissionsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['permissions', tenant],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{tenant}/permissions', { params: { path: { tenant } }, signal })),
    staleTime: ROLES_MS,
    refetchInterval: every(ROLES_MS),
  });

const NOTHING: string[] = [];
const EVERYTHING = ['platform:manage'];

/** Permissions in a tenant; none while they are not known. */
export function usePermissions(tenant: string | undefined): string[] {
  return useKnownPermissions(tenant) ?? NOTHING;
}

/** Permissions in a tenant; undefined: they are on their way. */
export function useKnownPermissions(tenant: string | undefined): string[] | undefined {
  const { data, error } = useQuery({ ...permissionsQuery(tenant ?? ''), enabled: tenant !== undefined });
  return tenant === undefined || error !== null ? NOTHING : data?.permissions;
}

/** Permissions on the platform as a whole, which its administrators have. */
export function usePlatformPermissions(): string[] {
  const { data: me } = useQuery(meQuery);
  return me?.isPlatformAdmin ? EVERYTHING : NOTHING;
}

/** Whether something may be shown that takes a permission in this tenant. @param tenant - null: on the platform, for its administrators */
export function useMay(tenant: string | null, permission: string): boolean {
  const here = usePermissions(tenant ?? undefined);
  const platform = usePlatformPermissions();
  return tenant === null ? platform === EVERYTHING : here.includes(permission);
}
