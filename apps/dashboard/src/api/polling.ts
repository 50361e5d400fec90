/** How often what is live is read again while somebody looks at it. */
export const LIVE_MS = 1_000;

/** How often what people change by hand is read again. */
export const SETTLED_MS = 10_000;

/** Reads again after `ms`, or never; a read that failed is tried again as soon as what is live. */
export function every(ms: number | false) {
  return ({ state }: { state: { error: Error | null } }) => (state.error === null ? ms : LIVE_MS);
}
