import 'reflect-metadata';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { liveClient } from '../../../testing/live-client.ts';
import { Operations } from '../../../testing/operations.ts';
import { ADMIN, type RunningServer, startServer } from '../../../testing/running-server.ts';

const ADMIN_KEY = 'Bearer the-key-of-the-tests';
let server: RunningServer;
let operations: Operations;
let device: { mqttUsername: string; password: string };
const clients: { dispose(): void | Promise<void> }[] = [];

beforeAll(async () => {
  server = await startServer();
  operations = await Operations.of(server);
  device = await tenantWithDevice('acme');
});
afterAll(() => server.stop());
afterEach(() => {
  for (const client of clients.splice(0)) void client.dispose();
});

async function tenantWithDevice(slug: string): Promise<{ mqttUsername: string; password: string }> {
  await server.api('POST', '/tenants', { slug });
  const { body } = await server.api('POST', `/tenants/${slug}/credentials`, { username: 'device' });
  return body;
}

function live(options: Parameters<typeof liveClient>[1] = { authorization: ADMIN_KEY }) {
  const client = liveClient(server.ports.http, options);
  clients.push(client);
  return client;
}

const connect = (clientId: string, clean = false) =>
  server.connect(device.mqttUsername, device.password, { clientId, clean });

const publish = (topic: string, payload = 'x', more: object = {}) =>
  server.api('POST', '/tenants/acme/messages', { topic, payload, qos: 1, ...more });

/** A session that is absent and gets what is published to a topic. */
async function absent(clientId: string, topicFilter: string): Promise<void> {
  const client = await connect(clientId);
  await client.subscribeAsync(topicFilter, { qos: 1 });
  await client.endAsync();
  await eventually('it is absent', async () => {
    const { body } = await server.api('GET', `/tenants/acme/sessions/${encodeURIComponent(clientId)}`);
    return body.state === 'offline';
  });
}

/** Every field that the query of the same answer has. */
const fields = (name: string) => operations.fieldsOf(name);

describe('what is told first is what the query answers', () => {
  beforeAll(async () => {
    await absent('first', 'first/#');
    await publish('first/1', 'grün');
    await publish('first/2', 'AP8=', { encoding: 'base64' });
  });
  const ask = async (name: string, args: object) =>
    (await operations.call('GraphQL', name, { tenant: 'acme', ...args }, { authorization: ADMIN_KEY }))
      .result;

  test('the overview', async () => {
    const told = live().watch(`overview(tenant: "acme") ${fields('getOverview')}`);
    const rateless = { messagesInPerSecond: 0, messagesOutPerSecond: 0 };
    expect({ ...(await told.next()), ...rateless }).toEqual({
      ...(await ask('getOverview', {})),
      ...rateless,
    });
  });

  test('a session', async () => {
    const told = live().watch(`session(tenant: "acme", clientId: "first") ${fields('getSession')}`);
    expect(await told.next()).toEqual(await ask('getSession', { clientId: 'first' }));
  });

  test('the head of a queue', async () => {
    const told = live().watch(`queue(tenant: "acme", clientId: "first") ${fields('listQueue')}`);
    const head = await told.next();
    expect(head.items).toHaveLength(2);
    expect(head).toEqual(await ask('listQueue', { clientId: 'first' }));
  });
});

test('the overview is told again when something has changed', async () => {
  const told = live().watch('overview(tenant: "acme") { onlineSessions offlineSessions queuedMessages }');
  const before = await told.next();
  await connect('comes', true);
  const after = await told.next((one) => one.onlineSessions === before.onlineSessions + 1);
  expect(after.offlineSessions).toBe(before.offlineSessions);
});

