import {
  answer,
  type CertificateAuthority,
  type ChangedCertificateAuthority,
  done,
  type NewCertificateAuthority,
} from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;
const AUTHORITIES = '/api/v1/tenants/{tenant}/certificate-authorities';

/** All of them: a tenant has at most 20. */
export const authoritiesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['certificate-authorities', tenant],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      return answer(api.GET(AUTHORITIES, { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });

export const authorityQuery = (tenant: string, name: string) =>
  queryOptions({
    queryKey: ['certificate-authority', tenant, name],
    queryFn: ({ signal }) =>
      answer(api.GET(`${AUTHORITIES}/{name}`, { params: { path: { tenant, name } }, signal })),
    refetchInterval: every(SETTLED_MS),
  });

/** What it has revoked, by serial number. */
export const revokedQuery = (tenant: string, name: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['revoked-certificates', tenant, name, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant, name }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET(`${AUTHORITIES}/{name}/revoked`, { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[2] === name ? previous : undefined),
  });

export function registerAuthority(tenant: string, authority: NewCertificateAuthority) {
  return answer(api.POST(AUTHORITIES, { params: { path: { tenant } }, body: authority }));
}

export function updateAuthority(
  tenant: string,
  name: string,
  change: ChangedCertificateAuthority,
): Promise<CertificateAuthority> {
  return answer(api.PATCH(`${AUTHORITIES}/{name}`, { params: { path: { tenant, name } }, body: change }));
}

export function deleteAuthority(tenant: string, name: string): Promise<void> {
  return done(api.DELETE(`${AUTHORITIES}/{name}`, { params: { path: { tenant, name } } }));
}

/** In the place of the list before. `crl`: PEM */
export function putRevocationList(tenant: string, name: string, crl: string) {
  return answer(api.PUT(`${AUTHORITIES}/{name}/crl`, { params: { path: { tenant, name } }, body: { crl } }));
}

/** By hand. */
export function revokeCertificates(tenant: string, name: string, serialNumbers: string[]) {
  const params = { path: { tenant, name } };
  return answer(api.POST(`${AUTHORITIES}/{name}/revoked`, { params, body: { serialNumbers } }));
}

/** Takes back what was revoked by hand. */
export function restoreCertificate(tenant: string, name: string, serialNumber: string): Promise<void> {
  const params = { path: { tenant, name, serialNumber } };
  return done(api.DELETE(`${AUTHORITIES}/{name}/revoked/{serialNumber}`, { params }));
}

export function staleAfter(tenant: string): string[][] {
  return ['certificate-authorities', 'certificate-authority', 'revoked-certificates'].map((what) => [
    what,
    tenant,
  ]);
}

export function authorityAddress(tenant: string, name: string): string {
  return `/tenants/${tenant}/certificates/${encodeURIComponent(name)}`;
}

/** Where the name of the credential stands in a device's certificate, in words. */
export const NAME_SOURCES: Record<CertificateAuthority['nameFrom'], string> = {
  'common-name': 'the common name',
  'san-dns': 'a DNS name',
  'san-uri': 'a URI',
  'san-email': 'an e-mail address',
};
