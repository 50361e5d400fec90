/** What reads by other ways than queries says here when its connection is broken, and when it has mended. */
const reasons = new Map<object, string>();
const listeners = new Set<() => void>();

export function subscribeToBroken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why one of them is broken, or null. */
export function firstBroken(): string | null {
  return reasons.values().next().value ?? null;
}

/** @param reason - null: it is whole again, or nobody needs it any more */
export function reportConnection(source: object, reason: string | null): void {
  if (reason === null) reasons.delete(source);
  else reasons.set(source, reason);
  for (const listener of listeners) listener();
}
