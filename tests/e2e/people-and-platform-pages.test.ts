import { createHmac, X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import mqtt from 'mqtt';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { PLATFORM_PAGES, TENANT_PAGES } from '../../apps/dashboard/src/shell/pages.ts';
import { TestAuthority } from '../../apps/server/testing/test-authority.ts';
import { TestCertificate } from '../harness/certificate.ts';
import { eventually } from '../harness/eventually.ts';
import { totpOf } from '../harness/totp.ts';
import { accessibilityFaults, narrowFaults } from './accessibility.ts';
import { launchBrowser } from './browser.ts';
import { ADMIN_EMAIL, Product } from './product.ts';

const TENANT_FOLDER = path.resolve(
  import.meta.dirname,
  '../../apps/dashboard/src/app/(signed-in)/tenants/[tenant]',
);
const OWNER = { email: 'owner@example.com', name: 'Olga', password: 'mine and mine alone' };
/** In the name of everything that the other tenant has. */
const MARK = 'xyzzy';
const LIMIT = 2;

/** The server's own. */
let certificate: TestCertificate;
let authority: TestAuthority;
let product: Product;
let browser: Browser;
/** The administrator's. */
let page: Page;
/** The owner's, of the tenant `mine`. */
let owner: Page;

beforeAll(async () => {
  certificate = await TestCertificate.create();
  authority = await TestAuthority.create('Acme devices');
  product = await Product.start(certificate.environment);
  browser = await launchBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await api('POST', '/login', { email: ADMIN_EMAIL, password: product.adminPassword });
  await api('POST', '/tenants', { slug: 'mine', name: 'Mine' });
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await product?.dispose();
  await authority?.dispose();
  await certificate?.dispose();
});

/** As the administrator. */
async function api(method: string, url: string, data?: object) {
  const response = await page.request.fetch(`${product.dashboardUrl}/api/v1${url}`, { method, data });
  expect(response.status()).toBeLessThan(300);
  return response.status() === 204 ? undefined : response.json();
}

/** Nothing wrong by WCAG 2.2 AA, in light and in dark, and all of it usable on a narrow screen. */
async function expectUsable(shown: Page): Promise<void> {
  const loading = shown.getByRole('status', { name: /on their way/ });
  await eventually('all is there', async () => (await loading.count()) === 0);
  expect(await accessibilityFaults(shown)).toEqual([]);
  expect(await narrowFaults(shown)).toEqual([]);
}

function toast(shown: Page, text: RegExp) {
  return shown.getByTestId('toast').getByText(text).waitFor();
}

test('an invited person comes in by pages that serve everybody, on a phone too', async () => {
  const { token } = await api('POST', '/tenants/mine/members', { email: OWNER.email, role: 'owner' });
  const context = await browser.newContext();
  owner = await context.newPage();
  owner.setDefaultTimeout(10_000);
  await owner.goto(`${product.dashboardUrl}/invitation#${token}`);
  await owner.getByLabel('Name').fill(OWNER.name);
  await owner.getByLabel('Password').fill(OWNER.password);
  await expectUsable(owner);
  await owner.getByRole('button', { name: 'Accept the invitation' }).click();
  await owner.waitForURL(/\/login/);
  await owner.getByLabel('Password').waitFor();
  await expectUsable(owner);
  await logIn(owner);
  await owner.waitForURL(/\/tenants/);
  // A tenant without a credential begins with the way to its first message.
  await owner.goto(`${product.dashboardUrl}/tenants/mine`);
  await owner.getByRole('button', { name: 'Issue device-1' }).waitFor();
  await expectUsable(owner);
}, 60_000);

async function logIn(shown: Page, password = OWNER.password): Promise<void> {
  await shown.getByLabel('E-mail').fill(OWNER.email);
  await shown.getByLabel('Password').fill(password);
  await shown.getByRole('button', { name: 'Log in' }).click();
}

/** Addresses of all pages below a tenant's, as their folders tell them; what a page is about is called `MARK`. */
function pathsBelowTenant(): string[] {
  return readdirSync(TENANT_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'page.tsx')
    .map((file) => `/${path.dirname(file)}`.replace(/\/\.$/, '').replaceAll(/\[\w+\]/g, MARK));
}

/** A tenant in which everything there is to be seen has `MARK` in its name. */
async function makeOtherTenant(): Promise<mqtt.MqttClient> {
  await api('POST', '/tenants', { slug: 'theirs', name: `${MARK} Ltd` });
  const issued = await api('POST', '/tenants/theirs/credentials', { username: MARK });
  const { mqttUsername: username, password } = issued;
  await api('POST', '/tenants/theirs/policies', { name: MARK });
  await api('POST', '/tenants/theirs/members', { email: `${MARK}@example.com`, role: 'viewer' });
  await api('POST', '/tenants/theirs/api-keys', { name: MARK, role: 'viewer' });
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
    ...{ clientId: MARK, username, password, clean: false, reconnectPeriod: 0 },
  });
  await client.subscribeAsync(`${MARK}/#`, { qos: 1 });
  await client.publishAsync(`${MARK}/a`, MARK, { qos: 1, retain: true });
  return client;
}

