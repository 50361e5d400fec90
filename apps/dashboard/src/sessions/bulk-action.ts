import type { LiveSession } from '@/live/live-session.ts';
import { formatBytes, formatCountOf, formatList } from '../format/numbers.ts';

export type Change = 'disconnect' | 'purge' | 'delete';

export interface BulkAction {
  change: Change;
  /** On the button, and with the count in the question. */
  verb: string;
  /** On whom it has an effect. */
  applies: (session: LiveSession) => boolean;
  /** What will be lost, in numbers: one sentence each. */
  loss: (sessions: LiveSession[]) => string[];
  /** "disconnected" */
  participle: string;
}

export const BULK_ACTIONS: BulkAction[] = [
  {
    change: 'disconnect',
    verb: 'Disconnect',
    participle: 'disconnected',
    applies: ({ state }) => state === 'online',
    loss: (sessions) => {
      const ending = sessions.filter(({ sessionExpirySeconds }) => sessionExpirySeconds === 0);
      const staying = sessions.length - ending.length;
      return [
        `${formatCountOf(sessions.length, 'connection')} will be closed.`,
        ...(staying > 0 ? [`${sessionsAnd(staying, 'queue')} stay.`] : []),
        ...(ending.length > 0
          ? [
              `Lost for good with their connections: ${sessionsAnd(ending.length, 'queue')}, ${queuesOf(ending)}.`,
            ]
          : []),
      ];
    },
  },
  {
    change: 'purge',
    verb: 'Purge queues',
    participle: 'purged',
    applies: ({ queuedMessages, inflightMessages }) => queuedMessages > inflightMessages,
    loss: (sessions) => {
      const waiting = sum(
        sessions,
        ({ queuedMessages, inflightMessages }) => queuedMessages - inflightMessages,
      );
      const inflight = sum(sessions, (session) => session.inflightMessages);
      return [
        `${formatCountOf(waiting, 'queued message')} will be dropped and never reach their clients.`,
        `${formatCountOf(inflight, 'message')} in flight and all subscriptions stay.`,
      ];
    },
  },
  {
    change: 'delete',
    verb: 'Delete',
    participle: 'deleted',
    applies: () => true,
    loss: (sessions) => {
      const online = sessions.filter(({ state }) => state === 'online').length;
      return [
        ...(online > 0 ? [`${formatCountOf(online, 'connection')} will be closed.`] : []),
        `Lost for good: ${formatCountOf(sessions.length, 'session')} with all subscriptions, and ${queuesOf(sessions)}.`,
      ];
    },
  },
];

/** "1 session and its queue", "2 sessions and their queues" */
function sessionsAnd(count: number, thing: string): string {
  return `${formatCountOf(count, 'session')} and ${count === 1 ? 'its' : 'their'} ${thing}${count === 1 ? '' : 's'}`;
}

const MOST_NAMES = 5;

/** The first of them by name, since not all that are selected need be in sight: "a, b and 3 others". */
export function namesInShort(sessions: LiveSession[]): string {
  const named = sessions.slice(0, MOST_NAMES).map(({ clientId }) => clientId);
  const others = sessions.length - named.length;
  return formatList(others === 0 ? named : [...named, formatCountOf(others, 'other')]);
}

function queuesOf(sessions: LiveSession[]): string {
  const messages = sum(sessions, ({ queuedMessages }) => queuedMessages);
  const bytes = sum(sessions, ({ queuedBytes }) => queuedBytes);
  return `${formatCountOf(messages, 'queued message')} (${formatBytes(bytes)})`;
}

function sum(sessions: LiveSession[], of: (session: LiveSession) => number): number {
  return sessions.reduce((total, session) => total + of(session), 0);
}
