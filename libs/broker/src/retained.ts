import { Message } from './message.ts';
import { isSystemTopic, levelsOf } from './routing/topic-levels.ts';

class Level {
  readonly children = new Map<string, Level>();
  message: Message | null = null;
  /** Messages here and below. */
  count = 0;
}

/** A level of the topic tree in which something is retained. */
export interface RetainedLevel {
  /** Of the level alone. */
  name: string;
  /** Something is retained for the topic that ends here. */
  hasMessage: boolean;
  /** Topics with something retained that go on from here. */
  topicsBelow: number;
}

/** The retained messages of one tenant, by topic (MQTT 5.0 section 3.3.1.3). */
export class RetainedMessages {
  private readonly root = new Level();
  bytes = 0;

  get count(): number {
    return this.root.count;
  }

  set(message: Message): void {
    const path = [this.root];
    for (const name of levelsOf(message.topic)) {
      const { children } = path.at(-1)!;
      let child = children.get(name);
      if (child === undefined) children.set(name, (child = new Level()));
      path.push(child);
    }
    const level = path.at(-1)!;
    if (level.message === null) for (const each of path) each.count++;
    else this.bytes -= level.message.size;
    level.message = inMemoryOfItsOwn(message);
    this.bytes += message.size;
  }

  /** What is retained for a topic, expired or not; null: nothing. */
  get(topic: string): Message | null {
    return this.levelAt(topic)?.message ?? null;
  }

  /** The levels that follow a topic, in no order; of null, those that topics begin with. */
  *below(topic: string | null): Generator<RetainedLevel> {
    const level = topic === null ? this.root : this.levelAt(topic);
    if (level === undefined) return;
    for (const [name, { message, count }] of level.children) {
      const hasMessage = message !== null;
      yield { name, hasMessage, topicsBelow: hasMessage ? count - 1 : count };
    }
  }

  private levelAt(topic: string): Level | undefined {
    let level: Level | undefined = this.root;
    for (const name of levelsOf(topic))
      if ((level = level.children.get(name)) === undefined) return undefined;
    return level;
  }

  /** @returns whether there was one */
  delete(topic: string): boolean {
    return this.remove(this.root, levelsOf(topic), 0);
  }

  /** Those whose topic a filter matches and that have not expired. Only branches that can match are looked at. */
  *match(topicFilter: string, now: number): Generator<Message> {
    for (const message of walk(this.root, levelsOf(topicFilter), 0))
      if (!message.isExpired(now)) yield message;
  }

  /** Topics whose message has expired, at most `limit`. */
  expired(now: number, limit: number): string[] {
    const topics: string[] = [];
    for (const message of all(this.root)) {
      if (message.isExpired(now)) topics.push(message.topic);
      if (topics.length === limit) break;
    }
    return topics;
  }

  private remove(level: Level, names: string[], depth: number): boolean {
    if (depth === names.length) {
      if (level.message === null) return false;
      this.bytes -= level.message.size;
      level.message = null;
      level.count--;
      return true;
    }
    const child = level.children.get(names[depth]);
    if (child === undefined || !this.remove(child, names, depth + 1)) return false;
    level.count--;
    if (child.count === 0) level.children.delete(names[depth]);
    return true;
  }
}

/** Small buffers are pieces of a pool's: a message that is kept must not keep all of its piece's neighbours. */
function inMemoryOfItsOwn(message: Message): Message {
  const payload = unpooled(message.payload);
  const forwardedProperties = unpooled(message.forwardedProperties);
  return new Message({ ...message, payload, forwardedProperties }, message.order);
}

function unpooled(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function* walk(level: Level, names: string[], depth: number): Generator<Message> {
  if (depth === names.length) {
    if (level.message !== null) yield level.message;
    return;
  }
  const name = names[depth];
  if (name !== '#' && name !== '+') {
    const child = level.children.get(name);
    if (child !== undefined) yield* walk(child, names, depth + 1);
    return;
  }
  if (name === '#' && level.message !== null) yield level.message;
  for (const [childName, child] of level.children) {
    if (depth === 0 && isSystemTopic(childName)) continue;
    if (name === '+') yield* walk(child, names, depth + 1);
    else yield* all(child);
  }
}

function* all(level: Level): Generator<Message> {
  if (level.message !== null) yield level.message;
  for (const child of level.children.values()) yield* all(child);
}
