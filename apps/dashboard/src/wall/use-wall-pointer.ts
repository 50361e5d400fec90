'use client';

import { type PointerEvent, useRef, useState } from 'react';
import type { SessionStore } from '@/live/session-store.ts';
import { type Box, slotAt, slotsIn, type WallLayout } from './wall-layout.ts';

/** Moved by less, it was a click. */
const DRAG_PIXELS = 5;

interface WallPointer {
  store: SessionStore;
  layout: WallLayout | null;
  onHover: (slot: number | null) => void;
  onOpen: (clientId: string) => void;
  onSelect: ((clientIds: string[], isMore: boolean) => void) | null;
}

/** What a pointer does on the wall: it tells by hovering, opens by a click, and selects by dragging. */
export function useWallPointer({ store, layout, onHover, onOpen, onSelect }: WallPointer) {
  const start = useRef<{ x: number; y: number } | null>(null);
  const [drag, setDrag] = useState<Box | null>(null);
  const cellAt = (event: PointerEvent<HTMLElement>) => {
    const { x, y } = placeOf(event);
    const slot = layout === null ? undefined : slotAt(layout, x, y);
    return slot === undefined || store.at(slot) === undefined ? null : slot;
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button === 0) start.current = placeOf(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const box = start.current === null ? null : between(start.current, placeOf(event));
      const isDrag = box !== null && Math.max(box.width, box.height) >= DRAG_PIXELS;
      if (onSelect !== null && event.pointerType !== 'touch' && (isDrag || drag !== null)) {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag(box);
        onHover(null);
      } else onHover(cellAt(event));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const isClick = start.current !== null && drag === null;
      start.current = null;
      setDrag(null);
      if (drag !== null && layout !== null) {
        const found = slotsIn(layout, drag).flatMap((slot) => store.at(slot)?.clientId ?? []);
        onSelect?.(found, event.shiftKey);
      } else if (isClick) {
        const session = store.at(cellAt(event) ?? -1);
        if (session === undefined) onSelect?.([], false);
        else if (event.shiftKey) onSelect?.([session.clientId], true);
        else onOpen(session.clientId);
      }
    },
    onPointerCancel: () => {
      start.current = null;
      setDrag(null);
    },
    onPointerLeave: () => onHover(null),
  };
  return { drag, handlers };
}

function placeOf({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>) {
  const { left, top } = currentTarget.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function between(a: { x: number; y: number }, b: { x: number; y: number }): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}
