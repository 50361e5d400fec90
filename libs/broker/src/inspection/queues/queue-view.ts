import { matches, type QoS } from '@restante/mqtt-codec';
import type { Cursor } from '../../logs/cursor.ts';
import type { PageReader } from '../../logs/page-reader.ts';
import type { Message } from '../../message.ts';
import type { StoredPage } from '../../ports.ts';
import type { InflightMessage, LogPosition } from '../../sessions/inflight.ts';
import type { Session } from '../../sessions/session.ts';
import type { Delivery } from '../../sessions/transient-queue.ts';
import type { Page, QueuedMessage, QueueQuery } from '../inspection.ts';
import { decodeToken, encodeToken } from '../lists/page-token.ts';

/** Messages that one page looks at; with a topic filter it may find none of them and still say where to go on. */
const MAX_LOOKED_AT = 20_000;
/** Logs whose place a page hands on; for the others the next one begins at the front, and passes over what was seen. */
const MAX_PLACES = 300;

/** A message with every place in the session's logs where it lies. */
export interface Found {
  message: Message;
  positions: LogPosition[];
}

/** Where a page begins: behind this message, and in these logs not before these sequence numbers. */
interface Place {
  order: number;
  next: Map<number, number>;
}

/**
 * A session's queue message by message, in the order of delivery: what was sent and is not acknowledged, then what waits.
 * Nothing is changed by looking: a session that is online goes on, and what it acknowledges meanwhile is gone from the
 * next page.
 */
export async function viewQueue(
  session: Session,
  { topicFilter, limit, after }: QueueQuery,
  pages: PageReader,
): Promise<Page<QueuedMessage>> {
  const place = after === undefined ? null : decodePlace(after);
  if (!session.isDurable) return viewTransient(session, { topicFilter, limit }, place);
  const items = place === null ? await sentToClient(session, topicFilter, pages) : [];
  const walk = new QueueWalk(session, pages, place);
  let looked = 0;
  while (items.length < limit && looked++ < MAX_LOOKED_AT) {
    const found = await walk.next();
    if (found === null) return { items, next: null };
    if (topicFilter === undefined || matches(topicFilter, found.message.topic)) items.push(waiting(found));
  }
  return { items, next: encodePlace(walk.place) };
}

/** Of a session that ends with its connection: all of it is in memory. */
async function viewTransient(
  session: Session,
  { topicFilter, limit }: Omit<QueueQuery, 'after'>,
  place: Place | null,
): Promise<Page<QueuedMessage>> {
  const isWanted = ({ topic }: Message) => topicFilter === undefined || matches(topicFilter, topic);
  const sent = session.inflight
    .values()
    .filter(({ message }) => (message === null ? topicFilter === undefined : isWanted(message)))
    .map((each) => sentItem(each, each.message));
  const left = session.queue
    .values()
    .filter(({ message }) => isWanted(message) && message.order > (place?.order ?? 0));
  const page = left.slice(0, limit).map(transientItem);
  const last = left.at(limit - 1);
  const next = left.length > limit ? encodePlace({ order: last!.message.order, next: new Map() }) : null;
  return { items: place === null ? [...sent, ...page] : page, next };
}

function transientItem({ message, qos }: Delivery): QueuedMessage {
  return {
    id: `t${message.order}`,
    state: 'waiting',
    packetIdentifier: null,
    qos,
    message,
    topicFilters: [],
  };
}

/** What is in flight, all of it: no more than a window. */
async function sentToClient(
  { inflight }: Session,
  topicFilter: string | undefined,
  pages: PageReader,
): Promise<QueuedMessage[]> {
  const sent = inflight.values();
  const unread = sent.filter(({ message }) => message === null);
  const found = await pages.fetch(unread.flatMap(({ positions }) => positions));
  return sent.flatMap((each) => {
    const message =
      each.message ?? each.positions.map((position) => found.get(position)).find(Boolean) ?? null;
    const isWanted = topicFilter === undefined || (message !== null && matches(topicFilter, message.topic));
    return isWanted ? [sentItem(each, message)] : [];
  });
}

