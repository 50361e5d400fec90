import { giveWay, type Inspection, type SessionGlance, type SessionSummary } from '@restante/broker';
import { toTime } from '../times.ts';
import type { LiveSession, SessionChanges } from './live.dto.ts';
import type { Seen, Watched } from './look.ts';
import { Pulled } from './pulled.ts';

/** Of one tenant: of more sessions than these the rest is left out. */
const MAX_SESSIONS = 100_000;
/** In one message. */
const BATCH = 1_000;
/** Looked at in memory before others have their turn. */
const STRIDE = 1_000;
/** Absent sessions asked for by name in one look. */
const ASKED_AT_A_TIME = 50;
const MAX_TO_ASK = 1_000;
const PAGE = 500;
/** For pages of absent sessions in one look. */
const PAGES_MS = 90;

/** Which sessions a reader wants to know of. */
export interface Wanted {
  /** Part of the client identifier, case-insensitive. */
  q?: string | undefined;
  clientIds?: string[] | undefined;
}

/** What a session that has just gone has no more. */
const NO_CONNECTION = { connectedAt: null, remoteAddress: null, inflightMessages: 0 };

interface Known {
  glance: SessionGlance;
  isInMemory: boolean;
  /** The sweep of absent sessions that it was found in. */
  sweep: number;
}

/**
 * All sessions of a tenant, looked at on behalf of all who watch them: those in memory at every look, absent ones a
 * page at a time, over and over. A reader has no more of its own than the names of what has changed since.
 */
export class LiveSessions implements Watched {
  private readonly sessions = new Map<string, Known>();
  private readonly readers = new Set<Reader>();
  /** Found in memory by the last look. */
  private inMemory = new Set<string>();
  /** Were in memory: what became of them the store knows. */
  private readonly toAsk = new Set<string>();
  private sweep = 1;
  private after: string | undefined;
  private isWhole = false;
  private isTruncated = false;
  /** The first look at everything; null: there was none, or it failed. */
  private beginning: Promise<void> | null = null;
  private isBeginning = false;
  /** The same sessions, as far as the store has them: looked at by itself, since it takes longer. */
  readonly absent: Watched;

  constructor(
    private readonly inspection: Inspection,
    private readonly tenantId: number,
    onFault: (error: Error) => void,
  ) {
    this.absent = {
      isIdle: () => this.isIdle(),
      look: async () => {
        const startedAt = performance.now();
        if (!this.isBeginning) await this.lookAtAbsent().catch(onFault);
        return performance.now() - startedAt;
      },
    };
  }

  isIdle(): boolean {
    return this.readers.size === 0 && !this.isBeginning;
  }

  get readerCount(): number {
    return this.readers.size;
  }

  /** First everything that is known, in pieces, then what changes. @throws when nothing could be seen yet */
  async read(wanted: Wanted): Promise<Pulled<Seen<SessionChanges>>> {
    this.beginning ??= this.begin();
    await this.beginning;
    const reader = new Reader(wanted, this.sessions, () => ({
      isWhole: this.isWhole,
      isTruncated: this.isTruncated,
    }));
    this.readers.add(reader);
    reader.values.whenEnded(() => this.readers.delete(reader));
    return reader.values;
  }

  private async begin(): Promise<void> {
    this.isBeginning = true;
    try {
      await this.lookIntoMemory();
      await this.lookAtAbsent();
    } catch (error) {
      this.beginning = null;
      throw error;
    } finally {
      this.isBeginning = false;
    }
  }

  /** At those in memory: costs no database. */
  async look(): Promise<number> {
    if (this.isBeginning) return 0;
    const spent = await this.lookIntoMemory();
    this.wake();
    return spent;
  }

  private async lookAtAbsent(): Promise<void> {
    await this.askForSome();
    await this.sweepAbsent();
    this.wake();
  }

  private wake(): void {
    for (const { values } of this.readers) values.wake();
  }

  /** @returns for how long it kept the server busy: not what others did in between (ms) */
  private async lookIntoMemory(): Promise<number> {
    const found = new Set<string>();
    let spent = 0;
    let since = performance.now();
    for (const glance of this.inspection.glances(this.tenantId)) {
      found.add(glance.clientId);
      this.note(glance, true);
      if (found.size % STRIDE !== 0) continue;
      spent += performance.now() - since;
      await giveWay();
      since = performance.now();
    }
    for (const clientId of this.inMemory) if (!found.has(clientId)) this.hasLeftMemory(clientId);
    this.inMemory = found;
    return spent + performance.now() - since;
  }

  private hasLeftMemory(clientId: string): void {
    const known = this.sessions.get(clientId);
    if (known === undefined) return;
    // It ended with its connection.
    if (known.glance.sessionExpirySeconds === 0) return this.remove(clientId);
    const { glance } = known;
    const absent = { ...glance, state: 'offline' as const, ...NO_CONNECTION };
    this.note({ ...absent, disconnectedAt: glance.disconnectedAt ?? Date.now() }, false);
    if (this.toAsk.size < MAX_TO_ASK) this.toAsk.add(clientId);
  }

  /** Those that have just gone, and those that somebody wants by name, in turn. */
  private async askForSome(): Promise<void> {
    for (const { wanted } of this.readers)
      for (const clientId of wanted.clientIds ?? [])
        if (!this.inMemory.has(clientId) && this.toAsk.size < MAX_TO_ASK) this.toAsk.add(clientId);
    const asked = [...this.toAsk].slice(0, ASKED_AT_A_TIME);
    for (const clientId of asked) this.toAsk.delete(clientId);
    const found = await Promise.all(
      asked.map((clientId) => this.inspection.getSession(this.tenantId, clientId)),
    );
    found.forEach((session, index) => {
      if (session === undefined) this.remove(asked[index]);
      else this.note(glanceOf(session), false);
    });
  }

