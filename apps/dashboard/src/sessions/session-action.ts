import { type SessionDetail } from '@restante/api-client';
import { formatBytes, formatCountOf } from '@/format/numbers.ts';
import { deleteSession, disconnectSession, purgeQueue } from './sessions.ts';

export interface SessionAction {
  name: 'Disconnect' | 'Purge queue' | 'Delete session';
  applies: (session: SessionDetail) => boolean;
  /** What will be lost, in numbers. */
  loss: (session: SessionDetail) => string;
  /** Resolves with the messages dropped, or null where the action drops none by itself. */
  run: (tenant: string, clientId: string) => Promise<number | null>;
}

export const ACTIONS: SessionAction[] = [
  {
    name: 'Disconnect',
    applies: ({ state }) => state === 'online',
    loss: lossOfConnection,
    run: async (tenant, clientId) => {
      await disconnectSession(tenant, clientId);
      return null;
    },
  },
  {
    name: 'Purge queue',
    applies: ({ queuedMessages, inflightMessages }) => queuedMessages > inflightMessages,
    loss: ({ queuedMessages, inflightMessages }) =>
      `${formatCountOf(queuedMessages - inflightMessages, 'queued message')} will be dropped and never reach this client. ${formatCountOf(inflightMessages, 'message')} in flight and all subscriptions stay.`,
    run: async (tenant, clientId) => (await purgeQueue(tenant, clientId)).purgedMessages,
  },
  {
    name: 'Delete session',
    applies: () => true,
    loss: (session) =>
      `${session.state === 'online' ? 'The connection will be closed. ' : ''}Lost for good: ${contentsOf(session)}.`,
    run: async (tenant, clientId) => {
      await deleteSession(tenant, clientId);
      return null;
    },
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
