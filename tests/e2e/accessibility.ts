import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Pixels: the narrowest screens that phones have. */
const NARROW = 360;

/**
 * What of a page is out of reach on a narrow screen: the page or a dialog wider than it, and controls beyond its edge that
 * no table of their own scrolls into sight. The page gets its width back.
 */
export async function narrowFaults(page: Page): Promise<string[]> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: NARROW, height: 740 });
  const faults = await page.evaluate<string[]>(`(async () => {
    // Charts follow a frame after their place.
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const root = document.documentElement;
    const scrolls = (element) => element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX)
      && element.scrollWidth > element.clientWidth && !element.matches('[role$=dialog]') || scrolls(element.parentElement));
    const beyond = (element) => element.getBoundingClientRect().right > ${NARROW} + 0.5 && !scrolls(element.parentElement);
    const wide = root.scrollWidth > ${NARROW} ? [...document.body.querySelectorAll('*')].filter(beyond).slice(0, 3) : [];
    const isOut = (element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return element.checkVisibility() && width > 1 && (left < -0.5 || right > ${NARROW} + 0.5) && !scrolls(element.parentElement);
    };
    const dialogs = [...document.querySelectorAll('[role$=dialog]')].filter((dialog) => dialog.scrollWidth > dialog.clientWidth);
    const controls = [...document.querySelectorAll('[role$=dialog], button, a, input, select, textarea')].filter(isOut);
    return [...wide, ...dialogs, ...controls].map(({ outerHTML }) => outerHTML.slice(0, 200));
  })()`);
  await page.setViewportSize(before);
  return faults.map((fault) => `narrow: ${fault}`);
}

/** What axe finds wrong with a page by WCAG 2.2 AA, in light and in dark: "dark color-contrast: <a …> …" */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const faults = [];
  for (const theme of ['light', 'dark']) {
    const violations = await page.evaluate<Violation[]>(`
      document.documentElement.dataset.theme = '${theme}';
      axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then(({ violations }) => violations)`);
    for (const { id, nodes } of violations)
      faults.push(...nodes.map(({ html, failureSummary }) => `${theme} ${id}: ${html} ${failureSummary}`));
  }
  return faults;
}
