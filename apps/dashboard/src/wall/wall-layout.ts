/** Where the cells are: in rows from the left, slot after slot. Lengths in CSS pixels. */
export interface WallLayout {
  columns: number;
  rows: number;
  /** From one cell to the next; a cell is smaller by the gap. */
  pitchX: number;
  pitchY: number;
  gap: number;
}

/** Widths that cells may have with their gap; a cell is a quarter higher than wide. */
const PITCHES = [32, 28, 24, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3];

/** The greatest cells with which `count` of them are seen at once; the smallest when even they need more height. */
export function layoutOf(count: number, width: number, height: number): WallLayout {
  const layouts = PITCHES.map((pitch) => withPitch(pitch, count, width));
  return layouts.find(({ rows, pitchY }) => rows * pitchY <= height) ?? layouts.at(-1)!;
}

function withPitch(pitchX: number, count: number, width: number): WallLayout {
  const gap = pitchX >= 16 ? 4 : pitchX >= 10 ? 2 : 1;
  const pitchY = Math.round((pitchX - gap) * 1.25) + gap;
  const columns = Math.max(1, Math.floor(width / pitchX));
  return { columns, rows: Math.max(1, Math.ceil(count / columns)), pitchX, pitchY, gap };
}

/** Slot of the cell at a point; undefined: beside the wall. */
export function slotAt({ columns, pitchX, pitchY }: WallLayout, x: number, y: number): number | undefined {
  const [column, row] = [Math.floor(x / pitchX), Math.floor(y / pitchY)];
  return column < 0 || column >= columns || row < 0 ? undefined : row * columns + column;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function boxOf({ columns, pitchX, pitchY, gap }: WallLayout, slot: number): Box {
  return {
    x: (slot % columns) * pitchX,
    y: Math.floor(slot / columns) * pitchY,
    width: pitchX - gap,
    height: pitchY - gap,
  };
}

/** Slots of the cells that a rectangle touches. */
export function slotsIn(
  { columns, rows, pitchX, pitchY }: WallLayout,
  { x, y, width, height }: Box,
): number[] {
  const within = (value: number, last: number) => Math.max(0, Math.min(last, Math.floor(value)));
  const [left, right] = [within(x / pitchX, columns - 1), within((x + width) / pitchX, columns - 1)];
  const [top, bottom] = [within(y / pitchY, rows - 1), within((y + height) / pitchY, rows - 1)];
  const slots = [];
  for (let row = top; row <= bottom; row += 1)
    for (let column = left; column <= right; column += 1) slots.push(row * columns + column);
  return slots;
}
