import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { Product } from '../e2e/product.ts';
import { TestCertificate } from '../harness/certificate.ts';
import { eventually } from '../harness/eventually.ts';
import { type Step, stepsOf } from './page.ts';
import { missingIn } from './printed.ts';
import { type Installation, runPage } from './run-page.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 120_000;
const PAGE_TIMEOUT_MS = 60_000;
/** As the documentation names it. */
const ADMIN_API_KEY = 'choose-a-long-one';
/** Of a new installation. */
const DEMO = 'demo';

interface Page {
  name: string;
  markdown: string;
  steps: Step[];
}

const docs = readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
const pages = ['README.md', ...docs.map((file) => `docs/${file}`)].map(pageOf);

function pageOf(name: string): Page {
  const markdown = readFileSync(path.join(ROOT, name), 'utf8');
  try {
    return { name, markdown, steps: stepsOf(markdown) };
  } catch (error) {
    throw new Error(`${name}, ${(error as Error).message}`, { cause: error });
  }
}

let installation: Installation;

beforeAll(async () => {
  const certificate = await TestCertificate.create();
  const product = await Product.start({
    ...certificate.environment,
    RESTANTE_ADMIN_API_KEY: ADMIN_API_KEY,
    RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true',
  });
  installation = { product, certificate, receiverPort: await freePort() };
}, START_TIMEOUT_MS);
afterAll(async () => {
  await installation?.product.dispose();
  await installation?.certificate.dispose();
});
afterEach(removeTenants);

test.each(pages.filter(({ steps }) => steps.length > 0))(
  '$name: every command does what the page says',
  async ({ name, markdown, steps }) => {
    if (!makesItsTenant(markdown)) await call('POST', '/tenants', { slug: 'acme', name: 'Acme' });
    try {
      await runPage(steps, installation);
    } catch (error) {
      throw new Error(`${name}, ${(error as Error).message}`, { cause: error });
    }
  },
  PAGE_TIMEOUT_MS,
);

test('a page whose commands fail, or print something else, is found', async () => {
  const found = (...lines: string[]) => runPage(stepsOf(lines.join('\n')), installation);
  await expect(found('', '```sh', 'true', 'false', '```')).rejects.toThrow('line 4 fails');
  await expect(found('<!-- fails -->', '```sh', 'true', '```')).rejects.toThrow('line 4 fails');
  await expect(found('```sh', 'curl http://127.0.0.1:8080/nowhere', '```')).rejects.toThrow('http-404');
  await expect(found('```sh', 'echo a; echo b', '```', '', '```text', 'b', 'a', '```')).rejects.toThrow(
    'line 5: this is not printed:\na',
  );
  await expect(found('```sql', 'SELECT nothing', '```')).rejects.toThrow('"nothing" does not exist');
  await expect(found('```graphql', '{ nothing }', '```')).rejects.toThrow('nothing');
  expect(() => stepsOf('- item\n\n  ```sh\n  false\n  ```')).toThrow('line 3');
  expect(() => stepsOf('<!-- not run -->\n```sh\nfalse\n```')).toThrow('line 1');
  expect(stepsOf('<!-- not run: it takes an hour -->\n```sh\nfalse\n```')).toEqual([]);
  expect(stepsOf('<!-- nothing here is run: it takes days -->\n```sh\nfalse\n```')).toEqual([]);
  expect(missingIn('{"a": 1,\n"b": "c d"}', ['{ "a": 1, … "c d" }'], 'json')).toBeNull();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function makesItsTenant(markdown: string): boolean {
  return /tenant create acme|"slug": "acme"/.test(markdown);
}

async function removeTenants(): Promise<void> {
  for (const slug of await tenants()) if (slug !== DEMO) await call('DELETE', `/tenants/${slug}`);
  await eventually('the tenants are gone', async () => (await tenants()).length === 1);
}

async function tenants(): Promise<string[]> {
  const { items } = (await call('GET', '/tenants')) as { items: { slug: string }[] };
  return items.map(({ slug }) => slug);
}

async function call(method: string, to: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${installation.product.ports.http}/api/v1${to}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_API_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${to}: ${await response.text()}`);
  const answer = await response.text();
  return answer === '' ? null : JSON.parse(answer);
}
