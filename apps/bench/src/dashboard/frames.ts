import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

const MEBIBYTE = 1024 ** 2;
/** Pixels that a list moves in each frame: fast reading. */
const STEP = 40;

export interface Frames {
  /** Whole frames a second. */
  perSecond: number;
  /** The 95th percentile of what lies between two frames. */
  p95Ms: number;
  longestMs: number;
}

const SCRIPT = fileURLToPath(new URL('in-page/count-frames.js', import.meta.url));

/** Counts frames for a while; with `scrolled` (a selector), an element that moves by some pixels in each of them. */
export async function countFrames(page: Page, seconds: number, scrolled?: string): Promise<Frames> {
  await page.evaluate(await readFile(SCRIPT, 'utf8'));
  const options = { ms: seconds * 1_000, step: STEP, selector: scrolled };
  return page.evaluate<Frames>(`countFrames(${JSON.stringify(options)})`);
}

export interface Memory {
  /** Of JavaScript, after a collection. */
  heapMiB: number;
  /** Of the page's process, what is its own: what Chromium's task manager shows. */
  ownMiB: number;
  /** Of the page's process, with what it shares with others: the browser's program. */
  residentMiB: number;
}

export async function measureMemory(browser: Browser, page: Page): Promise<Memory> {
  const ofPage = await page.context().newCDPSession(page);
  await ofPage.send('HeapProfiler.collectGarbage');
  const { usedSize } = await ofPage.send('Runtime.getHeapUsage');
  const ofBrowser = await browser.newBrowserCDPSession();
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  const renderers = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id)),
  );
  await Promise.all([ofPage.detach(), ofBrowser.detach()]);
  const [greatest] = renderers.toSorted((a, b) => b.ownMiB - a.ownMiB);
  return { heapMiB: usedSize / MEBIBYTE, ...greatest };
}

/** NaN where there is no /proc. */
async function memoryOf(pid: number): Promise<Omit<Memory, 'heapMiB'>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [ownMiB, residentMiB] = ['RssAnon', 'VmRSS'].map((name) => mebibytes(status, name));
  return { ownMiB, residentMiB };
}

function mebibytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? NaN) / 1024;
}
