import 'reflect-metadata';
import { createControlPool, createPrisma, type PrismaClient } from '@restante/database';
import type { IClientOptions, MqttClient } from 'mqtt';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { once, type RunningServer, startServer } from '../../../testing/running-server.ts';
import { DEFAULT_LIMITS, SessionEventKeeper, type SessionEventLimits } from './session-event-keeper.ts';
import type { SessionEventView } from './session-events.dto.ts';

describe('with a server', () => {
  let server: RunningServer;
  let login: { username: string; password: string };

  beforeAll(async () => {
    server = await startServer();
    await server.api('POST', '/tenants', { slug: 'acme' });
    login = await issued('device');
  });
  afterAll(() => server.stop());

  async function issued(username: string): Promise<{ username: string; password: string }> {
    const { body } = await server.api('POST', '/tenants/acme/credentials', { username });
    return { username: body.mqttUsername, password: body.password };
  }

  /** Of a session that outlives its connections, unless the options say otherwise. */
  function connect(clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
    const kept = { clean: false, protocolVersion: 5 as const, properties: { sessionExpiryInterval: 1_000 } };
    return server.connect(login.username, login.password, { clientId, ...kept, ...options });
  }

  /** The oldest first. */
  async function eventsOf(clientId: string): Promise<SessionEventView[]> {
    const { body } = await server.api('GET', `/tenants/acme/sessions/${clientId}/events`);
    return body.items.toReversed();
  }

  async function kindsOf(clientId: string): Promise<string[]> {
    return (await eventsOf(clientId)).map(({ kind }) => kind);
  }

  /** When the server knows of it, too. */
  async function left(clientId: string, client: MqttClient): Promise<void> {
    const ends = (await kindsOf(clientId)).filter((kind) => kind === 'disconnected').length;
    client.end(true);
    const isTold = async () =>
      (await kindsOf(clientId)).filter((kind) => kind === 'disconnected').length > ends;
    await eventually('the end of the connection is told', isTold);
  }

  test('a session is told from its first connection to its end, with who took it over and why each left', async () => {
    const first = await connect('a');
    const closed = once(first, 'close');
    const second = await connect('a');
    await closed;
    await second.endAsync();
    const third = await connect('a', { will: { topic: 't', payload: Buffer.from('x') } });
    await left('a', third);
    await (await connect('a', { clean: true })).endAsync();
    await server.api('DELETE', '/tenants/acme/sessions/a');

    const events = await eventsOf('a');
    expect(events.map(({ kind }) => kind)).toEqual([
      ...['connected', 'taken-over', 'connected', 'disconnected', 'connected', 'disconnected'],
      ...['replaced', 'connected', 'disconnected', 'deleted'],
    ]);
    expect(events[0]).toMatchObject({
      ...{ username: 'device', transport: 'tcp', protocolVersion: 5, sessionPresent: false, actor: null },
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(events[1]).toMatchObject({
      remoteAddress: events[0].remoteAddress,
      takenOverBy: events[2].remoteAddress,
      isSessionKept: true,
    });
    expect(events[2].sessionPresent).toBe(true);
    expect(events[3]).toMatchObject({ by: 'client', reasonCode: 0, isSessionKept: true });
    expect(events[5]).toMatchObject({ by: 'network', reasonCode: null });
    expect(events[7].sessionPresent).toBe(false);
    expect(events[9]).toMatchObject({ actor: 'RESTANTE_ADMIN_API_KEY', queuedMessages: 0 });
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
  });

  test('what a person or the server ended says so', async () => {
    const other = await issued('other');
    const client = await connect('b', other);
    await server.api('POST', '/tenants/acme/sessions/b/disconnect');
    await connect('b', other);
    await server.api('PATCH', '/tenants/acme/credentials/other', { enabled: false });
    const ends = (await eventsOf('b')).filter(({ kind }) => kind === 'disconnected');
    expect(ends).toMatchObject([
      { by: 'server', reasonCode: 0x98, actor: 'RESTANTE_ADMIN_API_KEY' },
      { by: 'server', reasonCode: 0x98, actor: null, reason: 'The credential was disabled' },
    ]);
    client.end(true);
  });

  test('what expires is told with what was lost, and the identifier keeps its history', async () => {
    const client = await connect('c', { properties: { sessionExpiryInterval: 1 } });
    await client.subscribeAsync('c', { qos: 1 });
    await client.endAsync();
    await server.api('POST', '/tenants/acme/messages', { topic: 'c', payload: 'lost', qos: 1 });
    await eventually('it expires', async () => (await kindsOf('c')).includes('expired'));
    expect((await eventsOf('c')).at(-1)).toMatchObject({ queuedMessages: 1, username: 'device' });
    expect((await server.api('GET', '/tenants/acme/sessions/c')).status).toBe(404);
    await connect('c');
    expect(await kindsOf('c')).toEqual(['connected', 'disconnected', 'expired', 'connected']);
  });

  test('of sessions that end with their connections nothing is kept', async () => {
    const client = await connect('d', { clean: true, properties: {} });
    await client.endAsync();
    expect(await eventsOf('d')).toEqual([]);
  });

  test('what is done to a queue is told in pages, on both sides', async () => {
    for (const clientId of ['from', 'into']) {
      const client = await connect(clientId);
      await client.subscribeAsync(`${clientId}/#`, { qos: 1 });
      await client.endAsync();
    }
    for (const payload of ['1', '2'])
      await server.api('POST', '/tenants/acme/messages', { topic: 'from/a', payload, qos: 1 });
    const session = '/tenants/acme/sessions/from';
    await server.api('POST', `${session}/queue/copy`, { to: 'into', topicFilter: 'from/+' });
    const { body: queue } = await server.api('GET', `${session}/queue`);
    await server.api('DELETE', `${session}/queue/${queue.items[0].id}`);
    await server.api('DELETE', `${session}/queue`);
    const events = (await eventsOf('from')).slice(2);
    expect(events).toMatchObject([
      { kind: 'queue-copied', messages: 2, topicFilter: 'from/+', toClientId: 'into', fromClientId: null },
      { kind: 'message-deleted' },
      { kind: 'queue-purged', messages: 1, topicFilter: null, actor: 'RESTANTE_ADMIN_API_KEY' },
    ]);
    expect((await eventsOf('into')).at(-1)).toMatchObject({ kind: 'queue-copied', fromClientId: 'from' });

    const { body: newest } = await server.api('GET', `${session}/events?limit=2`);
    const { body: rest } = await server.api('GET', `${session}/events?limit=9&after=${newest.next}`);
    expect([...newest.items, ...rest.items].toReversed().slice(2)).toEqual(events);
    expect(rest.next).toBeNull();
  });

  test('they go with their tenant', async () => {
    await server.api('POST', '/tenants', { slug: 'gone' });
    const { body } = await server.api('POST', '/tenants/gone/credentials', { username: 'device' });
    await server.connect(body.mqttUsername, body.password, { clientId: 'e', clean: false });
    const { body: there } = await server.api('GET', '/tenants/gone/sessions/e/events');
    expect(there.items).toHaveLength(1);
    await server.api('DELETE', '/tenants/gone');
    const isGone = async () => (await server.api('GET', '/tenants/gone')).status === 404;
    await eventually('the tenant is gone', isGone);
    const prisma = createPrisma(createControlPool(server.databaseUrl));
    const left = await prisma.sessionEvent.groupBy({ by: ['tenantId'] });
    await prisma.$disconnect();
    expect(left).toHaveLength(1);
  });
});

describe('what is kept is bounded', () => {
  let database: TestDatabase;
  let prisma: PrismaClient;
  let tenantId: number;
  const warnings: object[] = [];
  const log = {
    ...{ debug: () => undefined, info: () => undefined, error: () => undefined },
    warn: (fields: object) => warnings.push(fields),
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    prisma = createPrisma(createControlPool(database.url));
  });
  beforeEach(async () => {
    warnings.length = 0;
    await prisma.tenant.deleteMany();
    await prisma.sessionEvent.deleteMany();
    ({ id: tenantId } = await prisma.tenant.create({ data: { slug: 'acme', name: 'Acme' } }));
  });
  afterAll(async () => {
    await prisma.$disconnect();
    await database.drop();
  });

  function keeperWith(limits: Partial<SessionEventLimits>): SessionEventKeeper {
    return new SessionEventKeeper(prisma, log, { ...DEFAULT_LIMITS, ...limits });
  }

  function add(keeper: SessionEventKeeper, clientId: string, count: number, at = Date.now()): void {
    for (let nth = 0; nth < count; nth++)
      keeper.add(tenantId, { clientId, at: at + nth, kind: 'rewound', detail: { messages: nth } });
  }

  test('by client identifier, the newest being kept', async () => {
    const keeper = keeperWith({ maxAClient: 10 });
    add(keeper, 'often', 500);
    add(keeper, 'seldom', 3);
    await keeper.flush();
    const count = (clientId: string) => prisma.sessionEvent.count({ where: { clientId } });
    expect(await count('often')).toBe(10);
    expect(await count('seldom')).toBe(3);
    const oldest = await prisma.sessionEvent.findFirst({
      where: { clientId: 'often' },
      orderBy: { id: 'asc' },
    });
    expect(oldest!.detail).toEqual({ messages: 490 });
  });

  test('in age, and by tenant', async () => {
    const keeper = keeperWith({ maxATenant: 5, keptMs: 60_000 });
    add(keeper, 'old', 4, Date.now() - 120_000);
    for (const [nth, clientId] of ['a', 'b', 'c', 'd'].entries())
      add(keeper, clientId, 2, Date.now() + 10 * nth);
    await keeper.flush();
    await keeper.prune();
    const left = await prisma.sessionEvent.findMany({ orderBy: { id: 'asc' } });
    expect(left.map(({ clientId }) => clientId)).toEqual(['b', 'c', 'c', 'd', 'd']);
  });

  test('in memory, for each tenant; what is dropped is counted and told', async () => {
    const keeper = keeperWith({ maxUnwrittenATenant: 3 });
    add(keeper, 'a', 5);
    await keeper.flush();
    add(keeper, 'a', 1);
    await keeper.flush();
    expect(await prisma.sessionEvent.count()).toBe(4);
    expect(keeper.droppedEvents).toBe(2);
    expect(warnings).toEqual([{ dropped: 2 }]);
  });

  test('with the database away they wait, and are written once', async () => {
    const keeper = keeperWith({ maxUnwrittenATenant: 3 });
    add(keeper, 'a', 2);
    await prisma.$executeRaw`ALTER TABLE session_event RENAME TO away`;
    await keeper.flush();
    expect(warnings).toHaveLength(1);
    await prisma.$executeRaw`ALTER TABLE away RENAME TO session_event`;
    add(keeper, 'a', 2);
    await keeper.flush();
    await keeper.flush();
    expect(await prisma.sessionEvent.count()).toBe(3);
  });
});
