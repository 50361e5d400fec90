import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../harness/eventually.ts';
import { accessibilityFaults } from './accessibility.ts';
import { launchBrowser } from './browser.ts';
import { ADMIN_EMAIL, Product } from './product.ts';

let product: Product;
let browser: Browser;
let page: Page;
let device: mqtt.MqttClient;

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  page = await browser.newPage();
  const data = { email: ADMIN_EMAIL, password: product.adminPassword };
  await page.request.post(`${product.dashboardUrl}/api/v1/login`, { data });
  device = await connectDevice('meter');
}, 150_000);

afterAll(async () => {
  await device?.endAsync();
  await browser?.close();
  await product?.dispose();
});

/** A device of the demo tenant. */
async function connectDevice(clientId: string): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    clientId,
    username: 'demo:device',
    password: await product.demoPassword(),
    reconnectPeriod: 0,
  });
}

function goTo(path: string) {
  return page.goto(`${product.dashboardUrl}/tenants/${path}`);
}

/** Axe on the page as it is now. */
async function expectNoFault(): Promise<void> {
  await page.getByRole('status', { name: /on their way/ }).waitFor({ state: 'detached' });
  expect(await accessibilityFaults(page)).toEqual([]);
}

test('the tree of topics shows what a client publishes with its rate, and a level unfolds', async () => {
  for (const room of ['hall', 'cellar'])
    for (let count = 0; count < 30; count += 1)
      await device.publishAsync(`house/${room}/temperature`, String(count), { qos: 1 });
  await goTo('demo/topics');
  const house = page.getByTestId('topic-row-house');
  await house.getByTestId('topic-rate').getByText(/[1-9]/).waitFor();
  await house.getByTestId('topic-messages').getByText('60', { exact: true }).waitFor();

  // By keys alone.
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'hall', exact: true }).click();
  await page
    .getByTestId('topic-row-house/hall/temperature')
    .getByTestId('topic-messages')
    .getByText('30', { exact: true })
    .waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('cellar');
  await page.getByTestId('topic-row-house/cellar/temperature').waitFor();
  expect(await page.getByTestId(/^topic-row/).count()).toBe(1);
}, 60_000);

test('a message is shown when it is published, whole on demand', async () => {
  await goTo('demo/topics');
  await page.getByLabel('Topic filter to watch').fill('house/+/state');
  await page.getByRole('button', { name: 'Watch', exact: true }).click();
  await page.getByText('Listens to house/+/state').waitFor();
  await device.publishAsync('house/hall/state', '{"lamp": "on"}', { qos: 1 });
  await page.getByTestId('tailed-message').getByText('house/hall/state').waitFor();
  await expectNoFault();
  await page.getByRole('button', { name: /^Show message 1/ }).click();
  await page.getByTestId('payload').getByText('"lamp": "on"').waitFor();
}, 60_000);

test('retained messages are a tree; what is deleted no new subscription gets', async () => {
  for (const topic of ['lamps/hall', 'lamps/cellar', 'lamps/attic/left', 'lamps/attic/right'])
    await device.publishAsync(topic, `on ${topic}`, { qos: 1, retain: true });
  await goTo('demo/retained');
  await page.getByRole('button', { name: 'lamps', exact: true }).click();
  await page.getByRole('button', { name: 'Show lamps/hall' }).click();
  await page.getByTestId('payload').getByText('on lamps/hall').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Delete lamps/hall' }).click();
  await page.getByText(/^1 message of 13 B on/).waitFor();
  await page.getByRole('button', { name: 'Delete message' }).click();
  await page.getByTestId('retained-row-lamps/hall').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Delete all of it: lamps/attic' }).click();
  await page.getByText(/^2 retained messages \(\d+ B\) will be lost/).waitFor();
  await page.getByRole('button', { name: 'Delete messages' }).click();
  await page.getByTestId('toast').getByText('2 retained messages deleted').waitFor();
  await page.getByTestId('retained-row-lamps/attic').waitFor({ state: 'detached' });
  await expectNoFault();

  const reader = await connectDevice('reader');
  const received: string[] = [];
  reader.on('message', (topic) => received.push(topic));
  await reader.subscribeAsync('lamps/#', { qos: 1 });
  await device.publishAsync('lamps/last', 'on', { qos: 1 });
  await eventually('the message behind the retained ones', () => received.includes('lamps/last'));
  expect(received).toEqual(['lamps/cellar', 'lamps/last']);
  await reader.endAsync();
}, 60_000);

