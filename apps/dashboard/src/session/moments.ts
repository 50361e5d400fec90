import type { SessionDetail, SessionEvent } from '@restante/api-client';
import { formatCountOf } from '../format/numbers.ts';
import { formatDuration, formatExactTime } from '../format/times.ts';
import { NEVER_SECONDS } from '../sessions/expiry.ts';
import { protocolName } from '../sessions/protocol.ts';

/** Something in the life of a session, in words. */
export interface Moment {
  key: string;
  name: string;
  note: string;
  /** null: it has no time yet. */
  iso: string | null;
  look: 'ahead' | 'past' | 'end';
}

/** What the timeline reads of a session. */
export type LivedSession = Pick<
  SessionDetail,
  | 'createdAt'
  | 'connectedAt'
  | 'disconnectedAt'
  | 'expiresAt'
  | 'sessionExpirySeconds'
  | 'remoteAddress'
  | 'protocolVersion'
>;

const TRANSPORTS: Record<string, string> = {
  ...{ tcp: 'TCP', tls: 'TLS', ws: 'WebSocket', wss: 'WebSocket over TLS' },
};

/**
 * What comes if its client does nothing, and what was: the newest first. What the history lacks of the session as it is
 * (it ends with its connection, or is older than its history) is made up for from the session itself.
 *
 * @param session - null: there is none any more
 * @param isWhole - the history was read to its end
 */
export function momentsOf(session: LivedSession | null, events: SessionEvent[], isWhole: boolean): Moment[] {
  const past = events.map(toMoment);
  if (session === null) return past;
  const missing = untold(session, events, isWhole);
  const all = [...past, ...missing].sort((one, other) => Date.parse(other.iso!) - Date.parse(one.iso!));
  return [expiry(session), ...all];
}

/** How the last session of a client identifier ended, as far as its history says. */
export function endOf(events: SessionEvent[]): SessionEvent | undefined {
  return events.find(isEnd);
}

function isEnd({ kind, isSessionKept }: SessionEvent): boolean {
  return kind === 'expired' || kind === 'replaced' || kind === 'deleted' || isSessionKept === false;
}

function untold(session: LivedSession, events: SessionEvent[], isWhole: boolean): Moment[] {
  const { createdAt, connectedAt, disconnectedAt, remoteAddress, protocolVersion } = session;
  const has = (since: string, is: (event: SessionEvent) => boolean) =>
    events.some((event) => Date.parse(event.at) >= Date.parse(since) && is(event));
  const moments: Moment[] = [];
  const isFirst = connectedAt !== null && Math.abs(Date.parse(connectedAt) - Date.parse(createdAt)) < 1_000;
  if (connectedAt !== null && !has(connectedAt, ({ kind }) => kind === 'connected')) {
    const name = isFirst ? 'Created and connected' : 'Connected';
    const note = `from ${remoteAddress}, ${protocolName(protocolVersion)}`;
    moments.push({ key: 'connected', name, note, iso: connectedAt, look: 'past' });
  }
  if (disconnectedAt !== null && !has(disconnectedAt, ({ kind }) => kind === 'disconnected'))
    moments.push({ key: 'left', name: 'Left', note: '', iso: disconnectedAt, look: 'past' });
  const isCreationTold = has(createdAt, ({ sessionPresent }) => sessionPresent === false);
  if (isWhole && !isFirst && !isCreationTold)
    moments.push({ key: 'created', name: 'Created', note: '', iso: createdAt, look: 'past' });
  return moments;
}

function expiry({ expiresAt, sessionExpirySeconds }: LivedSession): Moment {
  const moment = { key: 'expires', name: 'Expires', look: 'ahead' } as const;
  if (expiresAt !== null) return { ...moment, iso: expiresAt, note: 'unless its client comes back' };
  const note =
    sessionExpirySeconds === NEVER_SECONDS
      ? 'never'
      : sessionExpirySeconds === 0
        ? 'with the connection'
        : `${formatDuration(sessionExpirySeconds)} after the connection`;
  return { ...moment, iso: null, note };
}

