import { type Connection } from './connection.ts';
import { MAX_MESSAGES_A_TURN } from './limits.ts';
import { pump } from './delivery.ts';
import { type Session } from './session.ts';
import { pumpGroup } from './shared-delivery.ts';
import { type SharedGroup } from './shared-group.ts';

/**
 * What is left to do when all input at hand is read: sessions that may have something to send are pumped, then
 * every connection that has output gets one write.
 */
export class Turn {
  private awake: Session[] = [];
  private awakeGroups: SharedGroup[] = [];
  private unflushed: Connection[] = [];
  private isScheduled = false;

  constructor(private readonly now: () => number) {}

  /** The session may have something to send. */
  wake(session: Session): void {
    if (session.isAwake) return;
    session.isAwake = true;
    this.awake.push(session);
    this.schedule();
  }

  /** A member of the group may have room, or the group something for it. */
  wakeGroup(group: SharedGroup): void {
    if (group.isAwake) return;
    group.isAwake = true;
    this.awakeGroups.push(group);
    this.schedule();
  }

  /** The connection has output. */
  flushLater(connection: Connection): void {
    this.unflushed.push(connection);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.run());
  }

  private run(): void {
    this.isScheduled = false;
    const now = this.now();
    const awake = this.awake;
    this.awake = [];
    for (const session of awake) {
      session.isAwake = false;
      if (pump(session, now, MAX_MESSAGES_A_TURN)) this.wake(session);
      for (const group of session.groups) this.wakeGroup(group);
    }
    const awakeGroups = this.awakeGroups;
    this.awakeGroups = [];
    for (const group of awakeGroups) {
      group.isAwake = false;
      if (pumpGroup(group, now, MAX_MESSAGES_A_TURN)) this.wakeGroup(group);
    }
    const unflushed = this.unflushed;
    this.unflushed = [];
    for (const connection of unflushed) connection.flush();
  }
}
