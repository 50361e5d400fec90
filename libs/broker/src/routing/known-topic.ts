import type { FilterSet } from './filter-set.ts';

/** About how long a rate looks back: over one to two of these. */
export const WINDOW_MS = 10_000;

/** A topic name that something was published to lately: which filters match it, and what came. */
export class KnownTopic {
  /** Accepted messages since the topic is known. */
  messages = 0;
  /** Of topics, payloads and properties. */
  bytes = 0;
  /** When the last one was published: milliseconds since the epoch. */
  lastAt = 0;
  /** The window of time that the last message fell in. */
  private window = 0;
  /** Of `messages`: those before that window, and before the one before it. */
  private beforeWindow = 0;
  private beforeLastWindow = 0;

  /** @param generation of the tree when `filters` was found */
  constructor(
    public filters: FilterSet,
    public generation: number,
  ) {}

  /** Counts a message. @param window the number of the present one: they follow each other */
  count(bytes: number, publishedAt: number, window: number): void {
    if (window !== this.window) this.begin(window);
    this.messages++;
    this.bytes += bytes;
    this.lastAt = publishedAt;
  }

  private begin(window: number): void {
    this.beforeLastWindow = window === this.window + 1 ? this.beforeWindow : this.messages;
    this.beforeWindow = this.messages;
    this.window = window;
  }

  /** Messages in the present window and the one before it. */
  recentMessages(window: number): number {
    if (window === this.window) return this.messages - this.beforeLastWindow;
    return window === this.window + 1 ? this.messages - this.beforeWindow : 0;
  }
}
