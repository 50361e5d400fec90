const MAX_WAIT_MS = 5;

/**
 * Devices are served by the thread that also answers people, whose requests are a millisecond or two of work. Between
 * its steps such work gives way: this resolves once nothing waits that has come meanwhile, which is when an iteration
 * of the event loop brings no more than one event, or after {@link MAX_WAIT_MS}.
 */
export async function giveWay(): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  // What is left of this iteration.
  await nextImmediate();
  for (let before = eventsSeen(); performance.now() < deadline;) {
    await nextImmediate();
    const now = eventsSeen();
    if (now - before <= 1) return;
    before = now;
  }
}

function nextImmediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function eventsSeen(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}
