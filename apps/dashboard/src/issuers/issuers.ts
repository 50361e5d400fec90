import {
  answer,
  type ChangedTokenIssuer,
  done,
  type NewTokenIssuer,
  type TokenIssuer,
} from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

const ISSUERS = '/api/v1/tenants/{tenant}/token-issuers';

/** All of them: a tenant has at most 10. */
export const issuersQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['token-issuers', tenant],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      return answer(api.GET(ISSUERS, { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });

export const issuerQuery = (tenant: string, name: string) =>
  queryOptions({
    queryKey: ['token-issuer', tenant, name],
    queryFn: ({ signal }) =>
      answer(api.GET(`${ISSUERS}/{name}`, { params: { path: { tenant, name } }, signal })),
    refetchInterval: every(SETTLED_MS),
  });

export function registerIssuer(tenant: string, issuer: NewTokenIssuer): Promise<TokenIssuer> {
  return answer(api.POST(ISSUERS, { params: { path: { tenant } }, body: issuer }));
}

export function updateIssuer(tenant: string, name: string, change: ChangedTokenIssuer): Promise<TokenIssuer> {
  return answer(api.PATCH(`${ISSUERS}/{name}`, { params: { path: { tenant, name } }, body: change }));
}

export function deleteIssuer(tenant: string, name: string): Promise<void> {
  return done(api.DELETE(`${ISSUERS}/{name}`, { params: { path: { tenant, name } } }));
}

export function staleAfter(tenant: string): string[][] {
  return [
    ['token-issuers', tenant],
    ['token-issuer', tenant],
  ];
}

export function issuerAddress(tenant: string, name: string): string {
  return `/tenants/${tenant}/token-issuers/${encodeURIComponent(name)}`;
}

/** Where an issuer's keys are, in words. */
export const KEY_KINDS: Record<TokenIssuer['keys'], string> = {
  jwks: 'a key set that is pasted here',
  'jwks-url': 'a key set at a URL',
  'shared-key': 'a key that it shares with us',
};
