import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BrowserContext } from 'playwright-core';

/** A page is watched for so long after it was loaded: what comes late is seen too. */
const WATCHED_MS = 2_500;

/** What in-page/watch-loading.js has seen. */
interface Seen {
  /** Largest contentful paint. */
  lcpMs: number;
  /** Cumulative layout shift. */
  cls: number;
  /** What of long tasks is above 50 ms. */
  blockedMs: number;
  /** What moved. */
  shifted: string[];
}

export interface PageFigures extends Seen {
  address: string;
  scripts: number;
  /** Of all scripts, compressed by gzip. */
  scriptKiB: number;
}

const SCRIPT = fileURLToPath(new URL('in-page/watch-loading.js', import.meta.url));

/** Opens a page as somebody who comes for the first time: nothing of it is in a cache. */
export async function measurePage(
  context: BrowserContext,
  origin: string,
  address: string,
): Promise<PageFigures> {
  const page = await context.newPage();
  const scripts = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), sizeOf(response));
  });
  try {
    const session = await context.newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.addInitScript({ path: SCRIPT });
    await page.goto(`${origin}${address}`, { waitUntil: 'load' });
    await page.waitForTimeout(WATCHED_MS);
    const seen = await page.evaluate<Seen>('seen');
    const bytes = await Promise.all(scripts.values());
    return {
      address,
      scripts: bytes.length,
      scriptKiB: bytes.reduce((sum, size) => sum + size, 0) / 1024,
      ...seen,
    };
  } finally {
    await page.close();
  }
}

async function sizeOf(response: { body(): Promise<Buffer> }): Promise<number> {
  return gzipSync(await response.body()).length;
}
