import { DepthHistory } from './depth-history.ts';
import { isSame, type LiveSession } from './live-session.ts';

/** What has changed at once: places whose session is another, has other values, or is gone. */
export type Changes = readonly number[];

const FIRST_CAPACITY = 1_024;

/**
 * The sessions of a tenant as they are now, each in a slot that it keeps while it lives: its place on the wall. Changed
 * in place by whatever brings the news; those who show them subscribe.
 */
export class SessionStore {
  /** Rises with every change. */
  version = 0;
  /** Rises when something of the whole changes: who is there, how many are online, whether all are told. */
  whole = 0;
  /** Rises when a session comes or goes. */
  membership = 0;
  /** All were told at least once. */
  isComplete = false;
  /** There are more than are watched. */
  isTruncated = false;
  /** Why nothing can be told: a refusal. */
  refusal: Error | null = null;
  /** Samples taken so far. */
  samples = 0;
  readonly history = new DepthHistory();
  private readonly slots = new Map<string, number>();
  private readonly sessions: (LiveSession | undefined)[] = [];
  private readonly free: number[] = [];
  /** Counted with every change, so that nobody has to count 50,000. */
  private online = 0;
  private readonly usernames = new Map<string, number>();
  private depths = new Uint32Array(FIRST_CAPACITY);
  private readonly listeners = new Set<(changes: Changes) => void>();

  /** Also called with no changes, when only what is known of the whole has changed. */
  subscribe = (listener: (changes: Changes) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get onlineCount(): number {
    return this.online;
  }

  /** User names of the credentials that have sessions. */
  get credentials(): Iterable<string> {
    return this.usernames.keys();
  }

  get size(): number {
    return this.slots.size;
  }

  /** One above the last slot in use, gaps included. */
  get extent(): number {
    return this.sessions.length;
  }

  at(slot: number): LiveSession | undefined {
    return this.sessions[slot];
  }

  slotOf(clientId: string): number | undefined {
    return this.slots.get(clientId);
  }

  get(clientId: string): LiveSession | undefined {
    const slot = this.slots.get(clientId);
    return slot === undefined ? undefined : this.sessions[slot];
  }

  all(): LiveSession[] {
    return this.sessions.filter((session) => session !== undefined);
  }

  /** Depths of a session's queue lately, oldest first. */
  pastOf(clientId: string): number[] {
    const slot = this.slots.get(clientId);
    return slot === undefined ? [] : this.history.of(slot, this.depths[slot]);
  }

  /** By how much a session's queue is deeper than it was a minute ago, or when that was not known yet. */
  growthOf(clientId: string): number {
    const slot = this.slots.get(clientId);
    return slot === undefined ? 0 : this.depths[slot] - this.history.oldest(slot, this.depths[slot]);
  }

  takeSample(): void {
    this.history.take(this.depths.subarray(0, this.sessions.length));
    this.samples += 1;
    this.tell([]);
  }

  apply(told: readonly LiveSession[], gone: readonly string[] = []): void {
    const changes: number[] = [];
    const { membership, online } = this;
    for (const clientId of gone) this.remove(clientId, changes);
    for (const session of told) this.put(session, changes);
    if (membership !== this.membership || online !== this.online) this.whole += 1;
    if (changes.length > 0) this.tell(changes);
  }

  /** Something about the whole. */
  note(facts: Partial<Pick<SessionStore, 'isTruncated' | 'refusal'>>): void {
    Object.assign(this, facts);
    this.whole += 1;
    this.tell([]);
  }

  /** All are told: they take their places by name, so that the wall looks the same to everybody who opens it. */
  complete(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    this.whole += 1;
    const sessions = this.all().sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
    const extent = this.sessions.length;
    this.slots.clear();
    this.free.length = 0;
    this.sessions.length = 0;
    this.history.forget();
    for (const session of sessions) {
      this.slots.set(session.clientId, this.sessions.length);
      this.setDepth(this.sessions.length, session.queuedMessages);
      this.sessions.push(session);
    }
    this.tell(Array.from({ length: extent }, (_, slot) => slot));
  }

  private put(session: LiveSession, changes: number[]): void {
    const { clientId, queuedMessages } = session;
    let slot = this.slots.get(clientId);
    if (slot === undefined) {
      slot = this.free.pop() ?? this.sessions.length;
      this.slots.set(clientId, slot);
      this.history.begin(slot, queuedMessages);
      this.membership += 1;
    } else {
      const before = this.sessions[slot]!;
      if (isSame(before, session)) return;
      this.count(before, -1);
    }
    this.count(session, 1);
    this.sessions[slot] = session;
    this.setDepth(slot, queuedMessages);
    changes.push(slot);
  }

  private remove(clientId: string, changes: number[]): void {
    const slot = this.slots.get(clientId);
    if (slot === undefined) return;
    this.slots.delete(clientId);
    this.count(this.sessions[slot]!, -1);
    this.sessions[slot] = undefined;
    this.free.push(slot);
    this.setDepth(slot, 0);
    this.membership += 1;
    changes.push(slot);
  }

  private count({ state, username }: LiveSession, by: 1 | -1): void {
    if (state === 'online') this.online += by;
    const rest = (this.usernames.get(username) ?? 0) + by;
    if (rest === 0) this.usernames.delete(username);
    else this.usernames.set(username, rest);
  }

  private setDepth(slot: number, depth: number): void {
    if (slot >= this.depths.length) {
      const grown = new Uint32Array(this.depths.length * 2);
      grown.set(this.depths);
      this.depths = grown;
    }
    this.depths[slot] = depth;
  }

  private tell(changes: Changes): void {
    this.version += 1;
    for (const listener of this.listeners) listener(changes);
  }
}
