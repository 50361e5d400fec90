import type { CursorOwner } from '../src/logs/cursor.ts';

/** Whose cursor it is where that does not matter. */
export const anOwner: CursorOwner = {
  id: 1,
  wake: () => undefined,
  dropped: () => undefined,
};
