import mqtt from 'mqtt';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ADMIN_EMAIL, Product } from './product.ts';

const CHROMIUM = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
  page = await browser.newPage();
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

async function publishMany(client: mqtt.MqttClient, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) => client.publishAsync('load/a', String(number), { qos: 1 })),
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

test('after logging out nothing is shown', async () => {
  await page.goto(`${product.dashboardUrl}/tenants`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(/\/login/);
  await page.goto(`${product.dashboardUrl}/tenants/demo`);
  await page.waitForURL(/\/login/);
}, 30_000);