/** Everything that comes to a browser from now on: bodies of answers by their address, and frames of WebSockets. */
function listen(context: BrowserContext) {
  const bodies: Promise<{ url: string; status: number; text: string }>[] = [];
  const frames: string[] = [];
  context.on('response', (response) => {
    const url = response.url();
    if (!url.includes('/api/v1/')) return;
    const text = response.text().catch(() => '');
    bodies.push(text.then((body) => ({ url, status: response.status(), text: body })));
  });
  for (const shown of context.pages())
    shown.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => void frames.push(String(payload))),
    );
  return { bodies: () => Promise.all(bodies), frames };
}

test("a tenant's owner cannot reach another tenant, nor the platform, by any URL", async () => {
  const client = await makeOtherTenant();
  const heard = listen(owner.context());
  const paths = pathsBelowTenant();
  expect(paths).toEqual(expect.arrayContaining(TENANT_PAGES.map((listed) => listed.path)));
  for (const below of paths) {
    await owner.goto(`${product.dashboardUrl}/tenants/theirs${below}`);
    await owner.getByRole('heading', { name: 'There is no tenant theirs' }).waitFor();
    expect(await owner.locator('body').innerText()).not.toContain(MARK);
  }
  for (const { path: address, permission } of PLATFORM_PAGES.filter((listed) => listed.permission !== null)) {
    expect(permission).toBe('platform:manage');
    await owner.goto(`${product.dashboardUrl}${address}`);
    await owner.getByRole('heading', { name: 'This page is for administrators of the platform' }).waitFor();
    expect(await owner.locator('body').innerText()).not.toContain(MARK);
  }
  await owner.goto(`${product.dashboardUrl}/tenants`);
  await owner.getByRole('link', { name: 'Mine' }).first().waitFor();
  expect(await owner.locator('body').innerText()).not.toContain(MARK);

  const bodies = await heard.bodies();
  const foreign = bodies.filter(({ url }) => url.includes('/tenants/theirs'));
  // Each page has asked for something, and been told that there is nothing.
  expect(foreign.length).toBeGreaterThanOrEqual(paths.length);
  expect(foreign.filter(({ status }) => status !== 404)).toEqual([]);
  const told = bodies.filter(({ url, text }) => !url.includes(MARK) && text.includes(MARK));
  expect(told).toEqual([]);
  expect(heard.frames.filter((frame) => frame.includes(MARK))).toEqual([]);
  await client.endAsync();
}, 120_000);

