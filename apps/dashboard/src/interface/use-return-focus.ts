'use client';

import { useState } from 'react';

/** Of the shell: where one goes on if what one came from is gone. */
const CONTENT_ID = 'content';

/**
 * For what is mounted to open it and so has no trigger: gives the focus back to what had it before.
 * @returns a handler for Radix's `onCloseAutoFocus`
 */
export function useReturnFocus(): (event: Event) => void {
  const [opener] = useState(findOpener);
  return (event) => {
    event.preventDefault();
    const next = opener?.isConnected ? opener : document.getElementById(CONTENT_ID);
    next?.focus({ preventScroll: true });
  };
}

/** A menu is gone as soon as one of its items has been chosen: then it is the button that opened it. */
function findOpener(): HTMLElement | null {
  if (typeof document === 'undefined') return null;
  const focused = document.activeElement;
  const menuButton = focused?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  const opener = menuButton ? document.getElementById(menuButton) : focused;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}
