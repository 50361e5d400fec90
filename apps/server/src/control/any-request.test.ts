import 'reflect-metadata';
import fc from 'fast-check';
import { Operations } from '../../testing/operations.ts';
import { TestAuthority } from '../../testing/test-authority.ts';
import type { Schema } from './graphql/schema.ts';
import { type RunningServer, startServer } from '../../testing/running-server.ts';

/** Whatever a request holds, the server understands it or says what is wrong with it: never a 5xx. */

const ADMIN_KEY = { authorization: 'Bearer the-key-of-the-tests' };
const RUNS_AN_OPERATION = 100;
/** Would end the login or lock the person that others use. */
const LEFT_OUT = ['login', 'logout'];

let server: RunningServer;
let operations: Operations;
beforeAll(async () => {
  server = await startServer();
  operations = await Operations.of(server);
  await server.api('POST', '/tenants', { slug: 'any' });
  const { body } = await server.api('POST', '/tenants/any/credentials', { username: 'device' });
  const options = { clientId: 'client', clean: false } as const;
  const client = await server.connect(body.mqttUsername, body.password, options);
  await client.subscribeAsync('#', { qos: 1 });
  await client.endAsync();
  const authority = await TestAuthority.create('Any');
  const { certificate } = authority;
  await server.api('POST', '/tenants/any/certificate-authorities', { name: 'default', certificate });
  await authority.dispose();
  const issuer = { issuer: 'a', audience: 'a', algorithms: ['HS256'], sharedKey: 'k'.repeat(32) };
  await server.api('POST', '/tenants/any/token-issuers', { name: 'default', ...issuer });
  for (const topic of ['a', 'b'])
    await server.api('POST', '/tenants/any/messages', { topic, payload: 'x', qos: 1, retain: true });
  // Nothing is sent there: it is no public address.
  const webhook = { url: 'http://localhost:1/', events: ['client.connected'] };
  KNOWN.id.push((await server.api('POST', '/tenants/any/webhooks', webhook)).body.id);
});
afterAll(() => server.stop());

/** What is there, so that not everything ends at "not found". */
const KNOWN: Record<string, string[]> = {
  tenant: ['any', 'demo'],
  username: ['device'],
  clientId: ['client'],
  name: ['default'],
  topic: ['a', 'b'],
  id: ['1.1', 'p1', '1'],
};

const text = fc.oneof(
  fc.string({ maxLength: 30, unit: 'grapheme' }),
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.constantFrom(
    '',
    'a',
    'a/b',
    '#',
    '+/x',
    '$SYS',
    '\0',
    '\uD800',
    '%',
    '..',
    '2026-01-01T00:00:00Z',
    '2026-01-01',
    '2026-W01',
    'a'.repeat(7_000),
  ),
);
const anything = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
);

/** As if somebody made up where a page ends. */
const token = fc
  .array(fc.oneof(fc.integer(), fc.double(), text), { maxLength: 4 })
  .map((position) => Buffer.from(JSON.stringify(position)).toString('base64url'));

/** Mostly what the description asks for, now and then anything. */
function valueOf(schema: Schema, schemas: Record<string, Schema>, name = ''): fc.Arbitrary<unknown> {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const {
    type,
    enum: values,
    items,
    properties,
    required = [],
    minimum = 0,
    maximum = 2 ** 32,
    format,
  } = reference === undefined ? schema : schemas[reference.split('/').at(-1)!];
  const asked = () => {
    if (values !== undefined) return fc.constantFrom(...values);
    if (type === 'array') return fc.array(valueOf(items ?? {}, schemas), { maxLength: 4 });
    if (properties !== undefined)
      return fc.record(
        Object.fromEntries(
          Object.entries(properties).map(([key, part]) => [key, valueOf(part, schemas, key)]),
        ),
        { requiredKeys: required },
      );
    if (type === 'integer' || type === 'number')
      return fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) });
    if (type === 'boolean') return fc.boolean();
    if (type === 'object') return fc.dictionary(text, anything, { maxKeys: 3 });
    if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    if (name === 'after') return fc.oneof(token, text);
    return fc.oneof(fc.constantFrom(...(KNOWN[name] ?? ['a'])), text);
  };
  return fc.oneof(
    { weight: 9, arbitrary: asked() },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: anything },
  );
}

test('every operation answers any request, as REST', async () => {
  const { body: api } = await server.request('GET', '/api/v1/openapi.json');
  const schemas = api.components.schemas as Record<string, Schema>;
  for (const [name, { method, path, parameters, body }] of operations.all) {
    if (LEFT_OUT.includes(name)) continue;
    const fields = Object.fromEntries(
      parameters.map((parameter) => [
        parameter.name,
        parameter.in === 'path'
          ? fc.oneof(
              { weight: 3, arbitrary: fc.constantFrom(...(KNOWN[parameter.name] ?? ['a'])) },
              { weight: 1, arbitrary: text },
            )
          : fc.option(valueOf(parameter.schema, schemas, parameter.name), { nil: undefined }),
      ]),
    );
    const input = body === null ? fc.constant(undefined) : valueOf(body, schemas);
    await fc.assert(
      fc.asyncProperty(fc.record(fields), input, async (args: Record<string, unknown>, given) => {
        const url = path.replace(/\{(\w+)\}/g, (_, key: string) => encoded(args[key]));
        const query = parameters
          .filter((parameter) => parameter.in === 'query' && args[parameter.name] !== undefined)
          .map((parameter) => `${parameter.name}=${encoded(args[parameter.name])}`);
        const {
          status,
          body: answer,
          headers,
        } = await server.request(method, `${url}?${query.join('&')}`, given, ADMIN_KEY);
        if (status >= 500) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
        if (status >= 400) {
          expect(headers.get('content-type')).toContain('application/problem+json');
          expect(answer).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
        }
      }),
      { numRuns: RUNS_AN_OPERATION },
    );
  }
}, 240_000);

/** A single surrogate cannot stand in a URL; some objects cannot be made text. */
function encoded(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return encodeURIComponent(text.toWellFormed());
}