test('a session and its queue are followed as they fill, are read, and end', async () => {
  await absent('filled', 'filled');
  const client = live();
  const session = client.watch('session(tenant: "acme", clientId: "filled") { state queuedMessages }');
  const queue = client.watch(
    'queue(tenant: "acme", clientId: "filled") { queuedMessages items { state message { topic payload } } next }',
  );
  expect(await session.next()).toEqual({ state: 'offline', queuedMessages: 0 });
  expect(await queue.next()).toEqual({ queuedMessages: 0, items: [], next: null });
  await publish('filled', 'one');
  expect(await session.next()).toEqual({ state: 'offline', queuedMessages: 1 });
  expect(await queue.next()).toEqual({
    queuedMessages: 1,
    items: [{ state: 'waiting', message: { topic: 'filled', payload: 'one' } }],
    next: null,
  });
  const returned = await connect('filled');
  await session.next(({ state, queuedMessages }) => state === 'online' && queuedMessages === 0);
  await returned.endAsync();
  await server.api('DELETE', '/tenants/acme/sessions/filled');
  await session.next((one) => one === null);
  await queue.next((one) => one === null);
});

describe('all sessions', () => {
  const SELECTION =
    '{ isReset isComplete isTruncated gone sessions { clientId state queuedMessages maxQueuedMessages expiresAt } }';

  /** What a reader knows who applies every change. */
  async function follow(
    told: ReturnType<ReturnType<typeof live>['watch']>,
    isWanted: Wanted,
  ): Promise<Known> {
    const known: Known = new Map();
    await told.next((changes) => {
      if (changes.isReset) known.clear();
      for (const session of changes.sessions) known.set(session.clientId, session);
      for (const clientId of changes.gone) known.delete(clientId);
      return changes.isComplete && isWanted(known);
    });
    return known;
  }
  type Known = Map<string, { clientId: string; state: string; queuedMessages: number }>;
  type Wanted = (known: Known) => boolean;

  test('are told once, and then those that change', async () => {
    await absent('all/absent', 'all');
    await connect('all/online');
    await connect('all/brief', true);
    const told = live().watch(`sessions(tenant: "acme", q: "ALL/") ${SELECTION}`);
    const first = await follow(told, () => true);
    expect([...first.values()].map(({ clientId, state }) => [clientId, state]).sort()).toEqual([
      ['all/absent', 'offline'],
      ['all/brief', 'online'],
      ['all/online', 'online'],
    ]);
    await publish('all');
    const changes = await told.next();
    expect(changes).toMatchObject({
      ...{ isReset: false, isComplete: true, isTruncated: false, gone: [] },
      sessions: [{ clientId: 'all/absent', queuedMessages: 1, maxQueuedMessages: 10_000 }],
    });
    await server.api('POST', '/tenants/acme/sessions/change', {
      change: 'disconnect',
      clientIds: ['all/online', 'all/brief'],
    });
    await follow(told, (known) => known.get('all/online')?.state === 'offline' || known.size === 0);
    await server.api('DELETE', '/tenants/acme/sessions/all%2Fabsent');
    await told.next(({ gone }) => gone.includes('all/absent'));
  });

  test('or those alone that are named', async () => {
    await absent('named/1', 'named');
    await absent('named/2', 'named');
    const told = live().watch(`sessions(tenant: "acme", clientIds: ["named/2", "named/3"]) ${SELECTION}`);
    const first = await follow(told, (known) => known.size === 1);
    expect([...first.keys()]).toEqual(['named/2']);
    await connect('named/1');
    await connect('named/3', true);
    const { sessions } = await told.next(({ sessions }) => sessions.length > 0);
    expect(sessions).toMatchObject([{ clientId: 'named/3', state: 'online' }]);
  });
});