test('one asks who would get a topic', async () => {
  const guard = await connectDevice('guard');
  await guard.subscribeAsync(['alarms/+', 'house/#'], { qos: 1 });
  await goTo('demo/subscriptions');
  await page.getByTestId('subscription-row-guard').getByText('alarms/+').waitFor();
  await page.getByLabel('Who would get this topic?').fill('alarms/door');
  await page.keyboard.press('Enter');
  await page.waitForURL(/topic=alarms/);
  await page.getByText('house/#').waitFor({ state: 'detached' });
  await page.getByTestId('subscription-row-guard').getByText('alarms/+').waitFor();
  await expectNoFault();
  await page.getByLabel('Who would get this topic?').fill('nobody/cares');
  await page.keyboard.press('Enter');
  await page.getByText('Nobody would get a message on nobody/cares.').waitFor();
  await guard.endAsync();
}, 60_000);

test('a client in the browser goes offline, and gets what waited when it comes back', async () => {
  await goTo('demo/try-it');
  await page.getByRole('button', { name: 'Issue and connect' }).click();
  await page.getByTestId('session-present').getByText('no, it was new').waitFor();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByTestId('try-told').getByText('Subscribed with QoS 1').waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByTestId('try-received').getByText('try/hello: Hello').waitFor();

  await page.getByRole('button', { name: 'Go offline' }).click();
  await page.getByTestId('try-queue').getByText('offline, 0 queued messages').waitFor();
  await page.getByLabel('Payload').fill('While you were away');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByTestId('try-queue').getByText('offline, 1 queued message').waitFor();
  expect(await page.getByTestId('try-received').count()).toBe(1);

  await page.getByRole('button', { name: 'Come back' }).click();
  await page.getByTestId('session-present').getByText('yes').waitFor();
  await page.getByTestId('try-received').getByText('try/hello: While you were away').waitFor();
  await page.getByTestId('try-queue').getByText('online, 0 queued messages').waitFor();
  await expectNoFault();
}, 60_000);

test('the charts have the last steps, and go on with what is now', async () => {
  const past = await page.request.get(`${product.dashboardUrl}/api/v1/tenants/demo/history`);
  expect((await past.json()).at).toHaveLength(360);
  await goTo('demo');
  await page.getByRole('img', { name: /^Sessions: online at most [1-9]/ }).waitFor();
  await page.getByRole('img', { name: /^Messages a second: in at most (0\.)?[1-9]/ }).waitFor();
  await page.getByRole('button', { name: 'Day' }).click();
  await page.getByRole('heading', { name: 'The last day' }).waitFor();
  await page.goto(`${product.dashboardUrl}/overview`);
  await page.getByRole('img', { name: /^Messages a second: in at most (0\.)?[1-9]/ }).waitFor();
  await expectNoFault();
}, 60_000);

test('a tenant without credentials leads to its first message', async () => {
  const url = `${product.dashboardUrl}/api/v1/tenants`;
  await page.request.post(url, { data: { slug: 'greenhouse', name: 'Greenhouse' } });
  await goTo('greenhouse');
  await page.getByRole('button', { name: 'Issue device-1' }).click();
  const line = (await page.getByTestId('first-publish').textContent())!;
  await page.getByText('This page listens').waitFor();
  await expectNoFault();
  const [, username, password] = /-u (\S+) -P (\S+)/.exec(line)!;
  const first = await mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, { username, password });
  await eventually('the message is on the page', async () => {
    await first.publishAsync('hello', 'Hello', { qos: 1 });
    return (await page.getByTestId('first-message').textContent())!.includes('It is here: hello');
  });
  await first.endAsync();
}, 60_000);
