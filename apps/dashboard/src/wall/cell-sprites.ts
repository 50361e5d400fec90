import {
  DRAINING,
  EXPIRING,
  flagsOfKey,
  levelOfKey,
  LEVELS,
  ONLINE,
  OVERFLOWING,
  SELECTED,
  SUSPECT,
  UNWANTED,
} from './cell-look.ts';
import type { WallColours } from './wall-colours.ts';
import type { WallLayout } from './wall-layout.ts';

/** Cells up to this size, with their gap, have no frame. */
const SMALL_PITCH = 6;
const ATLAS_COLUMNS = 32;
const ATLAS_ROWS = 64;

/**
 * Pictures of cells, each drawn once: 50,000 cells have a few hundred looks. Lengths here are device pixels, so that
 * a hairline is one.
 */
export class CellSprites {
  readonly width: number;
  readonly height: number;
  private readonly atlas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly places = new Map<number, number>();

  constructor(
    private readonly layout: WallLayout,
    private readonly scale: number,
    private readonly colours: WallColours,
  ) {
    this.width = Math.round(layout.pitchX * scale);
    this.height = Math.round(layout.pitchY * scale);
    this.atlas = document.createElement('canvas');
    this.atlas.width = this.width * ATLAS_COLUMNS;
    this.atlas.height = this.height * ATLAS_ROWS;
    this.context = this.atlas.getContext('2d', { alpha: false })!;
  }

  /** Draws the cell of this look with its gap, at a place in device pixels. null: an empty place */
  paint(onto: CanvasRenderingContext2D, key: number | null, x: number, y: number): void {
    const { width, height } = this;
    if (key === null) {
      onto.fillStyle = this.colours.paper;
      onto.fillRect(x, y, width, height);
      return;
    }
    const place = this.placeOf(key);
    const sourceX = (place % ATLAS_COLUMNS) * width;
    const sourceY = Math.floor(place / ATLAS_COLUMNS) * height;
    onto.drawImage(this.atlas, sourceX, sourceY, width, height, x, y, width, height);
  }

  private placeOf(key: number): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    // Full: which is thrown out does not matter, all are drawn again when they are needed.
    if (this.places.size === ATLAS_COLUMNS * ATLAS_ROWS) this.places.clear();
    const place = this.places.size;
    this.places.set(key, place);
    const { context, width, height } = this;
    context.save();
    context.translate((place % ATLAS_COLUMNS) * width, Math.floor(place / ATLAS_COLUMNS) * height);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    this.draw(levelOfKey(key) / LEVELS, flagsOfKey(key));
    context.restore();
    return place;
  }

  private draw(level: number, flags: number): void {
    const { context, colours, scale, layout } = this;
    const gap = Math.round(layout.gap * scale);
    const [width, height] = [this.width - gap, this.height - gap];
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, this.width, this.height);
    if (flags & SELECTED) {
      context.fillStyle = colours.selection;
      context.fillRect(0, 0, this.width, this.height);
    }
    if (flags & UNWANTED) context.globalAlpha = 0.15;
    else if (flags & SUSPECT) context.globalAlpha = 0.45;
    if (layout.pitchX <= SMALL_PITCH) this.small(level, width, height, flags);
    else {
      this.outline(width, height, flags);
      this.fill(level, width, height, flags);
    }
  }

  /** Too small for a frame within which anything could be seen: the ground tells the state, and the fill is as wide. */
  private small(level: number, width: number, height: number, flags: number): void {
    const { context, colours } = this;
    const high = level === 0 ? 0 : Math.max(1, Math.round(height * level));
    const line = Math.max(1, Math.floor(this.scale));
    context.fillStyle = flags & ONLINE ? colours.frame : colours.hairline;
    context.fillRect(0, 0, width, height);
    context.fillStyle = flags & OVERFLOWING ? colours.warning : flags & ONLINE ? colours.ink : colours.fill;
    context.fillRect(0, height - high, width, high);
    context.fillStyle = colours.online;
    if (flags & DRAINING) context.fillRect(0, Math.max(0, height - high - line), width, line);
    // The notch of who expires soon, and the gaps of a hatch.
    context.fillStyle = colours.paper;
    if (flags & EXPIRING) context.fillRect(width - line, 0, line, line);
    if (flags & OVERFLOWING) context.fillRect(0, Math.floor(height / 2), width, line);
  }

  private outline(width: number, height: number, flags: number): void {
    const { context, colours, scale } = this;
    const line = Math.max(1, Math.floor(scale));
    const inset = line / 2;
    const notch = flags & EXPIRING ? Math.max(2 * line, Math.round(width * 0.35)) : 0;
    context.beginPath();
    context.moveTo(inset, inset);
    context.lineTo(width - inset - notch, inset);
    context.lineTo(width - inset, inset + notch);
    context.lineTo(width - inset, height - inset);
    context.lineTo(inset, height - inset);
    context.closePath();
    context.fillStyle = colours.raised;
    context.fill();
    context.lineWidth = line;
    context.strokeStyle =
      flags & OVERFLOWING ? colours.warning : flags & ONLINE ? colours.ink : colours.frame;
    context.setLineDash(flags & ONLINE ? [] : [2 * line, (width > 12 * line ? 2 : 1) * line]);
    context.stroke();
  }

  private fill(level: number, width: number, height: number, flags: number): void {
    const { context, colours, scale } = this;
    const line = Math.max(1, Math.floor(scale));
    const inset = width >= 12 * line ? 3 * line : width >= 6 * line ? 2 * line : line;
    const room = height - 2 * inset;
    const high = level === 0 ? 0 : Math.max(line, Math.round(room * level));
    const top = height - inset - high;
    context.fillStyle = flags & OVERFLOWING ? this.hatch() : colours.fill;
    context.fillRect(inset, top, width - 2 * inset, high);
    if (flags & DRAINING) {
      context.fillStyle = colours.online;
      context.fillRect(inset, Math.max(inset, top - line), width - 2 * inset, 2 * line);
    }
  }

  private hatch(): CanvasPattern {
    const size = Math.max(3, Math.round(4 * this.scale));
    const tile = document.createElement('canvas');
    tile.width = tile.height = size;
    const context = tile.getContext('2d')!;
    context.strokeStyle = this.colours.warning;
    context.lineWidth = Math.max(1, this.scale * 1.2);
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, size);
      context.lineTo(shift + size, 0);
    }
    context.stroke();
    return this.context.createPattern(tile, 'repeat')!;
  }
}
