import 'reflect-metadata';
import pg from 'pg';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';

let server: RunningServer;
let owner: pg.Client;
let reader: pg.Client;

beforeAll(async () => {
  server = await startServer();
  owner = new pg.Client({ connectionString: server.databaseUrl });
  await owner.connect();
  for (const slug of ['acme', 'other']) {
    await server.api('POST', '/tenants', { slug });
    const { body } = await server.api('POST', `/tenants/${slug}/credentials`, {
      username: 'device',
      label: slug,
    });
    const options = { clientId: `of-${slug}`, clean: false, protocolVersion: 4 } as const;
    const client = await server.connect(body.mqttUsername, body.password, options);
    await client.subscribeAsync(['a/#', 'a/b'], { qos: 1 });
    await client.endAsync();
    const publish = (message: object) =>
      server.api('POST', `/tenants/${slug}/messages`, { qos: 1, ...message });
    await publish({
      topic: 'a/ü',
      payload: `grün ${slug}`,
      properties: { userProperties: [['k', 'v']], messageExpiryInterval: 60 },
    });
    await publish({ topic: 'a/b', payload: 'x'.repeat(100_000), retain: true });
    await publish({ topic: 'a/c', payload: '' });
    await publish({ topic: 'a/gone', payload: slug });
    await server.api('DELETE', `/tenants/${slug}/sessions/of-${slug}/queue?topicFilter=a/gone`);
    // What has happened is written for who asks by REST, and else within a second.
    await server.api('GET', `/tenants/${slug}/sessions/of-${slug}/events`);
  }
  await owner.query("CREATE ROLE analyst LOGIN PASSWORD 'analyst'");
  await owner.query("SELECT restante.grant_read('analyst', 'acme')");
  const url = new URL(server.databaseUrl);
  url.username = 'analyst';
  url.password = 'analyst';
  reader = new pg.Client({ connectionString: url.href });
  await reader.connect();
});

afterAll(async () => {
  await reader.end();
  await owner.query('DROP OWNED BY analyst');
  await owner.query('DROP ROLE analyst');
  await owner.end();
  await server.stop();
});

const rows = async (client: pg.Client, sql: string) => (await client.query(sql)).rows;

test('a queue is read message by message, as the API shows it', async () => {
  const queue = await rows(
    reader,
    "SELECT * FROM restante_read.queue WHERE client_id = 'of-acme' ORDER BY topic_filter, sequence",
  );
  expect(
    queue.map(({ topic_filter, topic, payload, qos, retain }) => [
      topic_filter,
      topic,
      payload.length,
      qos,
      retain,
    ]),
  ).toEqual([
    ['a/#', 'a/ü', 10, 1, false],
    ['a/#', 'a/b', 100_000, 1, true],
    ['a/#', 'a/c', 0, 1, false],
    ['a/b', 'a/b', 100_000, 1, true],
  ]);
  const [first, second] = queue;
  expect(first.payload.toString()).toBe('grün acme');
  expect(first.expires_at - first.published_at).toBe(60_000);
  expect(second.expires_at).toBeNull();
  const { body } = await server.api('GET', '/tenants/acme/sessions/of-acme/queue');
  expect(body.items[0].message.publishedAt).toBe(first.published_at.toISOString());
  // What is deleted or purged is not shown.
  await server.api('DELETE', '/tenants/acme/sessions/of-acme/queue?topicFilter=a/b');
  const left = await rows(
    reader,
    "SELECT topic FROM restante_read.queue WHERE client_id = 'of-acme' ORDER BY sequence",
  );
  expect(left).toEqual([{ topic: 'a/ü' }, { topic: 'a/c' }]);
});

test('sessions, subscriptions, retained messages, credentials and the audit', async () => {
  await eventually('the last login is noted', async () => {
    const [found] = await rows(reader, 'SELECT last_seen_at FROM restante_read.credentials');
    return found.last_seen_at !== null;
  });
  expect(
    await rows(
      reader,
      'SELECT tenant, client_id, username, queued_messages, connected_at FROM restante_read.sessions',
    ),
  ).toEqual([
    { tenant: 'acme', client_id: 'of-acme', username: 'device', queued_messages: '2', connected_at: null },
  ]);
  expect(await rows(reader, 'SELECT topic_filter, qos FROM restante_read.subscriptions ORDER BY 1')).toEqual([
    { topic_filter: 'a/#', qos: 1 },
    { topic_filter: 'a/b', qos: 1 },
  ]);
  expect(await rows(reader, 'SELECT topic, length(payload) AS size FROM restante_read.retained')).toEqual([
    { topic: 'a/b', size: 100_000 },
  ]);
  expect(
    await rows(reader, 'SELECT username, label, policy, enabled FROM restante_read.credentials'),
  ).toEqual([{ username: 'device', label: 'acme', policy: null, enabled: true }]);
  expect(
    await rows(
      reader,
      'SELECT kind, client_id, topic_filter, topic, reason, messages, bytes FROM restante_read.ledger',
    ),
  ).toContainEqual({
    ...{ kind: 'dropped', client_id: 'of-acme', topic_filter: 'a/#', topic: 'a/gone' },
    ...{ reason: 'purged', messages: '1', bytes: '10' },
  });
  const letters = 'SELECT client_id, topic, payload, reason, at FROM restante_read.dead_letters';
  expect(await rows(reader, letters)).toEqual([]);
  const lives =
    "SELECT kind, detail->>'transport' AS transport FROM restante_read.session_events WHERE kind LIKE '%connected' ORDER BY at";
  expect(await rows(reader, lives)).toEqual([
    { kind: 'connected', transport: 'tcp' },
    { kind: 'disconnected', transport: null },
  ]);
  const audit = await rows(reader, 'SELECT DISTINCT tenant FROM restante_read.audit');
  expect(audit).toEqual([{ tenant: 'acme' }]);
});

