import type { SessionDetail } from '@restante/api-client';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { deleteSession, disconnectSession } from '@/sessions/sessions.ts';

export interface SessionAction {
  name: 'Disconnect' | 'Delete session';
  applies: (session: SessionDetail) => boolean;
  /** What will be lost, in numbers. */
  loss: (session: SessionDetail) => string;
  run: (tenant: string, clientId: string) => Promise<void>;
  /** What to tell then. */
  told: string;
}

export const ACTIONS: SessionAction[] = [
  {
    name: 'Disconnect',
    applies: ({ state }) => state === 'online',
    loss: lossOfConnection,
    run: disconnectSession,
    told: 'The connection was closed',
  },
  {
    name: 'Delete session',
    applies: () => true,
    loss: (session) =>
      `${session.state === 'online' ? 'The connection will be closed. ' : ''}Lost for good: ${contentsOf(session)}.`,
    run: deleteSession,
    told: 'The session was deleted',
  },
];

function lossOfConnection(session: SessionDetail): string {
  const fate =
    session.sessionExpirySeconds === 0
      ? 'The session ends with it, and so do'
      : 'The session stays, and so do';
  return `The connection from ${session.remoteAddress} will be closed. ${fate} ${contentsOf(session)}.`;
}

function contentsOf({ subscriptions, queuedMessages, queuedBytes }: SessionDetail): string {
  return `${formatCountOf(subscriptions.length, 'subscription')} and ${formatCountOf(queuedMessages, 'queued message')} (${formatBytes(queuedBytes)})`;
}
