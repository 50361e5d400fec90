import { readFile } from 'node:fs/promises';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../harness/eventually.ts';
import { accessibilityFaults } from './accessibility.ts';
import { launchBrowser } from './browser.ts';
import { ADMIN_EMAIL, Product } from './product.ts';

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
  page = await browser.newPage();
  const data = { email: ADMIN_EMAIL, password: product.adminPassword };
  await page.request.post(`${product.dashboardUrl}/api/v1/login`, { data });
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

function open(path: string) {
  return page.goto(`${product.dashboardUrl}/tenants/demo${path}`);
}

async function call(path: string, data: object) {
  const answer = await page.request.post(`${product.dashboardUrl}/api/v1/tenants/demo${path}`, { data });
  expect(answer.ok()).toBe(true);
  return answer.json();
}

function connect(options: mqtt.IClientOptions): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    clean: false,
    reconnectPeriod: 0,
    ...options,
  });
}

async function shownSecret(): Promise<string> {
  return (await page.getByTestId('secret-value').textContent())!.trim();
}

test("a credential's snippet connects as it stands there, and its QR code is shown", async () => {
  await open('/credentials');
  await page.getByRole('button', { name: 'Create credential' }).click();
  const form = page.getByRole('form', { name: 'Create credential' });
  await form.getByLabel('User name').fill('valve-1');
  await form.getByText('Label, policy, client identifiers').click();
  await form.getByLabel('Client identifiers').selectOption('exact');
  await form.getByLabel('Client identifier', { exact: true }).fill('the-%u');
  await form.getByRole('button', { name: 'Create credential' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await page.getByRole('button', { name: 'Node', exact: true }).click();
  const snippet = (await page.getByTestId('snippet').textContent())!;

  // The options that the program hands to MQTT.js, taken out of it as they are.
  const written = Object.fromEntries(
    [...snippet.matchAll(/^ {2}(\w+): (".*"|\d+|false),$/gm)].map(([, name, value]) => [
      name,
      JSON.parse(value),
    ]),
  );
  expect(written).toMatchObject({
    port: product.ports.mqtt,
    username: 'demo:valve-1',
    clientId: 'the-valve-1',
  });
  const client = await mqtt.connectAsync({ ...written, reconnectPeriod: 0 });
  await client.endAsync();
}, 30_000);

test('a secret is rotated: the device is thrown out, and returns with the new one alone', async () => {
  const { password: old } = await call('/credentials', { username: 'pump-1', label: 'In the 50%_cellar' });
  const device = await connect({ clientId: 'pump', username: 'demo:pump-1', password: old });
  await device.subscribeAsync('pumps/#', { qos: 1 });
  const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));

  await open('/credentials');
  await page.getByTestId('credential-row-pump-1').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('50%_C');
  await page.waitForURL(/q=50/);
  await eventually(
    'the one that is found stands alone',
    async () => (await page.getByTestId(/^credential-row/).count()) === 1,
  );
  await page.getByRole('link', { name: 'pump-1' }).click();
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByText('1 of them online: their connections will be closed').waitFor();
  await page.getByRole('button', { name: 'Rotate credential' }).click();
  const secret = await shownSecret();
  await closed;

  await expect(connect({ clientId: 'pump', username: 'demo:pump-1', password: old })).rejects.toThrow();
  let isSessionPresent = false;
  const back = mqtt.connect(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    ...{ clientId: 'pump', username: 'demo:pump-1', password: secret, clean: false, reconnectPeriod: 0 },
  });
  await new Promise((resolve, reject) => {
    back.once('error', reject);
    back.once('connect', ({ sessionPresent }) => resolve((isSessionPresent = sessionPresent)));
  });
  expect(isSessionPresent).toBe(true);
  await back.endAsync();
}, 30_000);

test('with an overlap both secrets are good; disabled, neither is', async () => {
  const { password: old } = await call('/credentials', { username: 'both' });
  await open('/credentials/both');
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByLabel('The present secret stays good for').selectOption('1 hour');
  await page.getByRole('button', { name: 'Rotate credential' }).click();
  for (const password of [old, await shownSecret()])
    await (await connect({ clientId: 'both', username: 'demo:both', password })).endAsync();
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Disable credential' }).click();
  await page.getByTestId('credential-state').getByText('disabled').waitFor();
  await expect(connect({ clientId: 'both', username: 'demo:both', password: old })).rejects.toThrow();
}, 30_000);

test('an import tells each line that failed, and its file has the secrets of the others', async () => {
  await open('/credentials');
  await page.getByRole('button', { name: 'Import CSV' }).click();
  await page.getByLabel('CSV', { exact: true }).fill('username,label\nrow-1,One\nro w,Two\nrow-3,Three');
  await page.getByRole('button', { name: 'Check only' }).click();
  await page.getByText('2 credentials would be issued; 1 line would be refused').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('2 credentials issued; 1 line refused').waitFor();
  await page
    .getByTestId('import-line-3')
    .getByText(/username must be/)
    .waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download result' }).click(),
  ]);
  const [, , username, password] = (await readFile(await download.path(), 'utf8'))
    .split('\r\n')
    .find((row) => row.includes('row-3'))!
    .split(',');
  await (await connect({ clientId: 'row', username, password })).endAsync();
}, 30_000);