function sentItem(
  { packetIdentifier, state, positions }: InflightMessage,
  message: Message | null,
): QueuedMessage {
  return {
    id: `p${packetIdentifier}`,
    state: state === 'pubrel' ? 'pubrel-sent' : 'publish-sent',
    packetIdentifier,
    qos: state === 'publish-qos1' ? 1 : 2,
    message,
    topicFilters: filtersOf(positions),
  };
}

function waiting({ message, positions }: Found): QueuedMessage {
  return {
    id: idOf(positions),
    state: 'waiting',
    packetIdentifier: null,
    qos: effectiveQos(message, positions),
    message,
    topicFilters: filtersOf(positions),
  };
}

/** As the subscriptions let it be sent. */
export function effectiveQos(message: Message, positions: LogPosition[]): QoS {
  const granted = positions.map(({ cursor }) => cursor.subscription?.qos ?? message.qos);
  return Math.min(message.qos, Math.max(0, ...granted)) as QoS;
}

function filtersOf(positions: LogPosition[]): string[] {
  return positions.flatMap(({ cursor }) => cursor.log.topicFilter ?? []);
}

// ---------------------------------------------------------------- identifiers

/** A waiting message is known by its places in the logs; of a session without logs, by its order. */
function idOf(positions: LogPosition[]): string {
  return positions.map(({ cursor, sequence }) => `${cursor.log.id}.${sequence}`).join('-');
}

/** @returns null: it is not the identifier of a message that waits for this session (any more) */
export function positionsOf(session: Session, id: string): LogPosition[] | null {
  if (!/^\d{1,16}\.\d{1,16}(-\d{1,16}\.\d{1,16})*$/.test(id)) return null;
  const inflight = inflightOf(session);
  const positions: LogPosition[] = [];
  for (const part of id.split('-')) {
    const [filterId, sequence] = part.split('.').map(Number);
    const cursor = session.cursors.get(filterId);
    if (cursor === undefined || sequence > cursor.end || cursor.nextWanted(sequence) !== sequence)
      return null;
    if (inflight.get(cursor)?.has(sequence)) return null;
    positions.push({ cursor, sequence });
  }
  return positions;
}

// ---------------------------------------------------------------- walking

/** Goes through what waits for a session, in the order of delivery, without moving its cursors. */
export class QueueWalk {
  private readonly walks: CursorWalk[];
  private order: number;

  constructor(session: Session, pages: PageReader, place: Place | null = null) {
    const inflight = inflightOf(session);
    const excess = overflowOf(session, inflight);
    this.order = place?.order ?? 0;
    this.walks = [...session.cursors.values()]
      .filter(({ depth }) => depth > 0)
      .map((cursor) => {
        const sent = inflight.get(cursor) ?? NOTHING_IN_FLIGHT;
        const bounds = boundsOf(cursor, sent, excess.get(cursor) ?? 0, session.policy.overflow);
        const from = Math.max(bounds.from, place?.next.get(cursor.log.id) ?? 0);
        return new CursorWalk(cursor, pages, sent, { ...bounds, from });
      });
  }

  /** null: that was all. Copies of a message under several filters are one. */
  async next(): Promise<Found | null> {
    for (;;) {
      const heads = await Promise.all(this.walks.map((walk) => walk.peek()));
      let message: Message | null = null;
      for (const head of heads)
        if (head !== null && (message === null || head.order < message.order)) message = head;
      if (message === null) return null;
      const positions: LogPosition[] = [];
      for (const [index, walk] of this.walks.entries())
        if (heads[index]?.order === message.order) positions.push(walk.pass());
      // Seen on an earlier page, that knew no place in this log.
      if (message.order <= this.order) continue;
      this.order = message.order;
      return { message, positions };
    }
  }

  get place(): Place {
    const next = this.walks.slice(0, MAX_PLACES).map((walk) => [walk.cursor.log.id, walk.sequence] as const);
    return { order: this.order, next: new Map(next) };
  }
}

export const NOTHING_IN_FLIGHT: ReadonlySet<number> = new Set();

class CursorWalk {
  /** The next one to look at. */
  sequence: number;
  private readonly to: number;
  private page: StoredPage | null = null;
  private index = 0;
  private head: Message | null = null;

  constructor(
    readonly cursor: Cursor,
    private readonly pages: PageReader,
    private readonly inflight: ReadonlySet<number>,
    { from, to }: { from: number; to: number },
  ) {
    this.sequence = from;
    this.to = to;
  }

