/* global PerformanceObserver */

/** What the browser tells of how a page comes, in `globalThis.seen`: before any script of the page. */
const seen = { lcpMs: 0, cls: 0, blockedMs: 0, shifted: [] };
globalThis.seen = seen;

/** What of a long task keeps somebody waiting, as Lighthouse counts it. */
const LONG_MS = 50;
const NAME_LENGTH = 24;

observe('largest-contentful-paint', ({ startTime }) => (seen.lcpMs = startTime));
observe('longtask', ({ duration }) => (seen.blockedMs += duration - LONG_MS));
observe('layout-shift', ({ value, hadRecentInput, sources }) => {
  if (hadRecentInput) return;
  seen.cls += value;
  for (const { node } of sources) seen.shifted.push(nameOf(node));
});

function observe(type, note) {
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
}

function nameOf(node) {
  const name = node?.getAttribute?.('aria-label') ?? node?.textContent ?? 'what is gone';
  return `${node?.nodeName ?? ''} ${name.slice(0, NAME_LENGTH)}`.trim();
}
