import type { Cursor } from './cursor.ts';
import type { DurableFilter } from './durable-filter.ts';
import type { QueueLimits } from '../policy.ts';
import type { CursorRecord } from '../ports.ts';

/** A cursor as it was when its session was let go from memory. */
interface RestingCursor {
  log: DurableFilter;
  record: CursorRecord;
}

/**
 * A queue under `reject-publisher`: what would not fit is refused (MQTT 5.0: 0x97). It is known as long as the
 * session is, online or absent: an absent session's cursors do not move, so that where they stand is enough.
 */
export class Guard {
  /** Logs whose gates know it. */
  readonly places = new Set<DurableFilter>();
  private live: Iterable<Cursor> = [];
  private resting: RestingCursor[] = [];

  constructor(private readonly limits: QueueLimits) {}

  /** The queue is in memory: these are its cursors, whatever becomes of them. */
  watch(cursors: Iterable<Cursor>): void {
    this.live = cursors;
    this.resting = [];
  }

  /** The queue is in the store alone. */
  rest(cursors: RestingCursor[]): void {
    this.live = [];
    this.resting = cursors;
  }

  /** Logs from which more comes into the queue. */
  get logs(): DurableFilter[] {
    const live = [...this.live].filter(({ retireAt }) => retireAt === null);
    const resting = this.resting.filter(({ record }) => record.retireAt === null);
    return [...live, ...resting].map(({ log }) => log);
  }

  /** What still fits; not above 0: nothing. */
  get room(): { messages: number; bytes: number } {
    let messages = this.limits.maxQueuedMessages;
    let bytes = this.limits.maxQueuedBytes;
    for (const { depth, depthBytes } of this.live) {
      messages -= depth;
      bytes -= depthBytes;
    }
    for (const { log, record } of this.resting) {
      const done = record.done.reduce((sum, [from, to]) => sum + to - from + 1, 0);
      const depth = Math.max(0, (record.retireAt ?? log.head) - record.floor - done);
      messages -= depth;
      if (depth > 0) bytes -= Math.max(0, log.totalBytes - record.consumedBytes);
    }
    return { messages, bytes };
  }
}
