/** What has just been done, told for a while at the page's edge. */
export interface Toast {
  id: number;
  text: string;
  /** A failure stays until it is closed. */
  isFailure: boolean;
}

const SHOWN_MS = 6_000;
const MOST = 4;

let toasts: readonly Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

/** Tells what was done, in numbers: "12 messages dropped". */
export function tell(text: string): void {
  const { id } = add(text, false);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Tells what could not be done, and why. */
export function tellFailure(text: string): void {
  add(text, true);
}

export function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

function add(text: string, isFailure: boolean): Toast {
  const toast = { id: ++count, text, isFailure };
  change([...toasts, toast].slice(-MOST));
  return toast;
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
