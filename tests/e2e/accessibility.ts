import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
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
