import { type DropReason, isLoss, type LossReason } from '../ledger/drop.ts';
import type { Cursor } from '../logs/cursor.ts';
import type { Message } from '../message.ts';
import type { LogPosition } from './inflight.ts';
import type { Session } from './session.ts';

const NOWHERE: LogPosition[] = [];

/**
 * A message that a session does not get, counted for it and for its tenant, and told in the ledger: in the batch in
 * which the session is done with it, where it lies in logs (`positions`).
 *
 * @param message null: what it was is not known any more
 */
export function drop(
  session: Session,
  reason: DropReason,
  message: Message | null,
  positions: LogPosition[] = NOWHERE,
): void {
  const { ledger } = session.namespace;
  const { clientId } = session;
  const { receipts } = session.namespace;
  count(session, reason, 1);
  if (!receipts.isEmpty) receipts.dropped(session, reason, message, positions);
  if (session.policy.deadLetters && message !== null && positions.length > 0 && isLoss(reason))
    keepCopy(session, reason, message, positions[0].cursor);
  if (positions.length > 0) ledger.dropped(clientId, reason, positions[0].cursor, message);
  else ledger.note({ clientId, reason, topic: message?.topic ?? null, bytes: message?.size ?? null });
}

/** The same with what a cursor of the session is about to be done with. */
export function dropRange(
  session: Session,
  reason: DropReason,
  cursor: Cursor,
  range: { from: number; to: number },
): void {
  const { ledger, receipts } = session.namespace;
  const messages = ledger.droppedRange(session.clientId, reason, cursor, range);
  if (!receipts.isEmpty) receipts.droppedRange(cursor, session, reason, range.from, range.to);
  count(session, reason, messages);
}

function keepCopy(session: Session, reason: LossReason, message: Message, cursor: Cursor): void {
  const { clientId, namespace } = session;
  const { journal, now } = namespace.engine;
  const { topic, payload, qos, retain, forwardedProperties, publishedAt, expiresAt } = message;
  namespace.hasNewDeadLetters = true;
  journal.addDeadLetter({
    ...{ tenantId: namespace.tenantId, id: journal.nextOrder(), clientId, reason, at: now() },
    ...{ topic, payload, qos, retain, forwardedProperties, publishedAt, expiresAt },
    topicFilter: cursor.log.topicFilter,
  });
}

/** What goes because somebody wanted it so is no loss. */
function count(session: Session, reason: DropReason, messages: number): void {
  if (!isLoss(reason)) return;
  session.namespace.counters.drop(reason, messages);
  session.droppedMessages += messages;
}