  /** Goes on with the sweep for a while. At its end, who was neither met nor is in memory is no more. */
  private async sweepAbsent(): Promise<void> {
    const startedAt = performance.now();
    do {
      const query = { state: 'offline' as const, limit: PAGE, after: this.after };
      const { items, next } = await this.inspection.listSessions(this.tenantId, query);
      for (const session of items) this.note(glanceOf(session), false);
      this.after = next ?? undefined;
      if (next === null) return this.endSweep();
    } while (performance.now() - startedAt < PAGES_MS);
  }

  private endSweep(): void {
    for (const [clientId, { isInMemory, sweep }] of this.sessions)
      if (!isInMemory && sweep !== this.sweep) this.remove(clientId);
    this.sweep++;
    this.isWhole = true;
    this.isTruncated = this.sessions.size >= MAX_SESSIONS;
  }

  private note(glance: SessionGlance, isInMemory: boolean): void {
    const { clientId } = glance;
    const { sweep } = this;
    const known = this.sessions.get(clientId);
    if (known === undefined) return this.add({ glance, isInMemory, sweep });
    known.isInMemory = isInMemory;
    known.sweep = sweep;
    if (isSame(known.glance, glance)) return;
    known.glance = glance;
    this.changed(clientId);
  }

  private add(known: Known): void {
    const { clientId } = known.glance;
    this.isTruncated ||= this.sessions.size >= MAX_SESSIONS;
    if (this.sessions.size >= MAX_SESSIONS) return;
    this.sessions.set(clientId, known);
    this.changed(clientId);
  }

  private remove(clientId: string): void {
    if (this.sessions.delete(clientId)) this.changed(clientId);
  }

  private changed(clientId: string): void {
    for (const reader of this.readers) reader.changed(clientId);
  }
}

/** One who watches: which sessions they are to be told of. */
class Reader {
  readonly values = new Pulled(() => this.take());
  private readonly q: string | undefined;
  private readonly names: Set<string> | null;
  private isReset = true;
  /** Not told yet, or changed since. */
  private untold = new Set<string>();
  private wasComplete = false;

  constructor(
    readonly wanted: Wanted,
    private readonly sessions: ReadonlyMap<string, Known>,
    private readonly about: () => { isWhole: boolean; isTruncated: boolean },
  ) {
    this.q = wanted.q?.toLowerCase();
    this.names = wanted.clientIds === undefined ? null : new Set(wanted.clientIds);
    this.beginAnew();
  }

  changed(clientId: string): void {
    if (!this.isWanted(clientId)) return;
    this.untold.add(clientId);
    // More names than there are sessions: most of them are gone. Who is so slow is told all from the start.
    if (this.untold.size > 2 * MAX_SESSIONS) this.beginAnew();
  }

  private beginAnew(): void {
    this.isReset = true;
    this.untold = new Set();
    for (const clientId of this.sessions.keys()) if (this.isWanted(clientId)) this.untold.add(clientId);
  }

  private isWanted(clientId: string): boolean {
    if (this.names !== null && !this.names.has(clientId)) return false;
    return this.q === undefined || clientId.toLowerCase().includes(this.q);
  }

  private take(): Seen<SessionChanges> | undefined {
    const { isReset } = this;
    const { isWhole, isTruncated } = this.about();
    if (!isReset && this.untold.size === 0 && this.wasComplete === isWhole) return undefined;
    const sessions: LiveSession[] = [];
    const gone: string[] = [];
    for (const clientId of this.untold) {
      if (sessions.length + gone.length === BATCH) break;
      this.untold.delete(clientId);
      const known = this.sessions.get(clientId);
      if (known === undefined) gone.push(clientId);
      else sessions.push(toView(known.glance));
    }
    this.isReset = false;
    const isComplete = isWhole && this.untold.size === 0;
    this.wasComplete = isComplete;
    return { value: { isReset, sessions, gone, isComplete, isTruncated } };
  }
}

function glanceOf({
  clientId,
  state,
  username,
  protocolVersion,
  remoteAddress,
  connectedAt,
  disconnectedAt,
  sessionExpirySeconds,
  expiresAt,
  queuedMessages,
  queuedBytes,
  maxQueuedMessages,
  inflightMessages,
  droppedMessages,
  isOrphanSuspect,
}: SessionSummary): SessionGlance {
  return {
    ...{
      clientId,
      state,
      username,
      protocolVersion,
      remoteAddress,
      connectedAt,
      disconnectedAt,
      sessionExpirySeconds,
      expiresAt,
    },
    ...{ queuedMessages, queuedBytes, maxQueuedMessages, inflightMessages, droppedMessages, isOrphanSuspect },
  };
}

function isSame(one: SessionGlance, other: SessionGlance): boolean {
  for (const field in one) {
    if (one[field as keyof SessionGlance] !== other[field as keyof SessionGlance]) return false;
  }
  return true;
}

function toView({ connectedAt, disconnectedAt, expiresAt, ...rest }: SessionGlance): LiveSession {
  return {
    ...rest,
    connectedAt: toTime(connectedAt),
    disconnectedAt: toTime(disconnectedAt),
    expiresAt: toTime(expiresAt),
  };
}
