import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SessionChanges } from '@restante/api-client';
import mqtt from 'mqtt';
import pg from 'pg';
import type { Browser, Locator, Page, Route } from 'playwright-core';
import { measurePage } from '../../apps/bench/src/dashboard/pages.ts';
import { eventually } from '../harness/eventually.ts';
import { accessibilityFaults } from './accessibility.ts';
import { launchBrowser } from './browser.ts';
import { ADMIN_EMAIL, Product } from './product.ts';

/** Of a page at its first visit: cumulative layout shift, and all scripts, by gzip. */
const MOST_SHIFT = 0.05;
const MOST_SCRIPT_KIB = 260;

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** A device of the demo tenant. */
async function connectDevice(clientId: string) {
  const client = mqtt.connect(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    clientId,
    username: 'demo:device',
    password: await product.demoPassword(),
    clean: false,
    reconnectPeriod: 0,
  });
  const received: string[] = [];
  client.on('message', (_, payload) => received.push(payload.toString()));
  await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
  return { client, received };
}

async function logIn(password: string) {
  await page.getByLabel('E-mail').fill(ADMIN_EMAIL);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('every page is behind the login, and a wrong password is told', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions`);
  await page.waitForURL(/\/login/);
  await logIn('not the password');
  await page.getByText(/wrong/i).waitFor();
  await logIn(product.adminPassword);
  // Back to where one wanted to go.
  await page.waitForURL(/\/tenants\/demo\/sessions/);
}, 60_000);

test("an absent session's queue depth rises while messages are published and falls to 0 when it returns, without a reload", async () => {
  const away = await connectDevice('away');
  await away.client.subscribeAsync('load/#', { qos: 1 });
  await away.client.endAsync();

  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions`);
  await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
  const row = page.getByTestId('session-row-away');
  const depth = row.getByTestId('queue-depth');
  await row.getByText('offline').waitFor();
  expect(await depth.textContent()).toBe('0');

  const publisher = await connectDevice('publisher');
  await publishMany(publisher.client, 40);
  await depth.getByText('40', { exact: true }).waitFor();
  await publishMany(publisher.client, 85);
  await depth.getByText('125', { exact: true }).waitFor();

  const back = await connectDevice('away');
  await row.getByText('online').waitFor();
  await depth.getByText('0', { exact: true }).waitFor();
  expect(back.received).toHaveLength(125);
  expect(await page.evaluate(() => (globalThis as { notReloaded?: boolean }).notReloaded)).toBe(true);
  await publisher.client.endAsync();
  await back.client.endAsync();
}, 60_000);

/** A session that is gone, with so many messages waiting for it, on a topic of its name. */
async function leaveWithMessages(clientId: string, count: number): Promise<void> {
  const device = await connectDevice(clientId);
  await device.client.subscribeAsync(clientId, { qos: 1 });
  await device.client.endAsync();
  const publisher = await connectDevice('publisher');
  await publishMany(publisher.client, count, clientId);
  await publisher.client.endAsync();
}

async function expectCount(found: Locator, count: number): Promise<void> {
  await eventually(`there are ${count}`, async () => (await found.count()) === count);
}

/** A page of somebody who may only look. */
async function logInAsViewer(): Promise<Page> {
  const url = `${product.dashboardUrl}/api/v1`;
  const [email, password] = ['viewer@example.com', 'only here to look'];
  const invited = await page.request.post(`${url}/tenants/demo/members`, { data: { email, role: 'viewer' } });
  const { token } = await invited.json();
  const context = await browser.newContext();
  await context.request.post(`${url}/invitations/accept`, { data: { token, name: 'Viewer', password } });
  await context.request.post(`${url}/login`, { data: { email, password } });
  return context.newPage();
}

async function publishMany(client: mqtt.MqttClient, count: number, topic = 'load/a'): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) => client.publishAsync(topic, String(number), { qos: 1 })),
  );
}

