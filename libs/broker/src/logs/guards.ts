import type { DurableFilter } from './durable-filter.ts';
import { Gates } from './gates.ts';
import { Guard } from './guard.ts';
import type { Logs } from './logs.ts';
import type { RecoveredGuard } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';

/**
 * The queues of one tenant that refuse publishers when they are full (`reject-publisher`), of sessions and of shared
 * groups, and what they let pass.
 */
export class Guards {
  private readonly guards = new Map<number | SharedGroup, Guard>();
  /** By log: where it must have come before a queue could be full. */
  private readonly gates = new Map<DurableFilter, Gates>();

  constructor(private readonly logs: Logs) {}

  /** A queue found in the store at start. */
  recover({ sessionId, limits, cursors }: RecoveredGuard): void {
    const guard = new Guard(limits);
    guard.rest(
      cursors.flatMap((record) => {
        const log = this.logs.get(record.filterId);
        return log === undefined ? [] : [{ log, record }];
      }),
    );
    this.guards.set(sessionId, guard);
    this.place(guard);
  }

  /** The session's policy or its cursors may have changed. */
  watch(session: Session): void {
    if (this.guards.size === 0 && session.policy.overflow !== 'reject-publisher') return;
    this.forget(session.id);
    if (session.policy.overflow !== 'reject-publisher' || !session.isDurable) return;
    const guard = new Guard(session.policy);
    // A view of the map itself: cursors come and go.
    guard.watch({ [Symbol.iterator]: () => session.cursors.values() });
    this.guards.set(session.id, guard);
    this.place(guard);
  }

  watchGroup(group: SharedGroup): void {
    this.forget(group);
    const { cursor } = group;
    if (cursor?.limits?.overflow !== 'reject-publisher') return;
    const guard = new Guard(cursor.limits);
    guard.watch([cursor]);
    this.guards.set(group, guard);
    this.place(guard);
  }

  /** The session is let go from memory. */
  rest(session: Session): void {
    const cursors = [...session.cursors.values()];
    this.guards
      .get(session.id)
      ?.rest(cursors.map((cursor) => ({ log: cursor.log, record: cursor.toRecord() })));
  }

  /** More than before waits for the session: its queue may be full sooner. */
  grew(session: Session): void {
    const guard = this.guards.get(session.id);
    if (guard === undefined) return;
    if (session.connection === null) this.rest(session);
    this.place(guard);
  }

  forget(owner: number | SharedGroup): void {
    const guard = this.guards.get(owner);
    if (guard === undefined) return;
    this.guards.delete(owner);
    for (const log of guard.places) {
      const gates = this.gates.get(log);
      gates?.remove(guard);
      if (gates?.isEmpty) this.gates.delete(log);
    }
  }

  /** Whether one more message may come into all of these logs: no queue that would refuse it is full. */
  admit(logs: readonly DurableFilter[]): boolean {
    return this.gates.size === 0 || logs.every((log) => this.admitsTo(log));
  }

  private admitsTo(log: DurableFilter): boolean {
    const gates = this.gates.get(log);
    if (gates === undefined) return true;
    for (;;) {
      const guard = gates.reached(log.head, log.totalBytes);
      if (guard === undefined) return true;
      const { messages, bytes } = guard.room;
      if (messages <= 0 || bytes <= 0) return false;
      this.place(guard, log);
    }
  }

  /**
   * Says of each log of the queue how far it may come before the queue must be looked at again: what fits is divided
   * among them. `admitting` gets one message in any case, now.
   */
  private place(guard: Guard, admitting?: DurableFilter): void {
    const { messages, bytes } = guard.room;
    const { logs } = guard;
    for (const log of logs) {
      const least = log === admitting ? 1 : 0;
      let gates = this.gates.get(log);
      if (gates === undefined) this.gates.set(log, (gates = new Gates()));
      guard.places.add(log);
      gates.put(
        guard,
        log.head + Math.max(least, Math.floor(messages / logs.length)),
        log.totalBytes + Math.max(least, Math.floor(bytes / logs.length)),
      );
    }
  }
}
