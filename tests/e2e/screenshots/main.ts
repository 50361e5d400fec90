/**
 * `npm run screenshots`: pictures of every page of the dashboard in light and dark, of a server with the devices of the
 * demo, written to docs/images with the page that shows them all.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { PLATFORM_PAGES, TENANT_PAGES } from '../../../apps/dashboard/src/shell/pages.ts';
import { launchBrowser } from '../browser.ts';
import { ADMIN_EMAIL, Product } from '../product.ts';
import { CAPTIONS } from './captions.ts';
import { furnish } from './furniture.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const IMAGES = path.join(ROOT, 'docs/images');
const VIEWPORT = { width: 1_280, height: 800 };
const THEMES = ['light', 'dark'] as const;
/** So that charts and sparklines have something to show. */
const LIVED_MS = 150_000;
/** After a page has come to rest: what is live has been shown once. */
const SETTLED_MS = 1_500;

/** A picture: its file and title, and the address below the dashboard's. */
interface Shot {
  name: string;
  title: string;
  address: string;
  /** Before the picture is taken. */
  prepare?: (page: Page) => Promise<unknown>;
}

const PUBLIC: Shot[] = [{ name: 'login', title: 'Login', address: '/login' }];

const SIGNED_IN: Shot[] = [
  ...TENANT_PAGES.map(({ name, path: at }) => ({
    ...{ name: at.slice(1) || 'overview', title: name, address: `/tenants/demo${at}` },
  })),
  { name: 'session', title: 'A session', address: '/tenants/demo/sessions/sorter-001' },
  { name: 'credential', title: 'A credential', address: '/tenants/demo/credentials/device' },
  {
    ...{ name: 'palette', title: 'The command palette', address: '/tenants/demo/sessions' },
    prepare: (page) => page.keyboard.press('Control+k'),
  },
  { name: 'first-run', title: 'The first minutes of a tenant', address: '/tenants/harbour' },
  ...PLATFORM_PAGES.map(({ name, path: at }) => ({
    ...{ name: `platform-${at.slice(1).replace('overview', 'home')}`, title: name, address: at },
  })),
];

async function main(): Promise<void> {
  const product = await Product.start({ RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true' });
  const devices = spawn(process.execPath, [path.join(ROOT, 'apps/demo/src/main.ts')], {
    env: { ...process.env, RESTANTE_DATA_DIR: product.dataDirectory },
    stdio: 'inherit',
  });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: VIEWPORT, baseURL: product.dashboardUrl });
    await rm(IMAGES, { recursive: true, force: true });
    await mkdir(IMAGES, { recursive: true });
    for (const shot of PUBLIC) await takeBoth(context, shot);
    const data = { email: ADMIN_EMAIL, password: product.adminPassword };
    await context.request.post('/api/v1/login', { data });
    await furnish(context.request);
    await new Promise((resolve) => setTimeout(resolve, LIVED_MS));
    for (const shot of SIGNED_IN) await takeBoth(context, shot);
    await writeFile(path.join(ROOT, 'docs/DASHBOARD.md'), pageOf([...PUBLIC, ...SIGNED_IN]));
  } finally {
    await browser.close();
    const ended = new Promise((resolve) => devices.once('exit', resolve));
    devices.kill('SIGINT');
    await ended;
    await product.dispose();
  }
}

async function takeBoth(context: BrowserContext, { name, address, prepare }: Shot): Promise<void> {
  for (const colorScheme of THEMES) {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(address, { waitUntil: 'load' });
    for (const part of await page.getByRole('status', { name: /on their way/ }).all())
      await part.waitFor({ state: 'detached' });
    await page.waitForTimeout(SETTLED_MS);
    await prepare?.(page);
    await page.screenshot({ path: path.join(IMAGES, `${name}-${colorScheme}.png`) });
    await page.close();
  }
}

function pageOf(shots: Shot[]): string {
  const pictures = shots.map(
    ({ name, title }) => `## ${title}

${CAPTIONS[name]}

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/${name}-dark.png">
  <img alt="${title}" src="images/${name}-light.png">
</picture>
`,
  );
  return `# The dashboard, page by page

Every page, in your own theme (light or dark), with the devices of \`npm run demo\`.

${pictures.join('\n')}`;
}

await main();
process.exit(0);
