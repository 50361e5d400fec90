import type { Connection } from './connection.ts';
import { pump } from '../delivery.ts';
import type { Intake } from './intake.ts';
import { FULL_SHARE, MAX_MESSAGES_A_TURN, MAX_STEP_MS, SMALL_SHARE } from '../limits.ts';
import type { Session } from '../sessions/session.ts';
import { pumpGroup } from '../shared-groups/shared-delivery.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';

/** Items served between two looks at the clock. */
const ITEMS_A_LOOK = 8;

/**
 * What is left to do when all input at hand is read: sessions that may have something to send are pumped, every
 * connection that has output gets one write, and whoever had used up its share is read from again.
 *
 * Each of these steps ends when its time is over, and goes on with the rest in the next turn: whatever one tenant
 * does, the others are read from in between.
 */
export class Turn {
  /** Counts the turns. */
  number = 0;
  private awake: Session[] = [];
  private awakeGroups: SharedGroup[] = [];
  private unflushed: Connection[] = [];
  private unread: Intake[] = [];
  private isScheduled = false;
  private beganAt = 0;

  constructor(private readonly now: () => number) {}

  /**
   * What a connection may cause in this turn, in messages taken in and sent on: less when the turn has lasted long
   * already.
   */
  share(): number {
    this.schedule();
    return performance.now() - this.beganAt < MAX_STEP_MS ? FULL_SHARE : SMALL_SHARE;
  }

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

  /** The connection has used up its share, and more to be read. */
  readLater(intake: Intake): void {
    this.unread.push(intake);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.beganAt = performance.now();
    setImmediate(() => this.run());
  }

  private run(): void {
    this.isScheduled = false;
    this.number++;
    const now = this.now();

    const { awake, awakeGroups } = this;
    this.awake = [];
    const sessions = serve(awake, (session) => this.pump(session, now));
    this.awake = join(sessions, this.awake);
    this.awakeGroups = [];
    const groups = serve(awakeGroups, (group) => this.pumpGroup(group, now));
    this.awakeGroups = join(groups, this.awakeGroups);

    // What all of these have written goes out now.
    const { unflushed } = this;
    this.unflushed = [];
    this.unflushed = join(
      serve(unflushed, (connection) => connection.flush()),
      this.unflushed,
    );

    const { unread } = this;
    this.unread = [];
    this.unread = join(
      serve(unread, (intake) => intake.readOn()),
      this.unread,
    );
    if (this.awake.length + this.awakeGroups.length + this.unflushed.length + this.unread.length > 0) {
      this.schedule();
    }
  }

  private pump(session: Session, now: number): void {
    session.isAwake = false;
    if (pump(session, now, MAX_MESSAGES_A_TURN)) this.wake(session);
    for (const group of session.groups) this.wakeGroup(group);
  }

  private pumpGroup(group: SharedGroup, now: number): void {
    group.isAwake = false;
    if (pumpGroup(group, now, MAX_MESSAGES_A_TURN)) this.wakeGroup(group);
  }
}

/** @returns what the time did not suffice for; null: nothing */
function serve<Item>(items: Item[], handle: (item: Item) => void): Item[] | null {
  const deadline = performance.now() + MAX_STEP_MS;
  for (let done = 0; done < items.length; done++) {
    if (done % ITEMS_A_LOOK === ITEMS_A_LOOK - 1 && performance.now() > deadline) return items.slice(done);
    handle(items[done]);
  }
  return null;
}

/** What is left over comes before what was added meanwhile. */
function join<Item>(left: Item[] | null, added: Item[]): Item[] {
  return left === null ? added : left.concat(added);
}
