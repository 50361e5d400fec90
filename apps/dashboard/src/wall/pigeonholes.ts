/**
 * Gives each session a place on the wall that it keeps while it lives: who is gone leaves a gap, who is new takes the
 * first one. `places` is what the last call returned.
 */
export function assignPlaces(
  places: ReadonlyMap<string, number>,
  clientIds: readonly string[],
): Map<string, number> {
  const living = new Set(clientIds);
  const kept = new Map([...places].filter(([clientId]) => living.has(clientId)));
  const taken = new Set(kept.values());
  let place = 0;
  for (const clientId of clientIds) {
    if (kept.has(clientId)) continue;
    while (taken.has(place)) place += 1;
    kept.set(clientId, place);
    taken.add(place);
  }
  return kept;
}
