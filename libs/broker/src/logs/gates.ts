import type { Guard } from './guard.ts';

/**
 * The queues that may refuse what comes into one log, by where in the log each could be full at the earliest: before
 * that point a publish looks at none of them.
 */
export class Gates {
  private readonly byMessages = new Thresholds();
  private readonly byBytes = new Thresholds();

  get isEmpty(): boolean {
    return this.byMessages.isEmpty;
  }

  /** Adds a queue, or moves it: `messages` and `bytes` are the log's head and its total when it must be looked at. */
  put(guard: Guard, messages: number, bytes: number): void {
    this.byMessages.put(guard, messages);
    this.byBytes.put(guard, bytes);
  }

  remove(guard: Guard): void {
    this.byMessages.remove(guard);
    this.byBytes.remove(guard);
  }

  /** A queue that must be looked at before more comes into the log, which has come to `messages` and `bytes`. */
  reached(messages: number, bytes: number): Guard | undefined {
    return this.byMessages.reached(messages) ?? this.byBytes.reached(bytes);
  }
}

interface Threshold {
  guard: Guard;
  at: number;
}

/** Ascending; one that was moved leaves its old line behind until that is reached, or there are too many of them. */
class Thresholds {
  private readonly places = new Map<Guard, number>();
  private lines: Threshold[] = [];

  get isEmpty(): boolean {
    return this.places.size === 0;
  }

  put(guard: Guard, at: number): void {
    if (this.places.get(guard) === at) return;
    this.places.set(guard, at);
    if (this.lines.length > 2 * this.places.size + 16)
      this.lines = this.lines.filter((line) => this.isValid(line));
    this.lines.splice(this.indexBehind(at), 0, { guard, at });
  }

  remove(guard: Guard): void {
    this.places.delete(guard);
  }

  reached(position: number): Guard | undefined {
    while (this.lines.length > 0 && this.lines[0].at <= position) {
      if (this.isValid(this.lines[0])) return this.lines[0].guard;
      this.lines.shift();
    }
    return undefined;
  }

  private isValid({ guard, at }: Threshold): boolean {
    return this.places.get(guard) === at;
  }

  /** Of the first line that lies beyond `at`. */
  private indexBehind(at: number): number {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.lines[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