test('a second factor is set up, asked for, and turned off; a new password ends other logins', async () => {
  await owner.goto(`${product.dashboardUrl}/account`);
  await owner.getByRole('button', { name: 'Set up' }).click();
  await owner.getByRole('textbox', { name: 'Password', exact: true }).fill('not the password');
  await owner.getByRole('button', { name: 'Go on' }).click();
  await owner
    .getByRole('alert')
    .getByText(/password/i)
    .waitFor();
  await owner.getByRole('textbox', { name: 'Password', exact: true }).fill(OWNER.password);
  await owner.getByRole('button', { name: 'Go on' }).click();
  const secret = (await owner.getByTestId('totp-secret').textContent())!;
  await owner.getByRole('img', { name: /QR code/ }).waitFor();
  expect(await owner.getByRole('list', { name: 'Backup codes' }).getByRole('listitem').count()).toBe(10);
  await expectUsable(owner);
  await owner.getByLabel('3. The code that it shows').fill(totpOf(secret));
  await owner.getByRole('button', { name: 'Confirm' }).click();
  await toast(owner, /^The second factor is in force$/);
  expect(await owner.content()).not.toContain(secret);

  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(`${product.dashboardUrl}/login?next=/account`);
  await logIn(other);
  await other.getByLabel('Code').fill('000000');
  await expectUsable(other);
  await other.getByRole('button', { name: 'Log in' }).click();
  await other
    .getByRole('alert')
    .getByText(/code is wrong/)
    .waitFor();
  await other.getByLabel('Code').fill(totpOf(secret));
  await other.getByRole('button', { name: 'Log in' }).click();
  await other.waitForURL(/\/account$/);

  await owner.reload();
  await eventually('both logins', async () => (await owner.getByTestId('login').count()) >= 2);
  await owner.getByRole('button', { name: 'Change password' }).click();
  await owner.getByLabel('Present password').fill(OWNER.password);
  await owner.getByLabel('New password').fill(`${OWNER.password} still`);
  await owner.getByRole('button', { name: 'Save password' }).click();
  await toast(owner, /all other logins are over$/);
  await other.reload();
  await other.waitForURL(/\/login/);
  await context.close();

  await owner.getByRole('button', { name: 'Turn off' }).click();
  await owner.getByRole('textbox', { name: 'Password', exact: true }).fill(`${OWNER.password} still`);
  await owner.getByRole('button', { name: 'Turn the second factor off' }).click();
  await owner.getByText(/^Off: your password alone/).waitFor();
}, 60_000);

function connect(options: mqtt.IClientOptions): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync({ host: '127.0.0.1', reconnectPeriod: 0, clientId: 'valve', ...options });
}

function closed(client: mqtt.MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

function file(name: string, text: string) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) };
}

