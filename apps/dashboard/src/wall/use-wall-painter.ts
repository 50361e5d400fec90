'use client';

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LiveSession } from '@/live/live-session.ts';
import type { SessionStore } from '@/live/session-store.ts';
import { onThemeChange } from '@/interface/theme-change.ts';
import { wallColours } from './wall-colours.ts';
import { layoutOf, type WallLayout } from './wall-layout.ts';
import { WallPainter } from './wall-painter.ts';

/** Canvases of more device pixels in CSS ones cost more memory than they show. */
const GREATEST_SCALE = 2;
/** How often cells are looked at because time goes on: some expire soon now. */
const CLOCK_MS = 10_000;
/** For how many more the size of cells is chosen, so that it is not chosen anew at each newcomer. */
const ROOM = 1.02;
const ROOM_WHILE_FILLING = 1.6;

interface WallOptions {
  store: SessionStore;
  /** Sessions that will be there, as far as it is known: for all of them there is room at once, and nothing moves. */
  expected?: number;
  /** Height that the wall has if its cells need no more. */
  height: number;
  isWanted: (session: LiveSession) => boolean;
  isSelected: (session: LiveSession) => boolean;
}

/** Paints the wall onto the canvas inside the frame, whose width it takes. @returns where the cells are */
export function useWallPainter(
  frame: RefObject<HTMLElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  { store, expected = 0, height, isWanted, isSelected }: WallOptions,
): WallLayout | null {
  const painter = useRef<WallPainter | null>(null);
  const [layout, setLayout] = useState<WallLayout | null>(null);
  // Before anything is painted: the wall has its height at once.
  useLayoutEffect(() => {
    const [outer, inner] = [frame.current!, canvas.current!];
    const own = new WallPainter(inner, store);
    painter.current = own;
    let room = 0;
    let hasFilled = false;
    const fit = () => {
      hasFilled = store.isComplete;
      const growth = hasFilled || expected >= store.extent ? ROOM : ROOM_WHILE_FILLING;
      room = Math.max(1, Math.ceil(Math.max(expected, store.extent) * growth));
      const next = layoutOf(room, outer.clientWidth, height);
      own.resize(next, Math.min(devicePixelRatio, GREATEST_SCALE), wallColours(outer), outer.clientWidth);
      setLayout(next);
    };
    fit();
    const sizes = new ResizeObserver(fit);
    sizes.observe(outer);
    const endTheme = onThemeChange(fit);
    const unsubscribe = store.subscribe((changes) => {
      if (store.extent > room || (store.isComplete && !hasFilled && expected === 0)) fit();
      else own.lookAt(changes);
    });
    const clock = setInterval(() => own.lookAtAll(), CLOCK_MS);
    return () => {
      own.stop();
      sizes.disconnect();
      endTheme();
      unsubscribe();
      clearInterval(clock);
    };
  }, [frame, canvas, store, expected, height]);
  useEffect(() => {
    if (painter.current === null) return;
    painter.current.isWanted = isWanted;
    painter.current.isSelected = isSelected;
    painter.current.lookAtAll();
  }, [store, expected, height, isWanted, isSelected]);
  return layout;
}
