/**
 * A map that forgets what was not asked for lately. It holds the last `capacity` entries that were set or found, and
 * at most as many again: forgetting is dropping half of them at once, so that it costs nothing an entry.
 */
export class RecentlyUsed<Key, Value> {
  private recent = new Map<Key, Value>();
  private older = new Map<Key, Value>();
  /** Entries went to make room for others. */
  hasForgotten = false;

  constructor(private readonly capacity: number) {}

  get(key: Key): Value | undefined {
    const recent = this.recent.get(key);
    if (recent !== undefined || this.older.size === 0) return recent;
    const older = this.older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    if (this.recent.size >= this.capacity) {
      this.hasForgotten ||= this.older.size > 0;
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }

  delete(key: Key): void {
    this.recent.delete(key);
    this.older.delete(key);
  }

  /** Entries held, some of them twice. */
  get size(): number {
    return this.recent.size + this.older.size;
  }

  /** Each of those held, once. */
  *entries(): Generator<[Key, Value]> {
    yield* this.recent;
    for (const entry of this.older) if (!this.recent.has(entry[0])) yield entry;
  }

  clear(): void {
    this.recent.clear();
    this.older.clear();
  }
}
