import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../harness/eventually.ts';
import { accessibilityFaults, narrowFaults } from './accessibility.ts';
import { launchBrowser } from './browser.ts';
import { ADMIN_EMAIL, Product } from './product.ts';

const LIMIT = 3;

let product: Product;
let browser: Browser;
let page: Page;
let password: string;

beforeAll(async () => {
  product = await Product.start({ RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true' });
  browser = await launchBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await api('POST', '/login', { email: ADMIN_EMAIL, password: product.adminPassword });
  const settings = { maxQueuedMessages: LIMIT, overflow: 'drop-oldest', deadLetters: true };
  await api('POST', '/tenants/demo/policies', { name: 'small', settings });
  const meter = await api('POST', '/tenants/demo/credentials', { username: 'meter', policy: 'small' });
  ({ password } = meter);
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** As the administrator. */
async function api(method: string, path: string, data: object) {
  const response = await page.request.fetch(`${product.dashboardUrl}/api/v1${path}`, { method, data });
  expect(response.status()).toBeLessThan(300);
  return response.status() === 204 ? undefined : response.json();
}

async function connect(clientId: string) {
  const client = mqtt.connect(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    ...{ clientId, username: 'demo:meter', password, clean: false, reconnectPeriod: 0 },
  });
  const received: string[] = [];
  client.on('message', (_, payload) => received.push(payload.toString()));
  await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
  return { client, received };
}

async function goTo(path: string): Promise<void> {
  await page.goto(`${product.dashboardUrl}/tenants/demo${path}`);
}

function toast(text: RegExp) {
  return page.getByTestId('toast').getByText(text).waitFor();
}

test('a queue overflows, and the ledger says of whom, why and how many', async () => {
  const away = await connect('away');
  await away.client.subscribeAsync('load', { qos: 1 });
  await away.client.endAsync();
  const publisher = await connect('publisher');
  for (let number = 0; number < LIMIT + 2; number++)
    await publisher.client.publishAsync('load', `message ${number}`, { qos: 1 });
  await publisher.client.endAsync();

  await goTo('/ledger');
  await page.getByTestId('lost-queue-full').getByRole('link', { name: '2 messages: Queue full' }).click();
  await page.waitForURL(/reason=queue-full/);
  const line = page.getByTestId('ledger-line');
  await line.getByText('away').waitFor();
  expect((await line.allInnerTexts()).join()).toMatch(/Queue full\s+away\s+load\s+load\s+2\s/);
  await page.getByRole('combobox', { name: /^Reason/ }).selectOption('purged');
  await page.getByText('Nothing was lost that matches.').waitFor();
}, 30_000);

test('a dead letter is read on the page of its session, queued again, and arrives', async () => {
  await goTo('/sessions/away');
  const letters = page.getByRole('region', { name: 'Dead letters' }).getByTestId('dead-letter');
  await eventually('two dead letters', async () => (await letters.count()) === 2);
  const letter = letters.filter({ hasText: 'message 0' });
  await letter.getByRole('button', { name: 'Show load' }).click();
  await page.getByTestId('payload').getByText('message 0').waitFor();
  await page.keyboard.press('Escape');

  // Its queue is full: to another session, of which there is none; then to one that there is.
  await letter.getByRole('button', { name: 'Queue again load' }).click();
  await page.getByLabel('Client identifier').fill('nobody');
  await page.getByRole('dialog').getByRole('button', { name: 'Queue again' }).click();
  await page.getByText('1 message not queued for nobody: there is no such session any more').waitFor();
  const other = await connect('other');
  await page.getByLabel('Client identifier').fill('other');
  await page.getByRole('dialog').getByRole('button', { name: 'Queue again' }).click();
  await toast(/^1 message queued again$/);
  await eventually('the message arrives', () => other.received.includes('message 0'));
  await other.client.endAsync();

  await goTo('/dead-letters?clientId=away');
  await page.getByRole('button', { name: 'Delete all of these' }).click();
  await page.getByText(/^Lost for good: 1 dead letter /).waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await toast(/^1 dead letter deleted$/);
  await page.getByText('No dead letter matches.').waitFor();
}, 30_000);

interface Receiver {
  server: Server;
  url: string;
  received: { headers: IncomingHttpHeaders; body: { type: string } }[];
}

async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: JSON.parse(body) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

test('a webhook is made, tested, told of a client, and what it was told is sent again', async () => {
  const { server, received, url } = await startReceiver();
  try {
    await goTo('/webhooks');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByLabel('URL').fill('ftp://example.com');
    await page.getByRole('checkbox', { name: /client\.connected/ }).check();
    const create = page.getByRole('form').getByRole('button', { name: 'Create webhook' });
    await create.click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('URL').fill(url);
    await create.click();
    await page
      .getByTestId('webhook-secret')
      .getByText(/^whsec_/)
      .waitFor();
    await page.getByRole('link', { name: url }).click();

    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByText(/The receiver took the ping with status 200/).waitFor();
    expect(received.map(({ body }) => body.type)).toEqual(['ping']);

    const { client } = await connect('told');
    await client.endAsync();
    const delivery = page.getByTestId('delivery');
    await delivery.getByText('delivered').waitFor();
    await delivery.getByRole('button', { name: 'Redeliver client.connected' }).click();
    await eventually('it comes again', () => received.length === 3);
    expect(received[2].headers['webhook-id']).toBe(received[1].headers['webhook-id']);

    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Disable webhook' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  } finally {
    server.close();
  }
}, 30_000);

test('an API key made here works, and revoked it does not', async () => {
  await goTo('/api-keys');
  await page.getByRole('button', { name: 'Create API key' }).click();
  await page.getByLabel('Name').fill('billing');
  await page.getByRole('form').getByRole('button', { name: 'Create API key' }).click();
  const secret = (await page.getByTestId('api-key-secret').textContent())!;
  const status = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${product.dashboardUrl}/api/v1/tenants/demo/sessions`, { headers })).status;
  };
  expect(await status()).toBe(200);
  await page.getByRole('button', { name: 'I have it' }).click();
  expect(await page.content()).not.toContain(secret);

  await page.getByRole('button', { name: 'Revoke billing' }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await toast(/^The key billing was revoked$/);
  expect(await status()).toBe(401);
}, 30_000);

test('somebody is invited by a link, becomes a viewer, and sees no page that would be refused', async () => {
  await goTo('/members');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByLabel('E-mail').fill('viewer@example.com');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = (await page.getByTestId('invitation-link').textContent())!;

  const context = await browser.newContext();
  const viewer = await context.newPage();
  await viewer.goto(link);
  await viewer.getByLabel('Name').fill('Vera');
  await viewer.getByLabel('Password').fill('only here to look');
  await viewer.getByRole('button', { name: 'Accept the invitation' }).click();
  await viewer.waitForURL(/\/login/);
  await viewer.getByLabel('E-mail').fill('viewer@example.com');
  await viewer.getByLabel('Password').fill('only here to look');
  await viewer.getByRole('button', { name: 'Log in' }).click();
  await viewer.waitForURL(/\/tenants/);

  await viewer.goto(`${product.dashboardUrl}/tenants/demo/members`);
  await viewer.getByTestId('member').getByText('Vera').waitFor();
  const ways = await viewer.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
  expect(ways).toEqual(expect.arrayContaining(['Ledger', 'Dead letters', 'Members']));
  for (const refused of ['Webhooks', 'API keys', 'Audit']) expect(ways).not.toContain(refused);
  expect(await viewer.getByRole('button', { name: /Invite|Remove/ }).count()).toBe(0);
  await context.close();

  await goTo('/members');
  await page.getByLabel('Role of viewer@example.com').selectOption('operator');
  await toast(/^viewer@example.com is operator now$/);
  await page.getByRole('button', { name: 'Remove viewer@example.com' }).click();
  await page.getByRole('button', { name: 'Remove member' }).click();
  await toast(/was removed$/);
}, 30_000);

test('the audit shows what a change changed, and is saved as a file', async () => {
  await goTo('/audit?action=member.update');
  await page.getByRole('button', { name: /^What changed/ }).click();
  const difference = page.getByRole('table', { name: 'What member.update changed' });
  expect(await difference.getByRole('row').last().getByRole('cell').allTextContents()).toEqual([
    'role',
    'viewer',
    'operator',
  ]);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'As CSV' }).click();
  expect((await download).suggestedFilename()).toBe('audit.csv');
}, 30_000);

test.each(['/ledger', '/dead-letters', '/sessions/away', '/webhooks', '/members', '/api-keys', '/audit'])(
  '%s has no fault by WCAG 2.2 AA, in light and in dark, and fits a narrow screen',
  async (path) => {
    await goTo(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const loading = page.getByRole('status', { name: /on their way/ });
    await eventually('all is there', async () => (await loading.count()) === 0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await narrowFaults(page)).toEqual([]);
  },
  30_000,
);