test('a session shows its subscriptions and when it expires', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions/away`);
  await page.getByText('load/#').waitFor();
  await page
    .getByText(/in \d+ min/)
    .first()
    .waitFor();
}, 30_000);

test('a session tells its life while it goes on, and after its end', async () => {
  const session = `${product.dashboardUrl}/tenants/demo/sessions/lived`;
  const first = await connectDevice('lived');
  await page.goto(session);
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await timeline.getByText('Created and connected').waitFor();
  const second = await connectDevice('lived');
  await timeline.getByText('Taken over').waitFor();
  expect(await timeline.getByText(/by a connection from 127\.0\.0\.1:\d+/).count()).toBe(1);
  await second.client.endAsync();
  await timeline.getByText('with DISCONNECT', { exact: true }).waitFor();
  const names = await timeline.getByRole('listitem').locator('.font-medium').allTextContents();
  expect(names).toEqual(['Expires', 'Left', 'Connected', 'Taken over', 'Created and connected']);
  expect(await timeline.locator('time').last().getAttribute('title')).toMatch(/\d{4}, \d{2}:\d{2}:\d{2}/);

  for (let nth = 0; nth < 4; nth++) await (await connectDevice('lived')).client.endAsync();
  await timeline.getByRole('button', { name: 'Load earlier' }).click();
  await timeline.getByText('Created and connected').waitFor();
  await page.getByRole('button', { name: 'Delete session' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete session' }).click();
  await page.waitForURL(/\/sessions$/);
  await page.goto(session);
  await page.getByText(/^It was deleted/).waitFor();
  await timeline.getByText('Deleted', { exact: true }).waitFor();
  first.client.end(true);
}, 60_000);

test('times are told by the server, where the clock of the browser is hours off', async () => {
  const late = await page.context().newPage();
  await late.addInitScript('const now = Date.now; Date.now = () => now() - 3 * 3_600_000');
  await late.goto(`${product.dashboardUrl}/tenants/demo/sessions/away`);
  await late
    .getByText(/^in \d+ min/)
    .first()
    .waitFor();
  await late.close();
}, 30_000);

test('a tenant and a credential are made, and the secret is shown once', async () => {
  await page.goto(`${product.dashboardUrl}/tenants`);
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await page.getByLabel('Slug').fill('waterworks');
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await page.waitForURL(/\/tenants\/waterworks/);

  await page.goto(`${product.dashboardUrl}/tenants/waterworks/credentials`);
  await page.getByRole('button', { name: 'Create credential' }).click();
  await page.getByLabel('User name').fill('pump-1');
  await page.getByRole('button', { name: 'Create credential' }).click();
  const secret = (await page.getByTestId('secret-value').textContent())!.trim();
  expect(secret).toMatch(/^[\w-]{43}$/);

  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    username: 'waterworks:pump-1',
    password: secret,
    reconnectPeriod: 0,
  });
  await client.endAsync();
  await page.reload();
  await page.getByText('pump-1').first().waitFor();
  expect(await page.content()).not.toContain(secret);
}, 60_000);

test('a purge says how much is lost, and the client then receives nothing', async () => {
  await leaveWithMessages('purged', 7);
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions/purged`);
  await expectCount(page.getByTestId('queued-message'), 7);
  await page.getByRole('button', { name: 'Show purged' }).first().click();
  await page.getByTestId('payload').getByText('0', { exact: true }).waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Queue actions' }).click();
  await page.getByRole('menuitem', { name: 'Purge all that waits' }).click();
  await page.getByText(/^7 messages \(\d+ B\) will be dropped/).waitFor();
  await page.getByRole('button', { name: 'Purge queue' }).click();
  await page.getByTestId('toast').getByText('7 messages dropped').waitFor();
  await page.getByText('Nothing waits.').waitFor();

  const back = await connectDevice('purged');
  await publishMany(back.client, 1, 'purged');
  await eventually('the message that came after the purge', () => back.received.length > 0);
  expect(back.received).toEqual(['0']);
  await back.client.endAsync();
}, 60_000);

test('one finds, walks and opens sessions by keys alone', async () => {
  await leaveWithMessages('key-a', 1);
  await leaveWithMessages('key-b', 1);
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions`);
  await page.getByTestId('session-row-key-a').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('key-');
  await expectCount(page.getByRole('row'), 3);
  expect(new URL(page.url()).searchParams.get('q')).toBe('key-');
  await page.getByRole('grid').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sessions\/key-b$/);

  await page.keyboard.press('Control+k');
  await page.keyboard.type('key-a');
  await page.getByRole('option', { name: /key-a/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sessions\/key-a$/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await page.waitForURL(/\/wall$/);
}, 60_000);

test('the wall tells by hovering, opens by a click, and what is dragged over is deleted with its numbers', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/demo/wall?q=key-`);
  const wall = page.getByTestId('wall');
  // Cells stand by client identifier: away, key-a, key-b, purged.
  const cell = (index: number) => ({ x: index * 32 + 10, y: 10 });
  await page.getByText('All 5').waitFor();
  await wall.hover({ position: cell(1) });
  await page.getByTestId('wall-tip').getByText('key-a').waitFor();
  await page.getByTestId('wall-tip').getByText('1 of 10,000 messages').waitFor();

  const box = (await wall.boundingBox())!;
  await page.mouse.move(box.x + cell(1).x, box.y + cell(1).y);
  await page.mouse.down();
  await page.mouse.move(box.x + cell(2).x, box.y + cell(2).y + 5, { steps: 4 });
  await page.mouse.up();
  await page.getByText('2 sessions selected').waitFor();
  await page.getByRole('button', { name: /^Delete 2/ }).click();
  await page.getByText(/Lost for good: 2 sessions with all subscriptions, and 2 queued messages/).waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByTestId('toast').getByText('2 sessions deleted').waitFor();
  await page.getByText('All 3').waitFor();

  await wall.click({ position: cell(0) });
  await page.waitForURL(/\/sessions\/away$/);
}, 60_000);