  /** The message at `sequence`, which moves on to the next that waits; null: there is none. */
  async peek(): Promise<Message | null> {
    while (this.head === null) {
      this.sequence = this.cursor.nextWanted(this.sequence);
      if (this.sequence > this.to) return null;
      if (this.inflight.has(this.sequence)) this.sequence++;
      else this.head = await this.read();
    }
    return this.head;
  }

  /** The message that was looked at last is done with. */
  pass(): LogPosition {
    this.head = null;
    return { cursor: this.cursor, sequence: this.sequence++ };
  }

  /** null: there is no such entry (any more), and `sequence` has moved on to where there may be one. */
  private async read(): Promise<Message | null> {
    const { log } = this.cursor;
    const inMemory = log.entryAt(this.sequence);
    if (inMemory !== undefined) return inMemory.message;
    if (this.page === null || this.sequence > this.page.coversTo) {
      const to = Math.min(this.to, log.tailStart - 1);
      if (to < this.sequence) {
        this.sequence = log.tailStart;
        return null;
      }
      this.page = await this.pages.read({ filterId: log.id, from: this.sequence, to });
      this.index = 0;
    }
    return this.fromPage(this.page);
  }

  private fromPage(page: StoredPage): Message | null {
    while (this.index < page.length && page.sequenceAt(this.index) < this.sequence) this.index++;
    if (this.index === page.length) {
      this.sequence = page.coversTo + 1;
      return null;
    }
    const found = page.sequenceAt(this.index);
    if (found === this.sequence) return page.entryAt(this.index).message;
    this.sequence = found;
    return null;
  }
}

/** Sequence numbers that the client was sent, by cursor. */
export function inflightOf({ inflight }: Session): Map<Cursor, Set<number>> {
  const sent = new Map<Cursor, Set<number>>();
  for (const { positions } of inflight.values()) {
    for (const { cursor, sequence } of positions) {
      const known = sent.get(cursor);
      if (known === undefined) sent.set(cursor, new Set([sequence]));
      else known.add(sequence);
    }
  }
  return sent;
}

/** How many waiting messages will go when the queue is next brought to its limit, as `dropOverflow` does it. */
function overflowOf(session: Session, inflight: Map<Cursor, Set<number>>): Map<Cursor, number> {
  const { overflow, maxQueuedMessages } = session.policy;
  const excess = new Map<Cursor, number>();
  if (overflow === 'reject-publisher') return excess;
  let left = session.queuedMessages - maxQueuedMessages;
  for (const cursor of [...session.cursors.values()].sort((a, b) => b.depth - a.depth)) {
    if (left <= 0) break;
    const count = Math.min(left, cursor.depth - (inflight.get(cursor)?.size ?? 0));
    excess.set(cursor, count);
    left -= count;
  }
  return excess;
}

/** Of a log, what remains of the queue without its excess. */
export function boundsOf(
  cursor: Cursor,
  sent: ReadonlySet<number>,
  excess: number,
  overflow: string,
): { from: number; to: number } {
  const { floor, end } = cursor;
  if (excess === 0) return { from: floor + 1, to: end };
  const waitingUpTo = (sequence: number) =>
    cursor.undoneUpTo(sequence) - [...sent].filter((each) => each <= sequence).length;
  if (overflow === 'drop-oldest') return { from: firstWith(waitingUpTo, floor, end, excess) + 1, to: end };
  return { from: floor + 1, to: firstWith(waitingUpTo, floor, end, waitingUpTo(end) - excess) };
}

/** The first number behind `from` at which the count, which never falls, has come to `wanted`. */
function firstWith(countUpTo: (number: number) => number, from: number, to: number, wanted: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (countUpTo(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function encodePlace({ order, next }: Place): string {
  return encodeToken([order, ...[...next].flat()]);
}

/** @returns null for anything that `encodePlace` did not make: the list begins at its start */
export function decodePlace(token: string): Place | null {
  const numbers = decodeToken(token);
  if (numbers.length === 0 || !numbers.every(isNumber)) return null;
  const [order, ...places] = numbers;
  const next = new Map<number, number>();
  for (let index = 0; index + 1 < places.length; index += 2) next.set(places[index], places[index + 1]);
  return { order, next };
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