test('a policy is tried before it is saved: the queue that would be cut is named, and then is cut', async () => {
  const { password } = await call('/credentials', { username: 'absent' });
  const login = { clientId: 'absent', username: 'demo:absent', password };
  const device = await connect(login);
  await device.subscribeAsync('absent/#', { qos: 1 });
  await device.endAsync();
  const publisher = await connect({ ...login, clientId: 'publisher', clean: true });
  for (let number = 0; number < 9; number++)
    await publisher.publishAsync('absent/a', String(number), { qos: 1 });
  await publisher.endAsync();

  await open('/policies');
  await page
    .getByRole('button', { name: /^Edit the policy/ })
    .first()
    .click();
  await page.getByLabel('Queued messages', { exact: true }).fill('4');
  await page.getByTestId('dry-run').getByText('Saving drops 5 messages now, from 1 of').waitFor();
  await page.getByTestId('dry-run').getByText('absent: 5 of 9').waitFor();
  await page.getByLabel('Queued bytes', { exact: true }).fill('x');
  await page.getByText('A number is needed').waitFor();
  await page.getByLabel('Queued bytes', { exact: true }).fill('1');
  await page.getByLabel('Unit of Queued bytes').selectOption('B');
  await page.getByText(/maxQueuedBytes must be a whole number from/).waitFor();
  await page.getByLabel('Unit of Queued bytes').selectOption('MiB');
  await page.getByRole('button', { name: 'Save, and drop 5 messages' }).click();
  await page.getByTestId('toast').getByText('saved').waitFor();

  await open('/sessions/absent');
  await page.getByTestId('queued-message').first().waitFor();
  await eventually(
    'the queue is cut to four',
    async () => (await page.getByTestId('queued-message').count()) === 4,
  );
}, 30_000);

test('what would be dropped is told before a policy becomes the default', async () => {
  await call('/policies', { name: 'tight', settings: { maxQueuedMessages: 1 } });
  await open('/policies');
  await page.getByTestId('policy-tight').getByRole('button', { name: 'Make default' }).click();
  await page.getByTestId('dry-run').getByText('absent: 3 of 4').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: /^Make it the default, and drop \d+ messages$/ }).click();
  await page.getByTestId('toast').getByText('is the default policy').waitFor();
  await open('/sessions/absent');
  await page.getByTestId('queued-message').first().waitFor();
  await eventually('one is left', async () => (await page.getByTestId('queued-message').count()) === 1);
}, 30_000);

test('the tester names the rule that decides, of a role made on the page', async () => {
  await open('/access');
  await page.getByRole('button', { name: 'Create role' }).click();
  const form = page.getByRole('form', { name: 'Create role' });
  await form.getByLabel('Name of the role').fill('gauges');
  await form.getByLabel('Topic filter of rule 1').fill('gauges/#/x');
  await form.getByRole('button', { name: 'Create role' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('Topic filter of rule 1').fill('gauges/%c/#');
  await form.getByLabel('QoS up to').selectOption('1');
  await form.getByRole('button', { name: 'Add rule' }).click();
  await form.getByLabel('Topic filter of rule 2').fill('#');
  await form.getByRole('combobox', { name: 'Rule' }).nth(1).selectOption('deny');
  await form.getByRole('button', { name: 'Create role' }).click();
  await page.getByTestId('role-gauges').getByText('with QoS 1 at the most').waitFor();

  await call('/credentials', { username: 'gauge', roles: ['gauges'] });
  const tester = page.getByRole('form', { name: 'Test access' });
  await tester.getByLabel('Credential').fill('gauge');
  await tester.getByLabel('Client identifier').fill('g7');
  await tester.getByLabel('Topic name').fill('gauges/g7/level');
  await tester.getByRole('button', { name: 'Test' }).click();
  const verdict = page.getByTestId('access-verdict');
  await verdict.getByText('Allowed by rule 1 of the role "gauges"').waitFor();
  await verdict.getByText('gauges/%c/#').waitFor();
  await tester.getByLabel('Topic name').fill('gauges/g8/level');
  await tester.getByRole('button', { name: 'Test' }).click();
  await verdict.getByText('Refused by rule 2 of the role "gauges"').waitFor();
}, 30_000);

test.each([
  ['/credentials', 'Import CSV'],
  ['/credentials', 'Create credential'],
  ['/credentials/pump-1', 'Rotate secret'],
  ['/policies', 'Edit the policy'],
  ['/access', 'Edit the role gauges'],
])(
  '%s has no fault by WCAG 2.2 AA, in light and in dark, nor after "%s"',
  async (path, button) => {
    await open(path);
    await page.getByRole('button', { name: button }).first().click();
    expect(await accessibilityFaults(page)).toEqual([]);
  },
  30_000,
);