test('an authority is registered from its file: its devices get in until their certificate is revoked', async () => {
  const issued = await authority.issue({ commonName: 'valve' });
  const credential = { username: 'valve', loginMethods: ['certificate'] };
  await api('POST', '/tenants/mine/credentials', credential);
  const login: mqtt.IClientOptions = {
    ...{
      protocol: 'mqtts' as const,
      port: product.ports.mqtts!,
      ca: await certificate.pem(),
      username: 'mine:valve',
    },
    ...issued,
  };
  await expect(connect(login)).rejects.toThrow();

  await page.goto(`${product.dashboardUrl}/tenants/mine/certificates`);
  await page.getByRole('button', { name: 'Register authority' }).click();
  const register = page.getByRole('form').getByRole('button', { name: 'Register authority' });
  await page.getByLabel('Name of the authority').fill('factory');
  await page.getByLabel('Its certificate', { exact: true }).fill(issued.cert);
  await register.click();
  // One of a device is none of an authority.
  await page.getByRole('form').getByRole('alert').waitFor();
  await expectUsable(page);
  const { raw, fingerprint256 } = new X509Certificate(authority.certificate);
  const der = { ...file('ca.der', ''), buffer: raw };
  await page.getByLabel('Its certificate: file').setInputFiles(der);
  await register.click();
  await toast(page, /^CN=Acme devices lets devices in now$/);
  await page.getByTestId('authority').getByRole('link', { name: 'factory' }).click();
  const shown = (await page.getByTestId('fingerprint').textContent())!.trim();
  expect(shown).toBe(fingerprint256.replaceAll(':', '').toLowerCase());

  const device = await connect(login);
  const gone = closed(device);
  const { serialNumber } = new X509Certificate(issued.cert);
  await page.getByRole('button', { name: 'Revoke by hand' }).click();
  await page.getByLabel('Serial numbers').fill(serialNumber);
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await toast(page, /^1 certificate revoked$/);
  await gone;
  await expect(connect(login)).rejects.toThrow();

  await page.getByRole('button', { name: /^Take back/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
  await toast(page, /taken back$/);
  await (await connect(login)).endAsync();

  await authority.revoke(issued);
  await page.getByRole('button', { name: 'Upload list' }).click();
  await page
    .getByLabel('Revocation list: file')
    .setInputFiles(file('crl.pem', await authority.revocationList()));
  await expectUsable(page);
  await page.getByRole('button', { name: 'Put list in force' }).click();
  await page.getByTestId('revoked').getByText('the list').waitFor();
  await expect(connect(login)).rejects.toThrow();

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/^Forgotten with it: 1 revoked certificate\./).waitFor();
  await page.getByRole('button', { name: 'Delete authority' }).click();
  await page.waitForURL(/\/certificates$/);

  // Without an authority: pinned to the credential, from its file.
  await page.goto(`${product.dashboardUrl}/tenants/mine/credentials/valve`);
  await page.getByLabel('Pin the certificate in a file').setInputFiles(file('notes.txt', 'a'));
  await page.getByText('notes.txt is no certificate').waitFor();
  await page.getByLabel('Pin the certificate in a file').setInputFiles(file('valve.pem', issued.cert));
  await page.getByRole('list', { name: 'Pinned certificates' }).getByRole('listitem').waitFor();
  await expectUsable(page);
  await page.getByRole('button', { name: 'Save credential' }).click();
  await toast(page, /^Credential valve saved$/);
  await (await connect(login)).endAsync();
}, 60_000);

const SHARED_KEY = 'correct horse battery staple correct';

/** A token by HS256 (RFC 7519), good for a minute. */
function tokenOf(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const signed = `${part({ alg: 'HS256' })}.${part({ ...claims, exp })}`;
  return `${signed}.${createHmac('sha256', SHARED_KEY).update(signed).digest('base64url')}`;
}

test('a token issuer is registered with its key: its tokens let devices in until it is disabled', async () => {
  await api('POST', '/tenants/mine/credentials', { username: 'pump', loginMethods: ['token'] });
  await page.goto(`${product.dashboardUrl}/tenants/mine/token-issuers`);
  await page.getByRole('button', { name: 'Register issuer' }).click();
  await page.getByLabel('Name of the issuer').fill('identity');
  await page.getByLabel('Issuer', { exact: true }).fill('https://login.example');
  await page.getByLabel('Audience').fill('restante');
  await page.getByLabel('Claim of the user name').fill('device');
  await page.getByLabel('Its keys are').selectOption('a key set that is pasted here');
  await page.getByLabel('Key set (JWKS)', { exact: true }).fill('{"keys": ');
  await page.getByText(/^It is no JSON/).waitFor();
  await expectUsable(page);
  await page.getByLabel('Its keys are').selectOption('a key that it shares with us');
  await page.getByLabel('Shared key').fill(SHARED_KEY);
  await page.getByRole('form').getByRole('button', { name: 'Register issuer' }).click();
  await toast(page, /^Tokens of identity let devices in now$/);
  await page.getByTestId('issuer').getByRole('link', { name: 'identity' }).click();
  await page.getByRole('heading', { name: 'identity' }).waitFor();
  await expectUsable(page);
  expect(await page.content()).not.toContain(SHARED_KEY);

  const password = tokenOf({ iss: 'https://login.example', aud: 'restante', device: 'pump' });
  const login = { protocol: 'mqtt', port: product.ports.mqtt, username: 'mine:pump', password } as const;
  const device = await connect(login);
  const gone = closed(device);
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Disable issuer' }).click();
  await toast(page, /let nobody in$/);
  await gone;
  await expect(connect(login)).rejects.toThrow();
}, 60_000);

test('a key of the platform works, and its audit tells of it and of all tenants', async () => {
  await page.goto(`${product.dashboardUrl}/api-keys`);
  await page.getByRole('button', { name: 'Create API key' }).click();
  await page.getByLabel('Name').fill('fleet');
  await page.getByRole('form').getByRole('button', { name: 'Create API key' }).click();
  const secret = (await page.getByTestId('api-key-secret').textContent())!;
  const headers = { authorization: `Bearer ${secret}` };
  const status = async () => (await fetch(`${product.dashboardUrl}/api/v1/audit`, { headers })).status;
  expect(await status()).toBe(200);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('button', { name: 'Revoke fleet' }).click();
  await expectUsable(page);
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await toast(page, /was revoked$/);
  expect(await status()).toBe(401);

  await page.goto(`${product.dashboardUrl}/audit`);
  const entries = page.getByTestId('audit-entry');
  await entries.first().getByRole('button', { name: 'the platform' }).click();
  await page.waitForURL(/concerns=platform/);
  await eventually('the platform alone', async () => {
    const lines = await entries.allInnerTexts();
    return lines.length > 0 && lines.every((line) => line.includes('the platform'));
  });
  await page.goto(`${product.dashboardUrl}/audit?tenant=mine`);
  await entries.getByText('tenant.create').waitFor();
  expect((await entries.allInnerTexts()).every((line) => /\bmine\b/.test(line))).toBe(true);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'As CSV' }).click();
  expect((await download).suggestedFilename()).toBe('audit.csv');
}, 60_000);