function toMoment(event: SessionEvent): Moment {
  const { id: key, at: iso } = event;
  return { key, iso, ...wordsOf(event), look: isEnd(event) ? 'end' : 'past' };
}

function wordsOf(event: SessionEvent): Pick<Moment, 'name' | 'note'> {
  const { remoteAddress, fromClientId, toClientId, to } = event;
  switch (event.kind) {
    case 'connected': {
      const name = event.sessionPresent ? 'Connected' : 'Created and connected';
      return { name, note: connectionOf(event) };
    }
    case 'taken-over':
      return {
        name: 'Taken over',
        note: joined(`from ${remoteAddress} by a connection from ${event.takenOverBy}`, endNote(event)),
      };
    case 'disconnected':
      return leaveOf(event);
    case 'expired':
      return { name: 'Expired', note: lossOf(event) };
    case 'replaced':
      return { name: 'Ended by a clean start', note: lossOf(event) };
    case 'deleted':
      return { name: 'Deleted', note: joined(doneBy(event), lossOf(event)) };
    case 'queue-purged':
      return { name: 'Queue purged', note: joined(messagesOf(event), doneBy(event)) };
    case 'queue-copied':
    case 'queue-moved': {
      const done = event.kind === 'queue-copied' ? 'copied' : 'moved';
      const where = toClientId === null ? `from ${fromClientId}` : `to ${toClientId}`;
      return { name: `Queue ${done}`, note: joined(`${messagesOf(event)} ${where}`, doneBy(event)) };
    }
    case 'message-deleted':
      return { name: 'Queued message deleted', note: doneBy(event) };
    case 'rewound': {
      const again = `${messagesOf(event)} again, sent since ${formatExactTime(to ?? event.at)}`;
      return { name: 'Rewound', note: joined(again, doneBy(event)) };
    }
  }
}

function connectionOf({ remoteAddress, protocolVersion, transport, username }: SessionEvent): string {
  const over = TRANSPORTS[transport ?? ''] ?? transport;
  return `from ${remoteAddress}, ${protocolName(protocolVersion ?? 4)} over ${over}, credential ${username}`;
}

const KEEP_ALIVE_TIMEOUT = 0x8d;
const WITH_WILL = 0x04;

function leaveOf(event: SessionEvent): Pick<Moment, 'name' | 'note'> {
  const { by, reasonCode, reason, actor } = event;
  if (by === 'client') {
    const will = reasonCode === WITH_WILL ? ' and its will published' : '';
    const code = reasonCode === 0 || reasonCode === WITH_WILL ? '' : ` (${hex(reasonCode)})`;
    return { name: 'Left', note: joined(`with DISCONNECT${will}${code}`, endNote(event)) };
  }
  if (by === 'network') return { name: 'Lost', note: joined('closed without DISCONNECT', endNote(event)) };
  if (reasonCode === KEEP_ALIVE_TIMEOUT)
    return { name: 'Lost', note: joined('silent for longer than its keep alive allows', endNote(event)) };
  const why = actor === null ? lowered(reason ?? '') : `by ${actor}`;
  const code = reasonCode === null ? '' : ` (${hex(reasonCode)})`;
  return { name: 'Disconnected', note: joined(`${why}${code}`, endNote(event)) };
}

function endNote({ isSessionKept }: SessionEvent): string {
  return isSessionKept === false ? 'the session ended with it' : '';
}

function lossOf({ queuedMessages }: SessionEvent): string {
  return queuedMessages === null || queuedMessages === 0
    ? 'nothing waited'
    : `${formatCountOf(queuedMessages, 'queued message')} lost`;
}

function messagesOf({ messages, topicFilter }: SessionEvent): string {
  const count = formatCountOf(messages ?? 0, 'message');
  return topicFilter === null ? count : `${count} of ${topicFilter}`;
}

function doneBy({ actor }: SessionEvent): string {
  return actor === null ? '' : `by ${actor}`;
}

/** Parts of a sentence, without those that say nothing. */
function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** As the standard writes reason codes. */
function hex(code: number | null): string {
  return `0x${(code ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
}
