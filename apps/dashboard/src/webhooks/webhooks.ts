import { answer, done, type NewWebhook } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;
const WEBHOOK_MS = 3 * LIVE_MS;
const OVERLAP_SECONDS = 86_400;

const WEBHOOKS = '/api/v1/tenants/{tenant}/webhooks';

export const webhooksQuery = (tenant: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['webhooks', tenant, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET(WEBHOOKS, { params, signal }));
    },
    refetchInterval: every(WEBHOOK_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export const webhookQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ['webhook', tenant, id],
    queryFn: ({ signal }) =>
      answer(api.GET(`${WEBHOOKS}/{id}`, { params: { path: { tenant, id } }, signal })),
    refetchInterval: every(WEBHOOK_MS),
  });

export const deliveriesQuery = (tenant: string, id: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['deliveries', tenant, id, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant, id }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET(`${WEBHOOKS}/{id}/deliveries`, { params, signal }));
    },
    refetchInterval: every(WEBHOOK_MS),
    placeholderData: (previous, query) => (query?.queryKey[2] === id ? previous : undefined),
  });

/** The answer holds the secret, once. */
export function createWebhook(tenant: string, webhook: NewWebhook) {
  return answer(api.POST(WEBHOOKS, { params: { path: { tenant } }, body: webhook }));
}

export function updateWebhook(tenant: string, id: string, change: Partial<NewWebhook>) {
  return answer(api.PATCH(`${WEBHOOKS}/{id}`, { params: { path: { tenant, id } }, body: change }));
}

export function deleteWebhook(tenant: string, id: string): Promise<void> {
  return done(api.DELETE(`${WEBHOOKS}/{id}`, { params: { path: { tenant, id } } }));
}

/** A new secret, once; for a day what is sent is signed with the old one too. */
export function rotateWebhookSecret(tenant: string, id: string) {
  return answer(
    api.POST(`${WEBHOOKS}/{id}/rotate-secret`, {
      params: { path: { tenant, id } },
      body: { overlapSeconds: OVERLAP_SECONDS },
    }),
  );
}

/** Sends a `ping` now, and says what came of it. */
export function testWebhook(tenant: string, id: string) {
  return answer(api.POST(`${WEBHOOKS}/{id}/test`, { params: { path: { tenant, id } } }));
}

export function redeliver(tenant: string, id: string, delivery: string) {
  const params = { path: { tenant, id, delivery } };
  return answer(api.POST(`${WEBHOOKS}/{id}/deliveries/{delivery}/redeliver`, { params }));
}

/** What shows webhooks. */
export function staleAfter(tenant: string): string[][] {
  return ['webhooks', 'webhook', 'deliveries'].map((what) => [what, tenant]);
}

export function webhookAddress(tenant: string, id: string): string {
  return `/tenants/${tenant}/webhooks/${id}`;
}