test('of many tenants one is found, suspended with its connections told, listed first for it, and resumed', async () => {
  await page.goto(`${product.dashboardUrl}/tenants?sort=-slug`);
  const rows = page.getByTestId(/^tenant-row-/);
  await rows.first().getByText('theirs').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('MINE');
  await eventually('it alone is listed', async () => (await rows.count()) === 1);
  await page.getByRole('link', { name: 'Mine' }).click();
  await page.getByRole('button', { name: 'Suspend tenant' }).click();
  await page.getByText(/^0 connections will be closed, and refused/).waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend tenant' }).click();
  await page.getByText(/^This tenant is suspended/).waitFor();

  await page.goto(`${product.dashboardUrl}/overview`);
  await page.getByTestId('suspended-count').getByRole('link', { name: '1' }).click();
  await rows.first().getByText('suspended').waitFor();
  await page.goto(`${product.dashboardUrl}/tenants/mine`);
  await page.getByRole('button', { name: 'Resume tenant' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Resume tenant' }).click();
  await page.getByRole('button', { name: 'Suspend tenant' }).waitFor();
}, 30_000);

test('a tenant gets another name, and quotas that bind at once', async () => {
  await page.goto(`${product.dashboardUrl}/tenants/mine`);
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Name', { exact: true }).fill('The greenhouse');
  await page.getByRole('button', { name: 'Rename tenant' }).click();
  await page.getByRole('heading', { level: 1, name: 'The greenhouse' }).waitFor();

  await page.getByRole('button', { name: 'Change quotas' }).click();
  const field = (name: string) => page.getByLabel(name, { exact: true });
  const save = page.getByRole('button', { name: 'Save quotas' });
  await field('Connections').fill('one');
  await page.getByText('A number is needed').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await field('Connections').fill('0');
  await save.click();
  await page.getByText(/must not be less than 1/).waitFor();
  await expectUsable(page);
  await field('Connections').fill('5');
  await field('Queued').fill('2');
  await page.getByLabel('Unit of Queued', { exact: true }).selectOption('MiB');
  await save.click();
  await page.getByText('Quotas of mine saved').waitFor();
  await page.getByText('0 of 5').waitFor();
  const { quotas } = await api('GET', '/tenants/mine');
  expect(quotas).toMatchObject({ connections: 5, queuedBytes: 2 * 1_024 ** 2, sessions: null });

  await page.getByRole('button', { name: 'Change quotas' }).click();
  await field('Connections').fill('');
  await save.click();
  await eventually('it has that quota no more', async () => {
    const changed = await api('GET', '/tenants/mine');
    return changed.quotas.connections === null && changed.quotas.queuedBytes === quotas.queuedBytes;
  });

  // Its owner says what it is called, and the platform how much it may use.
  await owner.goto(`${product.dashboardUrl}/tenants/mine`);
  await owner.getByRole('button', { name: 'Rename' }).waitFor();
  await owner.getByRole('meter', { name: 'Queued', exact: true }).waitFor();
  expect(await owner.getByRole('button', { name: 'Change quotas' }).count()).toBe(0);
}, 60_000);

test('an administrator is invited, comes, and is removed; the last one stays', async () => {
  await page.goto(`${product.dashboardUrl}/administrators`);
  await page.getByRole('button', { name: 'Invite an administrator' }).click();
  await page.getByLabel('E-mail').fill('second@example.com');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = (await page.getByTestId('invitation-link').textContent())!;
  await page.getByTestId('invitation').getByText('second@example.com').waitFor();
  const token = new URL(link).hash.slice(1);
  await api('POST', '/invitations/accept', { token, name: 'Second', password: OWNER.password });
  await page.reload();
  await page.getByRole('button', { name: 'Remove second@example.com' }).click();
  await page.getByRole('button', { name: 'Remove administrator' }).click();
  await toast(page, /administers the platform no longer$/);
  await page.getByRole('button', { name: `Remove ${ADMIN_EMAIL}` }).click();
  await page.getByText(/^That is you/).waitFor();
  await page.getByRole('button', { name: 'Remove administrator' }).click();
  await page
    .getByRole('alert')
    .getByText(/Somebody must be left/)
    .waitFor();
}, 30_000);

test.each(PLATFORM_PAGES.map((listed) => listed.path))(
  '%s serves everybody, on a phone too',
  async (address) => {
    await page.goto(`${product.dashboardUrl}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectUsable(page);
  },
  30_000,
);

function hasFocus(found: Locator): Promise<boolean> {
  return found.evaluate((element) => element.matches(':focus'));
}

describe('every dialog serves everybody, and gives the focus back, on a phone too:', () => {
  beforeAll(async () => {
    const settings = { maxQueuedMessages: LIMIT, deadLetters: true, retentionSeconds: 600 };
    await api('POST', '/tenants/demo/policies', { name: 'small', settings });
    await api('POST', '/tenants/demo/roles', { name: 'reader', rules: [] });
    const issued = await api('POST', '/tenants/demo/credentials', { username: 'meter', policy: 'small' });
    const { mqttUsername: username, password } = issued;
    const connect = (clientId: string) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${product.ports.mqtt}`, {
        ...{ clientId, username, password, clean: false, reconnectPeriod: 0 },
      });
    const away = await connect('away');
    await away.subscribeAsync('load', { qos: 1 });
    await away.endAsync();
    const publisher = await connect('publisher');
    for (let number = 0; number < LIMIT + 1; number++)
      await publisher.publishAsync('load', `message ${number}`, { qos: 1, retain: true });
    await publisher.endAsync();
  }, 30_000);

  test.each<[string, string[][]]>([
    [
      '/sessions/away',
      [
        ['Queue actions', 'Purge all that waits'],
        ['Queue actions', 'Rewind to a time'],
        ['Queue actions', 'Copy all that waits'],
        ['Show load'],
        ['Delete session'],
      ],
    ],
    ['/sessions', [['Delete orphan suspects']]],
    ['/retained?filter=load', [['Show load']]],
    ['/dead-letters', [['Queue all of these again'], ['Delete all of these']]],
    ['/credentials/meter', [['Rotate secret']]],
    ['/policies', [['Delete the policy small']]],
    ['/access', [['Delete the role reader']]],
    ['', [['Suspend tenant'], ['Delete tenant']]],
  ])(
    'those of %s',
    async (address, ways) => {
      await page.goto(`${product.dashboardUrl}/tenants/demo${address}`);
      for (const names of ways) {
        for (const name of names)
          await page.getByRole('button', { name }).or(page.getByRole('menuitem', { name })).first().click();
        const dialog = page.locator('[role=dialog], [role=alertdialog]');
        await dialog.waitFor();
        await expectUsable(page);
        // Keys of the page do nothing behind it.
        await page.keyboard.press('?');
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        const opener = page.getByRole('button', { name: names[0] }).first();
        await eventually(`${names[0]} has the focus again`, () => hasFocus(opener));
      }
    },
    30_000,
  );

  test('the palette, the keys and the menu', async () => {
    await page.goto(`${product.dashboardUrl}/tenants/demo`);
    await page.getByTestId('online-sessions').waitFor();
    for (const key of ['Control+k', '?']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await expectUsable(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog', { name: 'Menu' }).waitFor();
    await expectUsable(page);
    await page.setViewportSize({ width: 1280, height: 720 });
  }, 30_000);
});
