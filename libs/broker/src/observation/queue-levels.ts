import { MAX_WATCHED_QUEUES } from '../limits.ts';
import type { QueueFill } from './occurrences.ts';

const FILLING = 0.8;
/** A queue that was told to be filling is so no more. */
const SETTLED = 0.6;
/** In bytes a queue that drops hardly ever comes to its limit itself: the next message does not fit. */
const FULL_OF_BYTES = 0.98;

/** How full a queue was when it was last told. */
type Level = 0 | 80 | 100;

/**
 * Says when a queue has come to 80 % or to 100 % of its limits: once, until it has become clearly less. So many queues
 * are remembered; of the one that was remembered first it is forgotten then that it was told.
 */
export class QueueLevels<Key> {
  private readonly levels = new Map<Key, Exclude<Level, 0>>();

  /** @returns what is to be told of the queue now; null: nothing */
  reached(key: Key, fill: QueueFill): 80 | 100 | null {
    const before: Level = this.levels.get(key) ?? 0;
    const level = levelOf(fill, before);
    if (level === before) return null;
    if (level === 0) this.levels.delete(key);
    else this.remember(key, level);
    return level > before ? (level as 80 | 100) : null;
  }

  forget(key: Key): void {
    this.levels.delete(key);
  }

  private remember(key: Key, level: Exclude<Level, 0>): void {
    if (this.levels.size >= MAX_WATCHED_QUEUES && !this.levels.has(key))
      this.levels.delete(this.levels.keys().next().value!);
    this.levels.set(key, level);
  }
}

function levelOf(fill: QueueFill, before: Level): Level {
  const ofMessages = fill.queuedMessages / fill.maxQueuedMessages;
  const ofBytes = fill.queuedBytes / fill.maxQueuedBytes;
  const share = Math.max(ofMessages, ofBytes);
  if (ofMessages >= 1 || ofBytes >= FULL_OF_BYTES) return 100;
  if (share >= FILLING) return before === 100 ? 100 : 80;
  return share >= SETTLED && before > 0 ? 80 : 0;
}
