import type { Message } from '../message.ts';
import { SharedGroup } from '../shared-groups/shared-group.ts';
import type { InflightMessage, LogPosition } from './inflight.ts';
import type { Session } from './session.ts';

/** Done with a message in every log in which the session has it, without an answer from the client. */
export function settleUnsent(session: Session, message: Message, positions: LogPosition[]): void {
  for (const { cursor, sequence } of positions) {
    cursor.settle(sequence, message.size);
    if (cursor.isFinished) session.namespace.logs.finish(session, cursor);
  }
}

/** The client is done with a message in flight as far as its content goes: PUBACK, or PUBREC. */
export function settleInflight(session: Session, inflight: InflightMessage): void {
  const bytes = inflight.message?.size ?? 0;
  for (const { cursor, sequence } of inflight.positions) {
    cursor.settleInflight(sequence, bytes);
    if (cursor.owner instanceof SharedGroup) {
      session.namespace.receipts.memberHas(cursor, sequence, session, 'acknowledged');
      session.namespace.engine.journal.touchGroupLater(cursor.owner);
    } else if (cursor.isFinished) session.namespace.logs.finish(session, cursor);
  }
  inflight.positions = [];
  inflight.message = null;
}
