'use client';

import { useEffect, useRef } from 'react';
import { EXPIRING, LEVELS, lookKey, ONLINE, OVERFLOWING, SUSPECT } from './cell-look.ts';
import { CellSprites } from './cell-sprites.ts';
import { onThemeChange } from '@/interface/theme-change.ts';
import { wallColours } from './wall-colours.ts';

const LAYOUT = { columns: 1, rows: 1, pitchX: 16, pitchY: 20, gap: 0 };

const SAMPLES = [
  { name: 'online', key: lookKey(0, ONLINE) },
  { name: 'offline', key: lookKey(0, 0) },
  { name: 'messages wait (logarithmic)', key: lookKey(LEVELS * 0.55, 0) },
  { name: 'queue at its limit', key: lookKey(LEVELS, OVERFLOWING) },
  { name: 'expires within 10 min', key: lookKey(0, EXPIRING) },
  { name: 'orphan suspect: nobody seems to come back', key: lookKey(0, SUSPECT) },
];

/** What the cells' frames and fills mean. */
export function Legend() {
  return (
    <ul aria-label="What the cells mean" className="flex flex-wrap gap-x-6 gap-y-2 text-xs text-quiet">
      {SAMPLES.map(({ name, key }) => (
        <li key={name} className="flex items-center gap-2">
          <Sample look={key} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Sample({ look }: { look: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { current } = canvas;
    if (current === null) return undefined;
    const paint = () => {
      const sprites = new CellSprites(LAYOUT, devicePixelRatio, wallColours(current.parentElement!));
      [current.width, current.height] = [sprites.width, sprites.height];
      sprites.paint(current.getContext('2d')!, look, 0, 0);
    };
    paint();
    return onThemeChange(paint);
  }, [look]);
  return <canvas ref={canvas} aria-hidden="true" className="h-5 w-4" />;
}