describe('messages as they are published', () => {
  const SELECTION =
    '{ skippedMessages messages { topic qos retain payload encoding payloadBytes isTruncated } }';

  test('are shown with the beginnings of their payloads, whoever publishes them', async () => {
    const told = live().watch(
      `messages(tenant: "acme", topicFilter: "tail/+", payloadBytes: 4) ${SELECTION}`,
    );
    const client = await connect('publisher', true);
    expect(await told.next()).toEqual({ skippedMessages: 0, messages: [] });
    await client.publishAsync('tail/a', 'grün', { qos: 0 });
    await client.publishAsync('tail/a/b', 'not this one', { qos: 1 });
    await publish('tail/b', 'AP8B', { encoding: 'base64', retain: true });
    const shown: object[] = [];
    while (shown.length < 2) {
      const { messages } = await told.next();
      shown.push(...messages);
    }
    expect(shown).toEqual([
      {
        ...{ topic: 'tail/a', qos: 0, retain: false, payload: 'grü', encoding: 'utf8' },
        ...{ payloadBytes: 5, isTruncated: true },
      },
      {
        ...{ topic: 'tail/b', qos: 1, retain: true, payload: 'AP8B', encoding: 'base64' },
        ...{ payloadBytes: 3, isTruncated: false },
      },
    ]);
  });

  test('a flood is sampled, and the rest of it counted', async () => {
    const told = live().watch(`messages(tenant: "acme", topicFilter: "flood") ${SELECTION}`);
    const client = await connect('flooder', true);
    expect(await told.next()).toEqual({ skippedMessages: 0, messages: [] });
    for (let nth = 0; nth < 2_000; nth++) client.publish('flood', `${nth}`);
    await client.publishAsync('flood', 'end', { qos: 1 });
    let [shown, skipped] = [0, 0];
    while (shown + skipped < 2_001) {
      const { messages, skippedMessages } = await told.next();
      shown += messages.length;
      skipped += skippedMessages;
    }
    expect(shown + skipped).toBe(2_001);
    // However the seconds fall.
    expect(shown).toBeLessThanOrEqual(500);
  });
});

