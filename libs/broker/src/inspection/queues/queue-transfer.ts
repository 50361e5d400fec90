import { matches } from '@restante/mqtt-codec';
import { settleUnsent } from '../../sessions/settling.ts';
import { copyForSession, type Publication } from '../../message.ts';
import type { Session } from '../../sessions/session.ts';
import type { TransferOutcome, TransferRequest } from '../inspection.ts';
import { isUnsent, MAX_PIECES } from './queue-changes.ts';
import { decodePlace, effectiveQos, encodePlace, type Found, QueueWalk } from './queue-view.ts';

/** One piece: messages looked at, and what is made of them at once, in memory until it is committed. */
const MAX_LOOKED_AT = 100_000;
const MAX_MESSAGES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;

export function nothingOf(kind: TransferOutcome['kind']): TransferOutcome {
  return { kind, messages: 0, bytes: 0, next: null };
}

/**
 * Copies messages that wait for one session into the own log of the other, in order. Where they are moved the first is
 * done with them in the same batch: a crash finds each of them in one queue, or both changes were not made.
 */
export async function transfer(
  source: Session,
  target: Session,
  request: TransferRequest,
): Promise<TransferOutcome> {
  if (!source.isDurable || !target.isDurable) return nothingOf('not-durable');
  const { found, next } = await collect(source, request);

  // From here on nothing is waited for: all of it goes into one batch.
  if (source.isEnded || target.isEnded) return nothingOf(source.isEnded ? 'no-source' : 'no-target');
  const waiting = found.filter(({ positions }) => positions.every(isUnsent));
  const messages = waiting.length;
  const bytes = waiting.reduce((sum, { message }) => sum + message.size, 0);
  if (messages === 0) return { ...nothingOf('transferred'), next };
  const { maxQueuedMessages, maxQueuedBytes } = target.policy;
  if (target.queuedMessages + messages > maxQueuedMessages || target.queuedBytes + bytes > maxQueuedBytes)
    return { kind: 'too-much', messages, bytes, next: null };
  target.namespace.appendOwn(target, waiting.map(copyOf));
  for (const { message, positions } of request.isMove ? waiting : []) {
    source.namespace.receipts.dropped(source, 'moved', message, positions);
    settleUnsent(source, message, positions);
  }
  return { kind: 'transferred', messages, bytes, next };
}

async function collect(
  source: Session,
  { topicFilter, after, isMove }: TransferRequest,
): Promise<{ found: Found[]; next: string | null }> {
  const { engine } = source.namespace;
  const now = engine.now();
  const walk = new QueueWalk(source, engine.pages, after === undefined ? null : decodePlace(after));
  const found: Found[] = [];
  let bytes = 0;
  for (let looked = 0; looked < MAX_LOOKED_AT && found.length < MAX_MESSAGES && bytes < MAX_BYTES; looked++) {
    const each = await walk.next();
    if (each === null) return { found, next: null };
    const { message, positions } = each;
    if (message.isExpired(now)) continue;
    if (topicFilter !== undefined && !matches(topicFilter, message.topic)) continue;
    found.push(each);
    bytes += message.size;
    // Taken out one by one they leave the rest in pieces.
    if (isMove && positions.some(({ cursor }) => cursor.done.pieces + found.length > MAX_PIECES)) break;
  }
  return { found, next: encodePlace(walk.place) };
}

/** As the subscriptions of the first session would have sent it; RETAIN is what a copy for one session says. */
function copyOf({ message, positions }: Found): Publication {
  const isOwnCopy = positions.every(({ cursor }) => cursor.log.topicFilter === null);
  return copyForSession(message, {
    qos: effectiveQos(message, positions),
    retain: isOwnCopy && message.retain,
  });
}
