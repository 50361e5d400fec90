/** Keys that do something on every page, or in every list, as `?` shows them. */
export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ['Ctrl K', '⌘ K'], does: 'Go to a page, a tenant or a session' },
  { keys: ['/'], does: 'Search in this list' },
  { keys: ['j', 'k'], does: 'Next and previous row' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['x'], does: 'Select the row' },
  { keys: ['v'], does: 'Wall or table' },
  { keys: ['Esc'], does: 'Close, or select nothing' },
  { keys: ['?'], does: 'Show these keys' },
];

/** Whether a key belongs to what has the focus, and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]') !== null)
  );
}

/** A key pressed by itself on the page, or null: with Ctrl, Meta or Alt it is the browser's. */
export function plainKey(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
    return null;
  return event.key;
}
