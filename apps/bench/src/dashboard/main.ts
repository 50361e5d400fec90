/**
 * `npm run bench:dashboard`: what the pages of the dashboard weigh and how quickly they are there, and how many frames a
 * second the table and the wall have while every session of a great tenant changes each second.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { terminateAll } from '../brokers/child.ts';
import { Dashboard, DASHBOARD, TENANT } from './dashboard.ts';
import { countFrames, type Frames, measureMemory, type Memory } from './frames.ts';
import { measurePage, type PageFigures } from './pages.ts';
import { SessionsFeed } from './sessions-feed.ts';

const CHROMIUM = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
const VIEWPORT = { width: 1_440, height: 900 };
const FILL_TIMEOUT_MS = 60_000;
/** Of the feed, before frames are counted. */
const SETTLED_MS = 3_000;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string' },
    trace: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [sessions, seconds] = [Number(values.sessions), Number(values.seconds)];

const USAGE = `npm run bench:dashboard -- [options]

  --only live|pages  frames and memory of the table and the wall, or figures of every page alone
  --sessions N       that change each second (${values.sessions})
  --seconds N        for which frames are counted, each time (${values.seconds})
  --trace FILE       a trace of the table while it is scrolled, for Chromium's developer tools
`;

async function main(): Promise<void> {
  if (values.help) return say(USAGE);
  process.on('exit', terminateAll);
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-bench-dashboard-'));
  const dashboard = new Dashboard(directory);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    await dashboard.startServer();
    const cookie = await dashboard.logIn();
    const open = async (origin: string) => {
      const context = await browser.newContext({ viewport: VIEWPORT });
      await context.addCookies([{ ...cookie, url: origin }]);
      return context;
    };
    if (values.only !== 'pages') {
      const feed = new SessionsFeed(dashboard.serverUrl, sessions);
      const origin = await dashboard.startPages(await feed.listen());
      const context = await open(origin);
      await measureLive(context, `${origin}/tenants/${TENANT}`);
      await context.close();
      feed.close();
    }
    if (values.only !== 'live') {
      const origin = await dashboard.startPages(dashboard.serverUrl);
      await measurePages(await open(origin), origin);
    }
  } finally {
    await browser.close();
    await dashboard.end();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measureLive(context: BrowserContext, home: string): Promise<void> {
  const browser = context.browser()!;
  const table = await context.newPage();
  await table.goto(`${home}/sessions`);
  await whenFull(table);
  sayFrames('table, at rest', await countFrames(table, seconds));
  if (values.trace !== undefined) {
    const categories = [
      'devtools.timeline',
      'disabled-by-default-v8.cpu_profiler',
      'v8',
      'blink.user_timing',
    ];
    await browser.startTracing(table, { path: values.trace, categories });
  }
  sayFrames('table, scrolled', await countFrames(table, seconds, '[data-testid=session-grid]'));
  if (values.trace !== undefined) await browser.stopTracing();
  sayMemory(await measureMemory(browser, table));
  await table.close();
  const wall = await context.newPage();
  await wall.goto(`${home}/wall`);
  await wall.getByTestId('wall').waitFor();
  await whenFull(wall);
  sayFrames('wall', await countFrames(wall, seconds));
  sayMemory(await measureMemory(browser, wall));
  await wall.close();
}

/** All sessions are there, and a while has passed. */
async function whenFull(page: Page): Promise<void> {
  const all = `All ${new Intl.NumberFormat('en').format(sessions)}`;
  await page.getByRole('button', { name: all }).waitFor({ timeout: FILL_TIMEOUT_MS });
  await page.waitForTimeout(SETTLED_MS);
}

async function measurePages(context: BrowserContext, origin: string): Promise<void> {
  const heading = ['scripts', 'KiB gzip', 'LCP ms', 'CLS', 'blocked ms']
    .map((name) => name.padStart(10))
    .join(' ');
  say(`${'page'.padEnd(44)} ${heading}`);
  const addresses = await builtPages();
  // The first answer of a server that has just started is no page's fault.
  for (const address of addresses.slice(0, 2)) await measurePage(context, origin, address);
  for (const address of addresses) sayPage(await measurePage(context, origin, address));
}

/** Every page that was built, as one of the tenant that the first start makes. */
async function builtPages(): Promise<string[]> {
  const file = path.join(DASHBOARD, '.next/app-path-routes-manifest.json');
  const routes = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  return Object.entries(routes)
    .filter(([source, route]) => source.endsWith('/page') && !route.startsWith('/_') && route !== '/')
    .map(([, route]) =>
      route
        .replace('[tenant]', TENANT)
        .replace('[username]', 'device')
        .replace(/\[\w+\]/, 'none'),
    )
    .sort();
}

function sayPage({ address, scripts, scriptKiB, lcpMs, cls, blockedMs, shifted }: PageFigures): void {
  const figures = [scripts, scriptKiB.toFixed(0), lcpMs.toFixed(0), cls.toFixed(3), blockedMs.toFixed(0)];
  const row = figures.map((figure) => String(figure).padStart(10)).join(' ');
  say(`${address.padEnd(44)} ${row} ${cls > 0 ? [...new Set(shifted)].join(', ') : ''}`.trimEnd());
}

function sayFrames(what: string, { perSecond, p95Ms, longestMs }: Frames): void {
  say(
    `${what.padEnd(20)} ${perSecond.toFixed(1)} frames/s, between two p95 ${p95Ms.toFixed(0)} ms, longest ${longestMs.toFixed(0)} ms`,
  );
}

function sayMemory({ heapMiB, ownMiB, residentMiB }: Memory): void {
  const [heap, own, resident] = [heapMiB.toFixed(1), ownMiB.toFixed(0), residentMiB.toFixed(0)];
  say(
    `${''.padEnd(20)} JavaScript heap ${heap} MiB, renderer ${own} MiB, ${resident} MiB with the browser's program`,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
process.exit(0);