test('a broken connection is told, and mends by itself', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/demo`);
  await page.getByTestId('online-sessions').waitFor();
  await page.context().setOffline(true);
  await page.getByTestId('connection-strip').waitFor();
  await page.context().setOffline(false);
  await page.getByTestId('connection-strip').waitFor({ state: 'detached' });
}, 60_000);

test('the platform’s overview says how the server and its PostgreSQL do', async () => {
  await page.goto(`${product.dashboardUrl}/overview`);
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByTestId('health-problems').waitFor();
  expect(await health.getByTestId('database-version').textContent()).toMatch(/^\d+\.\d+/);
  expect(await health.getByTestId('database-size').textContent()).toMatch(/MiB$/);
  expect(await health.getByTestId('database-answer').textContent()).toMatch(/^[\d.]+ ms$/);
}, 60_000);

test('what has a subscription is told, and need not be asked for', async () => {
  await leaveWithMessages('told', 2);
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions/told`);
  await expectCount(page.getByTestId('queued-message'), 2);
  const unheard = /\/(overview|sessions\/told(\/queue)?)(\?|$)/;
  const refuse = (route: Route) =>
    route.request().resourceType() === 'fetch' ? route.abort() : route.continue();
  await page.route(unheard, refuse);
  const publisher = await connectDevice('publisher');
  await publishMany(publisher.client, 3, 'told');
  await expectCount(page.getByTestId('queued-message'), 5);
  await page.getByTestId('queue-depth').getByText('5', { exact: true }).waitFor();

  await page.unroute(unheard);
  await page.goto(`${product.dashboardUrl}/tenants/demo`);
  const queued = page.getByTestId('queued-messages');
  const before = Number(await queued.textContent());
  await page.route(unheard, refuse);
  await publishMany(publisher.client, 4, 'told');
  await queued.getByText(String(before + 4), { exact: true }).waitFor();
  await page.unroute(unheard);
  await publisher.client.endAsync();
}, 60_000);

/** As if a session had gone then: a copy of another one, which nobody has seen since. */
async function leaveAt(clientId: string, iso: string): Promise<void> {
  const password = await readFile(path.join(product.dataDirectory, 'postgres-password'), 'utf8');
  const login = { host: '127.0.0.1', port: product.ports.postgres, user: 'restante', database: 'restante' };
  const database = new pg.Client({ ...login, password });
  await database.connect();
  const gone = { connected_at: null, disconnected_at: iso, expires_at: null };
  const changed = { id: 1_000_000_000, client_id: clientId, ...gone };
  const never = { expiry_seconds: 4_294_967_295 };
  const { rowCount } = await database.query(
    'INSERT INTO session SELECT (jsonb_populate_record(s, $1)).* FROM session s WHERE client_id = $2',
    [{ ...changed, ...never }, 'away'],
  );
  await database.end();
  expect(rowCount).toBe(1);
}

