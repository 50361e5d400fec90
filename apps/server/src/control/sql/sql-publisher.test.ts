import 'reflect-metadata';
import type { MqttClient } from 'mqtt';
import pg from 'pg';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';

let server: RunningServer;
let application: pg.Client;
let device: MqttClient;
const received: string[] = [];

beforeAll(async () => {
  server = await startServer();
  await server.api('POST', '/tenants', { slug: 'acme' });
  await server.api('POST', '/tenants', { slug: 'other' });
  const { body } = await server.api('POST', '/tenants/acme/credentials', { username: 'device' });
  application = new pg.Client({ connectionString: server.databaseUrl });
  await application.connect();
  device = await server.connect(body.mqttUsername, body.password, { clientId: 'device', protocolVersion: 5 });
  await device.subscribeAsync('#', { qos: 2 });
  device.on('message', (topic, payload, { properties }) =>
    received.push(`${topic} ${payload.toString()} ${JSON.stringify(properties?.userProperties ?? {})}`),
  );
});

afterAll(async () => {
  await application.end();
  await server.stop();
});

beforeEach(() => received.splice(0));

const publish = (...values: unknown[]) =>
  application.query(
    `SELECT restante.publish(${values.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  );

/** Who is online may have it before it is committed; that the outbox is empty is part of the commit. */
async function published(count: number): Promise<string[]> {
  await eventually('the messages come', () => received.length >= count);
  await eventually('they have left the outbox', async () => {
    const { rowCount } = await application.query('SELECT FROM restante.outbox');
    return rowCount === 0;
  });
  return [...received];
}

test('what a transaction publishes comes when it commits, in its order, once', async () => {
  await application.query('BEGIN');
  for (const payload of ['1', '2', '3']) await publish('acme', 'orders', payload, 1);
  expect(received).toEqual([]);
  await application.query('COMMIT');
  expect(await published(3)).toEqual(['orders 1 {}', 'orders 2 {}', 'orders 3 {}']);
});

test('what is rolled back is never published', async () => {
  await application.query('BEGIN');
  await publish('acme', 'orders', 'never', 1);
  await application.query('ROLLBACK');
  await publish('acme', 'orders', 'after', 1);
  expect(await published(1)).toEqual(['orders after {}']);
});

test('a transaction that commits after a later one is not passed over', async () => {
  const slow = new pg.Client({ connectionString: server.databaseUrl });
  await slow.connect();
  await slow.query('BEGIN');
  await slow.query("SELECT restante.publish('acme', 'orders', 'slow', 1)");
  await publish('acme', 'orders', 'quick', 1);
  await eventually('the quick one comes', () => received.length === 1);
  await slow.query('COMMIT');
  expect(await published(2)).toEqual(['orders quick {}', 'orders slow {}']);
  await slow.end();
});

test('payloads may be bytes, messages retained and have properties', async () => {
  const properties = { userProperties: [['unit', 'C']], contentType: 'text/plain' };
  await publish('acme', 'kept', Buffer.from('bytes'), 2, true, JSON.stringify(properties));
  expect(await published(1)).toEqual(['kept bytes {"unit":"C"}']);
  const { body } = await server.api('GET', '/tenants/acme/retained/kept');
  expect(body).toMatchObject({ payload: 'bytes', contentType: 'text/plain', qos: 2 });
});

test.each([
  [['nobody', 'a', 'x'], 'there is no tenant "nobody"'],
  [['acme', '', 'x'], 'nobody can publish to the topic ""'],
  [['acme', 'a/#', 'x'], 'nobody can publish'],
  [['acme', '$SYS/a', 'x'], 'nobody can publish'],
  [['acme', 'a', 'x', 3], 'the QoS is 0, 1 or 2'],
  [['acme', 'a', 'x', 0, false, '{"unknown": 1}'], 'properties are'],
  [['acme', 'a', 'x', 0, false, '[]'], 'properties are'],
  ...['"soon"', '0', '1.5', '1e300', 'null'].map((interval): [unknown[], string] => [
    ['acme', 'a', 'x', 0, false, `{"messageExpiryInterval": ${interval}}`],
    'messageExpiryInterval must be',
  ]),
  [['acme', 'a', 'x', 0, false, '{"contentType": 1}'], 'contentType must be'],
  [['acme', 'a', 'x', 0, false, '{"responseTopic": "a/#"}'], 'responseTopic must be'],
  [['acme', 'a', 'x', 0, false, '{"correlationData": "?"}'], 'correlationData must be'],
  [['acme', 'a', 'x', 0, false, '{"payloadFormatIndicator": 2}'], 'payloadFormatIndicator must be'],
  ...['"a"', '[["a"]]', '[["a", 1]]', '["ab"]'].map((pairs): [unknown[], string] => [
    ['acme', 'a', 'x', 0, false, `{"userProperties": ${pairs}}`],
    'userProperties must be',
  ]),
])('%j is refused with a sentence, and the transaction with it', async (values, sentence) => {
  await expect(publish(...values)).rejects.toThrow(sentence);
});

test('a database role publishes for the tenants that it was granted, and reads nothing', async () => {
  await application.query("CREATE ROLE shop LOGIN PASSWORD 'shop'");
  const url = new URL(server.databaseUrl);
  url.username = 'shop';
  url.password = 'shop';
  const shop = new pg.Client({ connectionString: url.href });
  await shop.connect();
  const call = (tenant: string) =>
    shop.query("SELECT restante.publish($1, 'orders', 'from the shop', 1)", [tenant]);
  await expect(call('acme')).rejects.toThrow('permission denied');
  for (const grant of ['grant_publish', 'grant_read'])
    await expect(application.query(`SELECT restante.${grant}('shop', 'nobody')`)).rejects.toThrow(
      'there is no tenant "nobody"',
    );
  await application.query("SELECT restante.grant_publish('shop', 'acme')");
  await expect(call('other')).rejects.toThrow('there is no tenant "other"');
  await call('acme');
  expect(await published(1)).toEqual(['orders from the shop {}']);
  await expect(shop.query('SELECT * FROM restante.outbox')).rejects.toThrow('permission denied');
  // A role that is gone takes nothing from the others.
  await application.query('CREATE ROLE former');
  await application.query(
    "SELECT restante.grant_publish('former', 'acme'), restante.grant_read('former', 'acme')",
  );
  await application.query("SELECT restante.grant_read('shop', 'acme')");
  await application.query('DROP OWNED BY former');
  await application.query('DROP ROLE former');
  await call('acme');
  expect(await published(2)).toHaveLength(2);
  expect((await shop.query('SELECT tenant FROM restante_read.tenants')).rows).toEqual([{ tenant: 'acme' }]);
  await shop.end();
  await application.query('DROP OWNED BY shop');
  await application.query('DROP ROLE shop');
});

test("what cannot be published now keeps no other tenant's waiting", async () => {
  const settings = { overflow: 'reject-publisher', maxQueuedMessages: 1 };
  await server.api('PATCH', '/tenants/other/policies/default', { settings });
  const { body } = await server.api('POST', '/tenants/other/credentials', { username: 'full' });
  const options = { clientId: 'full', clean: false, protocolVersion: 4 } as const;
  const full = await server.connect(body.mqttUsername, body.password, options);
  await full.subscribeAsync('full', { qos: 1 });
  await full.endAsync();
  // More than are tried at a time, and than are remembered of one tenant.
  await application.query("SELECT restante.publish('other', 'full', 'x', 1) FROM generate_series(1, 12000)");
  await publish('acme', 'orders', 'goes', 1);
  await eventually('the other one comes', () => received.length === 1);
  await application.query("DELETE FROM restante.outbox WHERE topic = 'full'");
});

test('for a tenant that is suspended it waits', async () => {
  await server.api('PATCH', '/tenants/other', { suspended: true });
  await publish('other', 'orders', 'waits', 1);
  await publish('acme', 'orders', 'goes', 1);
  await eventually('the other one comes', () => received.length === 1);
  const { rows } = await application.query('SELECT topic FROM restante.outbox');
  expect(rows).toEqual([{ topic: 'orders' }]);
  await server.api('PATCH', '/tenants/other', { suspended: false });
  await eventually('it is published', async () => {
    const { rowCount } = await application.query('SELECT FROM restante.outbox');
    return rowCount === 0;
  });
});
