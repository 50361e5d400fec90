import { currentTime } from '@/format/clock.ts';
import type { LiveSession } from '@/live/live-session.ts';
import type { SessionStore } from '@/live/session-store.ts';
import { DRAINING, flagsOf, levelOf, LEVELS, lookKey, SELECTED, UNWANTED } from './cell-look.ts';
import { CellSprites } from './cell-sprites.ts';
import type { WallColours } from './wall-colours.ts';
import type { WallLayout } from './wall-layout.ts';

/** So long a fill takes from one end to the other, and a cell that drains shows it. */
const FILL_MS = 500;
/** Painted in one frame; the rest has to wait for the next one. */
const MOST_CELLS_A_FRAME = 8_000;
/** A frame that took longer moves fills no further, so that they are seen to move. */
const LONGEST_FRAME_MS = 50;
const EMPTY = -1;
const UNKNOWN = -2;

/**
 * Keeps a canvas showing the sessions of a store. A fill moves to where it ought to be over a few frames; only cells
 * that look different are painted, and when all are as they ought to be no frame is asked for.
 */
export class WallPainter {
  isWanted: (session: LiveSession) => boolean = () => true;
  isSelected: (session: LiveSession) => boolean = () => false;
  private readonly context: CanvasRenderingContext2D;
  private sprites!: CellSprites;
  private layout!: WallLayout;
  /** By slot: the fill that is shown, the one that ought to be, its flags, and the look on the canvas. */
  private shown = new Float32Array(0);
  private wanted = new Float32Array(0);
  private flags = new Uint8Array(0);
  private painted = new Int32Array(0);
  private moving: number[] = [];
  private isMoving = new Uint8Array(0);
  private frame: number | null = null;
  private last = 0;
  /** Somebody does not want things to move. */
  private readonly isStill = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly store: SessionStore,
  ) {
    this.context = canvas.getContext('2d', { alpha: false })!;
  }

  /** Everything is painted anew: the wall has another size, or other colours. `scale`: device pixels of one of CSS */
  resize(layout: WallLayout, scale: number, colours: WallColours, width: number): void {
    this.layout = layout;
    this.sprites = new CellSprites(layout, scale, colours);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = layout.rows * this.sprites.height;
    this.context.fillStyle = colours.paper;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.painted.fill(UNKNOWN);
    this.lookAtAll();
  }

  /** Time has gone on, or what is wanted or selected is another. */
  lookAtAll(): void {
    this.lookAt(Array.from({ length: Math.max(this.store.extent, this.painted.length) }, (_, slot) => slot));
  }

  lookAt(slots: readonly number[]): void {
    this.grow(this.store.extent);
    const now = currentTime();
    for (const slot of slots) {
      const session = this.store.at(slot);
      this.wanted[slot] = session === undefined ? EMPTY : levelOf(session);
      if (session !== undefined) this.flags[slot] = this.flagsOf(session, now);
      // A newcomer is there at once: only what changes moves.
      if (session === undefined || this.shown[slot] === EMPTY) this.shown[slot] = this.wanted[slot];
      if (this.isMoving[slot]) continue;
      this.isMoving[slot] = 1;
      this.moving.push(slot);
    }
    if (this.moving.length > 0) this.frame ??= requestAnimationFrame(this.paint);
  }

  stop(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  private flagsOf(session: LiveSession, now: number): number {
    return (
      flagsOf(session, now) |
      (this.isWanted(session) ? 0 : UNWANTED) |
      (this.isSelected(session) ? SELECTED : 0)
    );
  }

  private paint = (time: number): void => {
    const step = this.isStill.matches
      ? LEVELS
      : (Math.min(LONGEST_FRAME_MS, time - this.last) / FILL_MS) * LEVELS;
    this.last = time;
    let budget = MOST_CELLS_A_FRAME;
    const late: number[] = [];
    const still: number[] = [];
    for (const slot of this.moving) {
      const key = this.move(slot, step);
      const hasArrived = this.shown[slot] === this.wanted[slot];
      if (key !== this.painted[slot]) {
        if (budget === 0) {
          late.push(slot);
          continue;
        }
        budget -= 1;
        this.paintCell(slot, key);
      }
      if (hasArrived) this.isMoving[slot] = 0;
      else still.push(slot);
    }
    // Who had to wait is first, or cells that go on moving would never let them.
    this.moving = late.concat(still);
    this.frame = this.moving.length > 0 ? requestAnimationFrame(this.paint) : null;
  };

  /** Moves a fill by at most a step. @returns the look that the cell has then */
  private move(slot: number, step: number): number {
    const wanted = this.wanted[slot];
    if (wanted === EMPTY) return EMPTY;
    const distance = wanted - this.shown[slot];
    this.shown[slot] = Math.abs(distance) <= step ? wanted : this.shown[slot] + Math.sign(distance) * step;
    const isDraining = this.shown[slot] > wanted;
    return lookKey(this.shown[slot], this.flags[slot] | (isDraining ? DRAINING : 0));
  }

  private paintCell(slot: number, key: number): void {
    const { columns } = this.layout;
    const x = (slot % columns) * this.sprites.width;
    const y = Math.floor(slot / columns) * this.sprites.height;
    this.sprites.paint(this.context, key === EMPTY ? null : key, x, y);
    this.painted[slot] = key;
  }

  private grow(extent: number): void {
    if (extent <= this.painted.length) return;
    const capacity = Math.ceil(extent * 1.25);
    const next = <Numbers extends Float32Array | Int32Array>(old: Numbers, grown: Numbers, rest: number) => {
      grown.set(old);
      grown.fill(rest, old.length);
      return grown;
    };
    this.shown = next(this.shown, new Float32Array(capacity), EMPTY);
    this.wanted = next(this.wanted, new Float32Array(capacity), EMPTY);
    this.painted = next(this.painted, new Int32Array(capacity), EMPTY);
    const [flags, isMoving] = [this.flags, this.isMoving];
    this.flags = new Uint8Array(capacity);
    this.flags.set(flags);
    this.isMoving = new Uint8Array(capacity);
    this.isMoving.set(isMoving);
  }
}
