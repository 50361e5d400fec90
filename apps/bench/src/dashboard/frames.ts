import { readFile } from 'node:fs/promises';
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

/** Counts frames for a while; with `scrolled` (a selector), an element that moves by some pixels in each of them. */
export function countFrames(page: Page, seconds: number, scrolled?: string): Promise<Frames> {
  return page.evaluate(
    ({ ms, step, selector }) =>
      new Promise<Frames>((resolve) => {
        const element = selector === undefined ? null : document.querySelector(selector);
        const gaps: number[] = [];
        let direction = 1;
        let startedAt = 0;
        let last = 0;
        const frame = (now: number) => {
          if (startedAt === 0) startedAt = now;
          else gaps.push(now - last);
          last = now;
          if (element !== null) {
            const before = element.scrollTop;
            element.scrollTop += direction * step;
            if (element.scrollTop === before) direction = -direction;
          }
          if (now - startedAt < ms) return requestAnimationFrame(frame);
          gaps.sort((a, b) => a - b);
          resolve({
            perSecond: (gaps.length * 1_000) / (now - startedAt),
            p95Ms: gaps[Math.floor(gaps.length * 0.95)],
            longestMs: gaps.at(-1)!,
          });
        };
        requestAnimationFrame(frame);
      }),
    { ms: seconds * 1_000, step: STEP, selector: scrolled },
  );
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