test('an orphan suspect is marked, and found by when it went: the address says both', async () => {
  await leaveAt('mqttjs_1a2b3c4d', '2024-01-15T12:00:00Z');
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions?suspect=yes`);
  const row = page.getByTestId('session-row-mqttjs_1a2b3c4d');
  await row.getByText('suspect').waitFor();
  await expectCount(page.getByRole('row'), 2);
  expect(await accessibilityFaults(page)).toEqual([]);

  const suspects = page.getByRole('checkbox', { name: 'Orphan suspects' });
  // It follows the finger, however late the list and the address do.
  const isTicked = await suspects.evaluate((box) => {
    box.click();
    return box.checked;
  });
  expect(isTicked).toBe(false);
  await page.getByLabel('Offline for').selectOption('exact times');
  const [after, before] = [page.getByLabel('Offline since after'), page.getByLabel('Offline since before')];
  await after.fill('2024-01-14T00:00');
  await after.press('Enter');
  await before.fill('2024-01-17T00:00');
  await before.press('Enter');
  await expectCount(page.getByRole('row'), 2);
  await page.reload();
  await row.waitFor();
  await expectCount(page.getByRole('row'), 2);
  expect(await before.inputValue()).toMatch(/^2024-01-17T00:00/);
  expect(await accessibilityFaults(page)).toEqual([]);

  await after.fill('2024-01-16T12:00');
  await after.press('Enter');
  await page.getByText('No session matches.').waitFor();
}, 60_000);

/** The feed as it is of a tenant with more sessions than are watched: one of them is left out. */
function withoutOne(message: string, clientId: string): string {
  const told = JSON.parse(message) as { payload?: { data?: { sessions?: SessionChanges } } };
  const changes = told.payload?.data?.sessions;
  if (changes === undefined) return message;
  changes.sessions = changes.sessions.filter((session) => session.clientId !== clientId);
  changes.isTruncated = true;
  return JSON.stringify(told);
}

test('where more sessions are than are watched, the server is asked for those that are searched for', async () => {
  await leaveWithMessages('far-away', 3);
  const narrow = await page.context().newPage();
  await narrow.routeWebSocket(/\/graphql$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(withoutOne(String(message), 'far-away')));
  });
  await narrow.route(/\/sessions\?limit=500$/, (route) => route.abort());
  await narrow.goto(`${product.dashboardUrl}/tenants/demo/sessions`);
  await narrow.getByText(/more than \d+/).waitFor();
  const row = narrow.getByTestId('session-row-far-away');
  expect(await row.count()).toBe(0);
  await narrow.getByLabel('Search client identifiers').fill('r-AWAY');
  await row.getByTestId('queue-depth').getByText('3', { exact: true }).waitFor();
  await expectCount(narrow.getByRole('row'), 2);
  await narrow.close();
}, 60_000);

test('a viewer sees nothing that would be refused', async () => {
  const viewer = await logInAsViewer();
  await viewer.goto(`${product.dashboardUrl}/tenants/demo/sessions/away`);
  await viewer.getByRole('heading', { name: 'away' }).waitFor();
  await viewer.getByRole('heading', { name: 'Policy in force' }).waitFor();
  for (const name of ['Delete session', 'Queue actions'])
    expect(await viewer.getByRole('button', { name }).count()).toBe(0);
  const ways = await viewer.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
  expect(ways).toContain('Sessions');
  expect(ways).not.toContain('Platform overview');
  await viewer.context().close();
}, 60_000);

test.each([
  '/tenants',
  '/overview',
  '/tenants/demo',
  '/tenants/demo/wall',
  '/tenants/demo/sessions',
  '/tenants/demo/sessions/away',
  '/tenants/demo/credentials',
  '/tenants/demo/policies',
])(
  '%s has no fault by WCAG 2.2 AA, in light and in dark',
  async (address) => {
    await page.goto(`${product.dashboardUrl}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectCount(page.getByRole('status', { name: /on their way/ }), 0);
    expect(await accessibilityFaults(page)).toEqual([]);
  },
  60_000,
);

test('a view that cannot be read says why, and nothing moves while it is tried again', async () => {
  const policies = /\/tenants\/demo\/policies\?/;
  const refuse = (route: Route) =>
    route.request().resourceType() === 'fetch' ? route.abort() : route.continue();
  await page.route(policies, refuse);
  await page.goto(`${product.dashboardUrl}/tenants/demo/policies`);
  await page.getByRole('alert').first().waitFor();
  await page.evaluate(`
    globalThis.skeletons = 0;
    new MutationObserver(() => (skeletons += document.querySelectorAll('[aria-label$="on their way"]').length))
      .observe(document.body, { childList: true, subtree: true });`);
  for (let again = 0; again < 2; again++) await page.waitForRequest(policies);
  expect(await page.evaluate('skeletons')).toBe(0);
  await page.unroute(policies, refuse);
  await page.getByTestId('policy-default').waitFor();
}, 30_000);

test('a session that is not there is said so, and is shown when it comes', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/demo/sessions/comes-later`);
  await page.getByText('There is no session').waitFor();
  // Its subscription is refused: that is no broken connection.
  expect(await page.getByTestId('connection-strip').count()).toBe(0);
  await leaveWithMessages('comes-later', 1);
  await expectCount(page.getByTestId('queued-message'), 1);
}, 30_000);

test('pages are light, and nothing in them moves while they come', async () => {
  const pages = ['', '/sessions', '/members'];
  for (const path of pages) {
    const address = `/tenants/demo${path}`;
    const { cls, shifted, scriptKiB } = await measurePage(page.context(), product.dashboardUrl, address);
    expect({ address, shifted, isStill: cls < MOST_SHIFT }).toMatchObject({ isStill: true });
    expect({ address, scriptKiB, isLight: scriptKiB < MOST_SCRIPT_KIB }).toMatchObject({ isLight: true });
  }
}, 60_000);

test('after logging out nothing is shown', async () => {
  await page.goto(`${product.dashboardUrl}/tenants`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(/\/login/);
  await page.goto(`${product.dashboardUrl}/tenants/demo`);
  await page.waitForURL(/\/login/);
}, 30_000);
