import { type DropReason } from '../counters.ts';
import { type Session } from './session.ts';

/** Counts messages that a session did not get, for it and for its tenant. */
export function countDrop(session: Session, reason: DropReason, count = 1): void {
  session.namespace.counters.drop(reason, count);
  session.droppedMessages += count;
}
