import { boxOf, layoutOf, slotAt, slotsIn } from './wall-layout.ts';

test('fifty thousand cells are seen at once on a screen, one by one', () => {
  const { columns, rows, pitchX, pitchY } = layoutOf(50_000, 1_300, 900);
  expect(columns * pitchX).toBeLessThanOrEqual(1_300);
  expect(rows * pitchY).toBeLessThanOrEqual(900);
  expect(pitchX).toBeGreaterThanOrEqual(4);
});

test('few cells are great ones', () => {
  expect(layoutOf(10, 1_300, 900).pitchX).toBe(32);
});

test('what has no room keeps its least size, and the wall grows', () => {
  const { rows, pitchX, pitchY } = layoutOf(50_000, 400, 300);
  expect(pitchX).toBe(3);
  expect(rows * pitchY).toBeGreaterThan(300);
});

test('a point in a cell finds its slot, and none is beside the wall', () => {
  const layout = layoutOf(1_000, 800, 400);
  for (const slot of [0, 1, layout.columns, 999]) {
    const { x, y } = boxOf(layout, slot);
    expect(slotAt(layout, x + 1, y + 1)).toBe(slot);
  }
  expect(slotAt(layout, layout.columns * layout.pitchX + 1, 1)).toBeUndefined();
  expect(slotAt(layout, -1, 1)).toBeUndefined();
});

test('a rectangle selects the cells that it touches, row by row', () => {
  const layout = layoutOf(1_000, 800, 400);
  const { x, y } = boxOf(layout, layout.columns + 2);
  expect(slotsIn(layout, { x, y, width: layout.pitchX, height: 1 })).toEqual([
    layout.columns + 2,
    layout.columns + 3,
  ]);
});
