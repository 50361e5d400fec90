import { answer } from '@restante/api-client';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import type { Change } from './bulk-action.ts';

export interface Outcome {
  done: number;
  /** How many were refused, by the code of the problem. */
  refused: Map<string, number>;
}

/** Does one thing to many sessions, some at a time. @param onProgress - how many have had their turn */
export async function changeSessions(
  tenant: string,
  change: Change,
  clientIds: string[],
  onProgress: (count: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: new Map() };
  for (let start = 0; start < clientIds.length; start += GREATEST_PAGE) {
    const body = { change, clientIds: clientIds.slice(start, start + GREATEST_PAGE) };
    const params = { path: { tenant } };
    const { items } = await answer(api.POST('/api/v1/tenants/{tenant}/sessions/change', { params, body }));
    for (const { code } of items) {
      if (code === null) outcome.done += 1;
      else outcome.refused.set(code, (outcome.refused.get(code) ?? 0) + 1);
    }
    onProgress(start + body.clientIds.length);
  }
  return outcome;
}
