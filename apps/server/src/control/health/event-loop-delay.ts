import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const PIECE_MS = 10_000;

/** How late timers ran, in ms. */
export interface Delay {
  meanMs: number;
  p99Ms: number;
  maxMs: number;
}

/** By how much the event loop is late: while one thing is worked on, all others wait. */
export class EventLoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private timer: NodeJS.Timeout | null = null;
  private last: Delay | null = null;

  start(): void {
    this.histogram.enable();
    this.timer = setInterval(() => this.endPiece(), PIECE_MS).unref();
  }

  stop(): void {
    this.histogram.disable();
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** Of the last ten to twenty seconds: the worse of the piece that is over and the one under way. */
  get recent(): Delay {
    const present = delayOf(this.histogram);
    const { last } = this;
    return last === null || present.maxMs > last.maxMs ? present : last;
  }

  private endPiece(): void {
    this.last = delayOf(this.histogram);
    this.histogram.reset();
  }
}

/** Every look of the histogram is late by its resolution, when nothing is late. */
function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>): Delay {
  if (histogram.count === 0) return { meanMs: 0, p99Ms: 0, maxMs: 0 };
  const ms = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  return { meanMs: ms(histogram.mean), p99Ms: ms(histogram.percentile(99)), maxMs: ms(histogram.max) };
}
