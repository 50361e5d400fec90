import type { Inspection, Policy, SessionSummary } from '@restante/broker';
import type { PolicyDryRun } from './policies.dto.ts';

const PAGE = 500;
/** Sessions looked at, deepest queues first. */
const MOST = 20_000;
const SHOWN = 20;

/** What the queues of sessions would lose if they were under a policy. */
export async function dryRun(
  inspection: Inspection,
  tenantId: number,
  isUnder: (username: string) => boolean,
  policy: Policy,
): Promise<PolicyDryRun> {
  const told: PolicyDryRun = { sessions: 0, cutSessions: 0, droppedMessages: 0, items: [], isComplete: true };
  let after: string | undefined;
  for (let looked = 0; looked < MOST; looked += PAGE) {
    const query = { sort: 'queuedMessages', limit: PAGE, after } as const;
    const { items, next } = await inspection.listSessions(tenantId, query);
    for (const session of items) {
      const { clientId, username, queuedMessages } = session;
      if (queuedMessages === 0) return told;
      if (!isUnder(username)) continue;
      told.sessions++;
      const droppedMessages = droppedOf(session, policy);
      if (droppedMessages === 0) continue;
      told.cutSessions++;
      told.droppedMessages += droppedMessages;
      if (told.items.length < SHOWN) told.items.push({ clientId, queuedMessages, droppedMessages });
    }
    if (next === null) return told;
    after = next;
  }
  return { ...told, isComplete: false };
}

function droppedOf({ queuedMessages, queuedBytes }: SessionSummary, policy: Policy): number {
  const { overflow, maxQueuedMessages, maxQueuedBytes } = policy;
  if (overflow === 'reject-publisher') return 0;
  const beyondMessages = Math.max(0, queuedMessages - maxQueuedMessages);
  if (overflow === 'drop-newest' || queuedBytes <= maxQueuedBytes) return beyondMessages;
  return Math.max(beyondMessages, Math.ceil(queuedMessages * (1 - maxQueuedBytes / queuedBytes)));
}
