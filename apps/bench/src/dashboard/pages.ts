import { type BrowserContext, type Page } from 'playwright-core';
import { gzipSync } from 'node:zlib';

/** A page is watched until nothing has been loaded for so long, as Lighthouse does, and at least so long. */
const WATCHED_MS = 2_500;

export interface PageFigures {
  address: string;
  scripts: number;
  /** Of all scripts, compressed by gzip. */
  scriptKiB: number;
  /** Largest contentful paint. */
  lcpMs: number;
  /** Cumulative layout shift. */
  cls: number;
  /** What of long tasks is above 50 ms. */
  blockedMs: number;
  /** What moved. */
  shifted: string[];
}

/** Before any script of the page: what the browser tells of it is kept. */
function watch(): void {
  const seen = { lcp: 0, cls: 0, blocked: 0, shifted: [] as string[] };
  Object.assign(window, { seen });
  const observe = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('largest-contentful-paint', ({ startTime }) => (seen.lcp = startTime));
  observe('longtask', ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Element | null }[];
    };
    if (hadRecentInput) return;
    seen.cls += value;
    for (const { node } of sources) {
      const name = node?.getAttribute?.('aria-label') ?? node?.textContent ?? 'what is gone';
      seen.shifted.push(`${node?.nodeName ?? ''} ${name.slice(0, 24)}`.trim());
    }
  });
}

/** Opens a page as somebody who comes for the first time: nothing of it is in a cache. */
export async function measurePage(context: BrowserContext, origin: string, address: string): Promise<PageFigures> {
  const page = await context.newPage();
  const scripts = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), sizeOf(response));
  });
  try {
    const session = await context.newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.addInitScript(watch);
    await page.goto(`${origin}${address}`, { waitUntil: 'load' });
    await page.waitForTimeout(WATCHED_MS);
    const seen = await seenBy(page);
    const bytes = await Promise.all(scripts.values());
    return {
      address,
      scripts: bytes.length,
      scriptKiB: bytes.reduce((sum, size) => sum + size, 0) / 1024,
      ...{ lcpMs: seen.lcp, cls: seen.cls, blockedMs: seen.blocked, shifted: seen.shifted },
    };
  } finally {
    await page.close();
  }
}

async function sizeOf(response: { body(): Promise<Buffer> }): Promise<number> {
  return gzipSync(await response.body()).length;
}

function seenBy(page: Page) {
  return page.evaluate(
    () => (window as unknown as { seen: { lcp: number; cls: number; blocked: number; shifted: string[] } }).seen,
  );
}
