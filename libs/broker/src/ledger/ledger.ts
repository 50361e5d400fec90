import { parseSharedFilter } from '@restante/mqtt-codec';
import type { Cursor } from '../logs/cursor.ts';
import type { Engine } from '../engine.ts';
import { type Message, sizeOf } from '../message.ts';
import { type DropReason, type DropRecord, minuteOf } from './drop.ts';
import { Tallies } from './tallies.ts';

/** Of a line, what the ledger cannot know by itself. */
type Line = Pick<DropRecord, 'clientId' | 'reason'> &
  Partial<Pick<DropRecord, 'kind' | 'topicFilter' | 'topic' | 'messages' | 'bytes'>>;

/**
 * What became of a tenant's messages that did not arrive. What leaves a queue is written in the batch that moves the
 * cursor, so that ledger and queue cannot disagree. What was never in one is added up in memory and written from time to
 * time (`flush`): a crash loses the last seconds of these counts.
 */
export class Ledger {
  /** null: nothing since the last flush. */
  private passing: Tallies | null = null;

  constructor(
    private readonly tenantId: number,
    private readonly engine: Pick<Engine, 'journal' | 'now'>,
  ) {}

  /** A message that was in no queue of the store: it was for a connection, or is not taken from its publisher. */
  note(line: Line): void {
    (this.passing ??= new Tallies()).add(this.toRecord(line));
  }

  /** A message in a log is dropped, in the batch that is gathering now. */
  dropped(clientId: string | null, reason: DropReason, cursor: Cursor, message: Message | null): void {
    const { topicFilter } = cursor.log;
    const topic = message?.topic ?? onlyTopicOf(topicFilter);
    this.write({ clientId, reason, topicFilter, topic, bytes: message?.size ?? null });
  }

  /**
   * The same with all that the cursor is not done with from `from` to `to`: told by topic as far as they are in memory.
   * Called before the cursor is done with them. @returns how many there are
   */
  droppedRange(
    clientId: string | null,
    reason: DropReason,
    cursor: Cursor,
    { from, to }: { from: number; to: number },
  ): number {
    const { log, done } = cursor;
    const messages = to - from + 1 - done.countWithin(from, to);
    if (messages <= 0) return 0;
    let unseen = messages;
    const byTopic = new Map<string, { messages: number; bytes: number }>();
    for (let sequence = Math.max(from, log.tailStart); sequence <= to; sequence++) {
      const message = done.has(sequence) ? undefined : log.entryAt(sequence)?.message;
      if (message === undefined) continue;
      const { topic, size } = message;
      const seen = byTopic.get(topic);
      if (seen === undefined) byTopic.set(topic, { messages: 1, bytes: size });
      else {
        seen.messages++;
        seen.bytes += size;
      }
      unseen--;
    }
    const { topicFilter } = log;
    for (const [topic, seen] of byTopic) this.write({ clientId, reason, topicFilter, topic, ...seen });
    const topic = onlyTopicOf(topicFilter);
    if (unseen > 0) this.write({ clientId, reason, topicFilter, topic, messages: unseen, bytes: null });
    return messages;
  }

  /** A publication is not taken from its publisher. */
  refused(clientId: string | null, reason: DropReason, publication: Parameters<typeof sizeOf>[0]): void {
    this.note({
      kind: 'refused',
      clientId,
      reason,
      topic: publication.topic,
      bytes: sizeOf(publication),
    });
  }

  /** Hands over what was added up, to be written with the next batch. */
  flush(): void {
    if (this.passing === null) return;
    this.engine.journal.putDrops(this.passing.toRecords());
    this.passing = null;
  }

  /** What was added up in memory of messages for a client. */
  unwrittenOf(clientId: string): Map<DropReason, number> {
    const byReason = new Map<DropReason, number>();
    for (const line of this.passing?.toRecords() ?? []) {
      if (line.clientId !== clientId || line.kind !== 'dropped') continue;
      byReason.set(line.reason, (byReason.get(line.reason) ?? 0) + line.messages);
    }
    return byReason;
  }

  private write(line: Line): void {
    this.engine.journal.addDrop(this.toRecord(line));
  }

  private toRecord(line: Line): DropRecord {
    const { tenantId } = this;
    const at = minuteOf(this.engine.now());
    return {
      tenantId,
      at,
      kind: 'dropped',
      topicFilter: null,
      topic: null,
      messages: 1,
      bytes: null,
      ...line,
    };
  }
}

/** The one topic that a filter without wildcards matches; null: there may be others. */
function onlyTopicOf(topicFilter: string | null): string | null {
  if (topicFilter === null) return null;
  const plain = parseSharedFilter(topicFilter)?.topicFilter ?? topicFilter;
  return /[+#]/.test(plain) ? null : plain;
}