test('a role sees the tenants that it was granted, and nothing beside the views', async () => {
  const views = [
    'tenants',
    'sessions',
    'subscriptions',
    'queue',
    'retained',
    'credentials',
    'audit',
    'ledger',
    'session_events',
  ];
  for (const view of views) {
    const tenants = async (client: pg.Client) =>
      (await rows(client, `SELECT DISTINCT tenant FROM restante_read.${view} ORDER BY 1`)).map(
        ({ tenant }) => tenant as string,
      );
    expect({ view, tenants: await tenants(reader) }).toEqual({ view, tenants: ['acme'] });
    expect((await tenants(owner)).filter((tenant) => tenant !== 'demo')).toEqual(['acme', 'other']);
  }
  for (const table of ['public.session', 'public.credential', 'restante.outbox', 'restante.read_grant'])
    await expect(rows(reader, `SELECT * FROM ${table}`)).rejects.toThrow('permission denied');
  await expect(rows(reader, "SELECT restante.grant_read('analyst', 'other')")).rejects.toThrow(
    'permission denied',
  );
  await expect(rows(reader, 'DELETE FROM restante_read.retained')).rejects.toThrow('cannot delete from view');
  // A function of the reader's own must not see what the view leaves out.
  await owner.query('GRANT CREATE ON SCHEMA public TO analyst');
  await reader.query(
    "CREATE FUNCTION leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$",
  );
  const notices: string[] = [];
  reader.on('notice', ({ message = '' }) => notices.push(message));
  await reader.query('SELECT FROM restante_read.sessions WHERE leak(client_id)');
  expect(notices).toEqual(['of-acme']);
});

test('nothing waits for a session without subscriptions', async () => {
  const { body } = await server.api('POST', '/tenants/acme/credentials', { username: 'idle' });
  const options = { clientId: 'idle', clean: false, protocolVersion: 4 } as const;
  await (await server.connect(body.mqttUsername, body.password, options)).endAsync();
  const [session] = await rows(reader, "SELECT * FROM restante_read.sessions WHERE client_id = 'idle'");
  expect(session).toMatchObject({ queued_messages: '0', queued_bytes: '0' });
});

test('queues are as deep as the server tells', async () => {
  const policies = {
    newest: { keepLastPerTopic: true },
    oldest: { overflow: 'drop-oldest', maxQueuedMessages: 2 },
    first: { overflow: 'drop-newest', maxQueuedMessages: 2 },
    all: {},
  };
  const clients: Awaited<ReturnType<typeof server.connect>>[] = [];
  for (const [name, settings] of Object.entries(policies)) {
    await server.api('POST', '/tenants/acme/policies', { name, settings });
    const issued = await server.api('POST', '/tenants/acme/credentials', { username: name, policy: name });
    const options = { clientId: name, clean: false, protocolVersion: 4 } as const;
    const client = await server.connect(issued.body.mqttUsername, issued.body.password, options);
    await client.subscribeAsync(['depth/#', 'depth/one'], { qos: 1 });
    clients.push(client);
  }
  for (const client of clients) await client.endAsync();
  for (const topic of ['one', 'two', 'one', 'two', 'one'])
    await server.api('POST', '/tenants/acme/messages', { topic: `depth/${topic}`, payload: topic, qos: 1 });
  const told = await server.api('GET', '/tenants/acme/sessions?limit=100');
  const depths = Object.fromEntries(
    told.body.items.map((session: Record<string, unknown>) => [
      session.clientId,
      [session.queuedMessages, session.queuedBytes],
    ]),
  ) as Record<string, number[]>;
  expect(depths).toMatchObject({ newest: [3, expect.any(Number)], oldest: [2, expect.any(Number)] });
  const sql = await rows(
    reader,
    'SELECT client_id, queued_messages, queued_bytes FROM restante_read.sessions',
  );
  expect(
    Object.fromEntries(
      sql.map((row) => [row.client_id, [Number(row.queued_messages), Number(row.queued_bytes)]]),
    ),
  ).toEqual(depths);
});
