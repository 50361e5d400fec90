import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type Page } from 'playwright-core';

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
  /** Of the page's process, with what it shares with others: its program. */
  rendererMiB: number;
}

export async function measureMemory(browser: Browser, page: Page): Promise<Memory> {
  const ofPage = await page.context().newCDPSession(page);
  await ofPage.send('HeapProfiler.collectGarbage');
  const { usedSize } = await ofPage.send('Runtime.getHeapUsage');
  const ofBrowser = await browser.newBrowserCDPSession();
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentMemory(id));
  await Promise.all([ofPage.detach(), ofBrowser.detach()]);
  return { heapMiB: usedSize / MEBIBYTE, rendererMiB: Math.max(...(await Promise.all(renderers))) };
}

/** MiB; NaN where there is no /proc. */
async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024;
}
