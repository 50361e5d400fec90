import { type DropRecord } from './drop.ts';

/** Lines that tell everything apart; with more of them topics are left out, and then whose messages they were. */
const MAX_EXACT = 10_000;
const MAX_WITHOUT_TOPIC = 15_000;

/** Adds up what was dropped: one line for each minute, session, filter, topic and reason, and a bounded number of them. */
export class Tallies {
  private readonly lines = new Map<string, DropRecord>();
  /** The line that was added to last: a consumer that is behind loses many of one topic in a row. */
  private last: DropRecord | null = null;

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  add(drop: DropRecord): void {
    const { last } = this;
    const line = last !== null && isSameLine(last, drop) ? last : this.lineFor(drop);
    this.last = line;
    line.messages += drop.messages;
    line.bytes = line.bytes === null || drop.bytes === null ? null : line.bytes + drop.bytes;
  }

  private lineFor(drop: DropRecord): DropRecord {
    const { size } = this.lines;
    const exact = this.lines.get(keyOf(drop));
    if (exact !== undefined) return exact;
    if (size < MAX_EXACT) return this.open(drop);
    const coarse = { ...drop, topic: null };
    const present = this.lines.get(keyOf(coarse));
    if (present !== undefined) return present;
    return this.open(size < MAX_WITHOUT_TOPIC ? coarse : { ...coarse, clientId: null, topicFilter: null });
  }

  private open(drop: DropRecord): DropRecord {
    const key = keyOf(drop);
    let line = this.lines.get(key);
    if (line === undefined) this.lines.set(key, (line = { ...drop, messages: 0, bytes: 0 }));
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
