import { done } from '@restante/api-client';
import { api } from '@/api/client.ts';

interface NewMessage {
  topic: string;
  payload: string;
  qos: 0 | 1 | 2;
}

/** The server publishes it, as if a client of the tenant had. */
export function publishMessage(tenant: string, message: NewMessage): Promise<void> {
  const body = { ...message, encoding: 'utf8' as const, retain: false };
  return done(api.POST('/api/v1/tenants/{tenant}/messages', { params: { path: { tenant } }, body }));
}