describe('who may subscribe', () => {
  const OVERVIEW = 'overview(tenant: "acme") { onlineSessions }';
  const problem = (code: string) => [
    { message: expect.any(String), extensions: expect.objectContaining({ code }) },
  ];
  const FIELDS = {
    overview: OVERVIEW,
    session: 'session(tenant: "acme", clientId: "first") { state }',
    sessions: 'sessions(tenant: "acme") { isComplete }',
    queue: 'queue(tenant: "acme", clientId: "first") { next }',
    messages: 'messages(tenant: "acme", topicFilter: "#") { skippedMessages }',
  };

  async function ownerOf(tenant: string): Promise<{ secret: string; id: string }> {
    await server.api('POST', '/tenants', { slug: tenant });
    const { body } = await server.api('POST', `/tenants/${tenant}/api-keys`, {
      name: 'Robot',
      role: 'owner',
    });
    return body;
  }

  test('every subscription is one of these', async () => {
    const { body } = await server.api('GET', '/openapi.json');
    expect(Object.keys(body['x-restante-subscriptions'])).toEqual(Object.keys(FIELDS));
  });

  test("another tenant's owner gets not-found for every subscription", async () => {
    const { secret } = await ownerOf('others');
    const client = live({ authorization: `Bearer ${secret}` });
    for (const field of Object.values(FIELDS))
      expect(await client.watch(field).ended()).toMatchObject(problem('tenant-not-found'));
  });

  test('nobody who is not known', async () => {
    for (const options of [
      {},
      { authorization: 'Bearer wrong' },
      { headers: { cookie: 'restante.session_token=x' } },
    ])
      expect(await live(options).watch(OVERVIEW).ended()).toMatchObject({ code: 4401 });
  });

  test('a person with a cookie, from our own pages alone', async () => {
    const { headers } = await server.request('POST', '/api/v1/login', ADMIN);
    const cookie = headers.getSetCookie()[0].split(';')[0];
    const own = { cookie, origin: `http://127.0.0.1:${server.ports.http}` };
    const told = live({ headers: own }).watch(OVERVIEW);
    expect(await told.next()).toMatchObject({ onlineSessions: expect.any(Number) });
    const foreign = { cookie, origin: 'http://elsewhere.example' };
    expect(await live({ headers: foreign }).watch(OVERVIEW).ended()).toMatchObject({ code: 4403 });
    // The login ends, and with it what it has opened.
    await server.request('POST', '/api/v1/logout', undefined, { cookie });
    expect(await told.ended()).toMatchObject({ code: 4401 });
  });

  test('a key that is deleted closes its sockets within two seconds', async () => {
    const { secret, id } = await ownerOf('revoked');
    const told = live({ authorization: `Bearer ${secret}` }).watch(
      'overview(tenant: "revoked") { onlineSessions }',
    );
    await told.next();
    const deletedAt = Date.now();
    await server.api('DELETE', `/tenants/revoked/api-keys/${id}`);
    expect(await told.ended()).toMatchObject({ code: 4401 });
    expect(Date.now() - deletedAt).toBeLessThan(2_500);
  });

  test('a tenant that is deleted ends what is watched of it, and nothing else', async () => {
    await server.api('POST', '/tenants', { slug: 'deleted' });
    const client = live();
    const told = client.watch('overview(tenant: "deleted") { onlineSessions }');
    const other = client.watch(OVERVIEW);
    await Promise.all([told.next(), other.next()]);
    await server.api('DELETE', '/tenants/deleted');
    expect(await told.ended()).toMatchObject(problem('tenant-not-found'));
    await connect('still there', true);
    await other.next();
  });

  test('what is missing or not valid is told as the query tells it', async () => {
    const client = live();
    const ended = (field: string) => client.watch(field).ended();
    expect(await ended('session(tenant: "acme", clientId: "nobody") { state }')).toMatchObject(
      problem('session-not-found'),
    );
    expect(await ended('messages(tenant: "acme", topicFilter: "a/#/b") { skippedMessages }')).toMatchObject(
      problem('invalid-request'),
    );
    expect(await ended('queue(tenant: "acme", clientId: "first", limit: 51) { next }')).toMatchObject(
      problem('invalid-request'),
    );
    expect(await ended('session(tenant: "acme", clientId: "\\u0000") { state }')).toMatchObject(
      problem('invalid-request'),
    );
  });

  test('only subscriptions, without aliases, and so many on a socket', async () => {
    const client = live();
    const aliased = 'overview(tenant: "acme") { onlineSessions again: onlineSessions }';
    expect(await client.watch(aliased).ended()).toMatchObject([
      { message: expect.stringContaining('aliases') },
    ]);
    expect(await client.watch('overview(tenant: "acme") { nothing }').ended()).toMatchObject([
      { message: expect.stringContaining('Cannot query field') },
    ]);
    const many = Array.from({ length: 20 }, () => client.watch(OVERVIEW));
    for (const told of many) await told.next();
    expect(await client.watch(OVERVIEW).ended()).toMatchObject(problem('too-many-subscriptions'));
    many[0].end();
    await eventually('there is room again', async () => {
      const told = client.watch(OVERVIEW);
      return told.next().catch(() => null);
    });
    const { body } = await server.request(
      'POST',
      '/graphql',
      { query: `subscription { ${OVERVIEW} }` },
      { authorization: ADMIN_KEY },
    );
    expect(body).toMatchObject({ errors: [{ message: expect.stringContaining('WebSocket') }] });
  });
});

describe('a socket', () => {
  const open = (headers = {}) =>
    new WebSocket(`ws://127.0.0.1:${server.ports.http}/graphql`, ['graphql-transport-ws'], { headers });

  async function closeOf(webSocket: WebSocket): Promise<number> {
    const [code] = await once(webSocket, 'close');
    return code;
  }

  test('that floods the server with messages is closed', async () => {
    const webSocket = open();
    await once(webSocket, 'open');
    const closed = closeOf(webSocket);
    for (let nth = 0; nth < 300; nth++) webSocket.send('{"type":"ping"}');
    expect(await closed).toBe(4_429);
  });

  test('whose messages are too long or no JSON is closed', async () => {
    for (const [text, code] of [
      ['x'.repeat(70_000), 1009],
      ['no JSON', 4400],
    ] as const) {
      const webSocket = open();
      await once(webSocket, 'open');
      const closed = closeOf(webSocket);
      webSocket.send(text);
      expect([code, 1006]).toContain(await closed);
    }
  });

  test('at any other path is refused', async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${server.ports.http}/else`, ['graphql-transport-ws']);
    const [error] = await once(webSocket, 'error');
    expect(error.message).toContain('404');
  });
});
