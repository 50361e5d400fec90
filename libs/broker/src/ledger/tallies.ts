import type { DropRecord } from './drop.ts';

/** Topics that are told apart for each minute, session, filter and reason. */
const MAX_TOPICS = 20;

/** With so many lines new ones leave topics out, and with more than these whose messages they were. */
const MAX_WITH_TOPIC = 10_000;
const MAX_LINES = 15_000;

/**
 * Adds up what was dropped: a line for each minute, session, filter, topic and reason, and a bounded number of them. Nobody
 * fills the ledger by making up topics.
 */
export class Tallies {
  private readonly lines = new Map<string, DropRecord>();
  /** How many lines with a topic there are, by the key of the line without one. */
  private readonly topics = new Map<string, number>();
  /** The line that was added to last: a consumer that is behind loses many of one topic in a row. */
  private last: DropRecord | null = null;

  add(drop: DropRecord): void {
    const { last } = this;
    const line = last !== null && isSameLine(last, drop) ? last : this.lineFor(drop);
    this.last = line;
    line.messages += drop.messages;
    line.bytes = line.bytes === null || drop.bytes === null ? null : line.bytes + drop.bytes;
  }

  private lineFor(drop: DropRecord): DropRecord {
    const key = keyOf(drop);
    const present = this.lines.get(key);
    if (present !== undefined) return present;
    if (drop.topic === null) return this.open(key, drop);
    const coarse = { ...drop, topic: null };
    const coarseKey = keyOf(coarse);
    const topics = this.topics.get(coarseKey) ?? 0;
    if (topics === MAX_TOPICS || this.lines.size >= MAX_WITH_TOPIC) return this.open(coarseKey, coarse);
    this.topics.set(coarseKey, topics + 1);
    return this.open(key, drop);
  }

  private open(key: string, drop: DropRecord): DropRecord {
    const present = this.lines.get(key);
    if (present !== undefined) return present;
    if (this.lines.size >= MAX_LINES && drop.clientId !== null) {
      const anybody = { ...drop, clientId: null, topicFilter: null, topic: null };
      return this.open(keyOf(anybody), anybody);
    }
    const line = { ...drop, messages: 0, bytes: 0 };
    this.lines.set(key, line);
    return line;
  }

  toRecords(): DropRecord[] {
    return [...this.lines.values()];
  }
}

function isSameLine(a: DropRecord, b: DropRecord): boolean {
  return (
    a.topic === b.topic &&
    a.clientId === b.clientId &&
    a.reason === b.reason &&
    a.topicFilter === b.topicFilter &&
    a.at === b.at &&
    a.kind === b.kind &&
    a.tenantId === b.tenantId
  );
}

/** None of the parts is empty, none holds U+0000 (MQTT 5.0 section 1.5.4). */
function keyOf({ tenantId, at, kind, reason, clientId, topicFilter, topic }: DropRecord): string {
  return [tenantId, at, kind, reason, clientId ?? '', topicFilter ?? '', topic ?? ''].join('\0');
}
