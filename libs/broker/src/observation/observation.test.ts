import { PacketType, ReasonCode } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { ConnectFields } from '../../testing/test-client.ts';
import { NO_QUOTAS, type Quotas } from '../quotas/quotas.ts';
import type { Occurrence, OccurrenceKind } from './occurrences.ts';

installClock();

let engine: TestBroker;
beforeAll(async () => {
  engine = await TestBroker.start();
});
afterAll(() => engine.dispose());

/** Of the present test alone. */
let tenantId = 0;
beforeEach(() => tenantId++);
afterEach(() => {
  observe();
  engine.observer.told.length = 0;
  engine.policies.clear();
});

function connect(clientId: string, fields: ConnectFields = {}) {
  return engine.connect(clientId, { username: `${tenantId}:device`, ...fields });
}

/** Resolves when CONNECT is answered, which it is with a refusal. */
async function refused(clientId: string): Promise<void> {
  const client = engine.begin(clientId, { username: `${tenantId}:device` });
  expect((await client.receive(PacketType.CONNACK)).reasonCode).not.toBe(ReasonCode.SUCCESS);
}

function observe(...kinds: OccurrenceKind[]): void {
  engine.broker.inspection.observe(tenantId, kinds);
}

function next<Kind extends OccurrenceKind>(kind: Kind) {
  return engine.observer.next(kind);
}

/** A session that is absent and subscribes to these. */
async function absent(clientId: string, ...filters: string[]): Promise<void> {
  const client = await connect(clientId);
  for (const filter of filters) await client.subscribe(filter);
  await client.disconnect();
}

function publish(topic: string, payload = 'x') {
  const message = { topic, payload: Buffer.from(payload), qos: 1 as const, retain: false };
  return engine.broker.inspection.publish(tenantId, message);
}

function setQuotas(quotas: Partial<Quotas>): void {
  engine.broker.inspection.setQuotas(tenantId, { ...NO_QUOTAS, ...quotas });
}

describe('clients', () => {
  test('that connect and leave are told with who they are, and why they left', async () => {
    observe('client-connected', 'client-disconnected');
    const first = await connect('a');
    const { remoteAddress, at, ...connected } = await next('client-connected');
    expect(connected).toEqual({
      ...{ tenantId, kind: 'client-connected', clientId: 'a', username: 'device' },
      ...{ transport: 'tcp', protocolVersion: 5, sessionPresent: false, isDurable: true },
    });
    expect(remoteAddress).not.toBe('');
    expect(at).toBeLessThanOrEqual(Date.now());
    await first.disconnect();
    expect(await next('client-disconnected')).toMatchObject({
      ...{ clientId: 'a', by: 'client', reasonCode: ReasonCode.SUCCESS, isSessionKept: true },
    });

    const second = await connect('a', { protocolVersion: 4 });
    expect(await next('client-connected')).toMatchObject({ protocolVersion: 4, sessionPresent: true });
    second.transport.onClose();
    expect(await next('client-disconnected')).toMatchObject({
      ...{ by: 'network', reasonCode: null, endedBy: null, isDurable: true },
    });

    await connect('b', { properties: {} });
    expect(await next('client-connected')).toMatchObject({ isDurable: false });
    const { transport } = await connect('b');
    expect(await next('client-disconnected')).toMatchObject({
      ...{ by: 'server', reasonCode: ReasonCode.SESSION_TAKEN_OVER, isSessionKept: false, isDurable: false },
      endedBy: transport.remoteAddress,
    });
    expect(await next('client-connected')).toMatchObject({ sessionPresent: false });
  });

  test('that begin anew have replaced a session that outlives its connection', async () => {
    observe('session-replaced');
    await absent('a', 'a');
    await publish('a', 'payload');
    await connect('a', { cleanStart: true, properties: {} });
    expect(await next('session-replaced')).toMatchObject({
      clientId: 'a',
      queuedMessages: 1,
      queuedBytes: 8,
    });
    await connect('a', { cleanStart: true });
    expect(engine.observer.told).toEqual([]);
  });

  test('that are refused, or of whom nobody wants to know, are not told', async () => {
    observe('client-connected', 'client-disconnected');
    setQuotas({ connections: 1 });
    await connect('a');
    await refused('b');
    await connect('c', { username: '1000:device' });
    await next('client-connected');
    observe('client-disconnected');
    await connect('a');
    await next('client-disconnected');
    observe();
    await connect('a');
    expect(engine.observer.told).toEqual([]);
  });
});

test('a session that expires is told with what was waiting, whether its client comes back or not', async () => {
  observe('session-expired');
  const properties = { sessionExpiryInterval: 60 };
  for (const clientId of ['gone', 'back']) {
    const client = await connect(clientId, { properties });
    await client.subscribe('a');
    await client.disconnect();
  }
  await publish('a', 'payload');
  advanceClock(61);
  await connect('back');
  const expired = [await next('session-expired'), await next('session-expired')];
  expect(expired.map(({ clientId }) => clientId).toSorted()).toEqual(['back', 'gone']);
  for (const { queuedMessages, queuedBytes, disconnectedAt, at } of expired) {
    expect({ queuedMessages, queuedBytes }).toEqual({ queuedMessages: 1, queuedBytes: 8 });
    expect(at - disconnectedAt!).toBeGreaterThanOrEqual(60_000);
  }
  // One that ends otherwise has not expired.
  await absent('deleted');
  await engine.broker.inspection.deleteSession(tenantId, 'deleted');
  expect(engine.observer.told).toEqual([]);
});

describe('quotas', () => {
  test('that refuse a client or a message are told, each at most once a minute', async () => {
    observe('quota-reached');
    setQuotas({ connections: 1, retainedMessages: 1 });
    await connect('a');
    await refused('b');
    expect(await next('quota-reached')).toMatchObject({ tenantId, quota: 'connections', limit: 1 });
    await refused('b');
    const retained = { topic: 'a', payload: Buffer.from('x'), qos: 0 as const, retain: true };
    await engine.broker.inspection.publish(tenantId, retained);
    await expect(engine.broker.inspection.publish(tenantId, { ...retained, topic: 'b' })).rejects.toThrow();
    expect(await next('quota-reached')).toMatchObject({ quota: 'retainedMessages', limit: 1 });
    expect(engine.observer.told).toEqual([]);
    advanceClock(61);
    await refused('b');
    expect(await next('quota-reached')).toMatchObject({ quota: 'connections' });
  });

  test('of rates and of queues are told as well', async () => {
    observe('quota-reached');
    await absent('a', 'a');
    setQuotas({ queuedMessages: 1 });
    await publish('a');
    expect(await next('quota-reached')).toMatchObject({ quota: 'queuedMessages', limit: 1 });
    setQuotas({ publishesPerSecond: 1 });
    const publisher = await connect('publisher');
    for (let nth = 0; nth < 3; nth++) publisher.publish('b', 'x', { qos: 0 });
    expect(await next('quota-reached')).toMatchObject({ quota: 'publishesPerSecond', limit: 1 });
  });
});

describe('messages for an absent client', () => {
  test('are told at once, and what follows within a minute is told together', async () => {
    observe('messages-queued');
    await absent('a', 'x/+', 'y');
    for (const topic of ['x/1', 'x/2', 'y']) await publish(topic);
    const first = await next('messages-queued');
    expect(first).toMatchObject({ clientId: 'a', username: 'device', maxQueuedMessages: 10_000 });
    for (const payload of ['1', '2', '3', '4', '5', '6', '7']) await publish('x/3', payload);
    await engine.store.looks(1);
    expect(engine.observer.told).toEqual([]);
    advanceClock(61);
    const second = await next('messages-queued');
    expect(first.messages + second.messages).toBe(10);
    expect(second).toMatchObject({ queuedMessages: 10, topic: expect.stringMatching(/^(x\/3|y|x\/2)$/) });
  });

  test('are not told for who is connected, or has come back, or had them before it left', async () => {
    observe('messages-queued');
    await absent('absent', 'a');
    const online = await connect('online');
    await online.subscribe('a');
    await publish('a', 'unacknowledged');
    await online.receivePublish();
    await engine.store.looks(1);
    expect(await next('messages-queued')).toMatchObject({ clientId: 'absent', messages: 1 });
    await online.disconnect();
    await publish('a', 'for both');
    expect(await next('messages-queued')).toMatchObject({
      ...{ clientId: 'online', messages: 1, queuedMessages: 2 },
    });
    await connect('absent');
    advanceClock(61);
    await publish('a', 'for one');
    expect(await next('messages-queued')).toMatchObject({ clientId: 'online', messages: 1 });
    expect(engine.observer.told).toEqual([]);
  });

  test('reach all who follow one filter, page by page, and those that were moved to a queue', async () => {
    observe('messages-queued');
    const clientIds = Array.from({ length: 12 }, (_, index) => `client-${index}`);
    for (const clientId of clientIds) await absent(clientId, 'a');
    engine.store.followersAPage = 5;
    await publish('a');
    const told: string[] = [];
    while (told.length < clientIds.length) told.push((await next('messages-queued')).clientId);
    engine.store.followersAPage = null;
    expect(told.toSorted()).toEqual(clientIds.toSorted());
    await absent('empty');
    await engine.broker.inspection.transferQueue(tenantId, 'client-0', { to: 'empty', isMove: true });
    expect(await next('messages-queued')).toMatchObject({ clientId: 'empty', messages: 1, topic: 'a' });
  });
});

describe('a queue that fills', () => {
  const level = ({ percent, clientId, sharedSubscription, queuedMessages }: Filled) => ({
    ...{ percent, clientId, sharedSubscription, queuedMessages },
  });
  type Filled = Extract<Occurrence, { kind: 'queue-filled' }>;

  beforeEach(() => engine.setPolicy('device', { maxQueuedMessages: 10 }));

  test('is told at 80 % and at its limit, for an absent client', async () => {
    observe('queue-filled');
    await absent('a', 'a');
    const queue = { clientId: 'a', sharedSubscription: null };
    for (let nth = 0; nth < 8; nth++) await publish('a');
    expect(level(await next('queue-filled'))).toEqual({ ...queue, percent: 80, queuedMessages: 8 });
    for (let nth = 0; nth < 5; nth++) await publish('a');
    expect(level(await next('queue-filled'))).toEqual({ ...queue, percent: 100, queuedMessages: 10 });
    await engine.broker.inspection.purgeQueue(tenantId, 'a');
    await publish('a');
    await engine.store.looks(1);
    for (let nth = 0; nth < 8; nth++) await publish('a');
    expect(level(await next('queue-filled'))).toEqual({ ...queue, percent: 80, queuedMessages: 9 });
  });

  test('is told for a client that is there and does not acknowledge', async () => {
    observe('queue-filled');
    const client = await connect('a', { cleanStart: true, properties: { receiveMaximum: 1 } });
    await client.subscribe('a');
    for (let nth = 0; nth < 12; nth++) await publish('a');
    expect(await next('queue-filled')).toMatchObject({ percent: 100, clientId: 'a', username: 'device' });
  });

  test('is told for a shared subscription whose members are away', async () => {
    observe('queue-filled');
    await absent('a', '$share/group/a');
    for (let nth = 0; nth < 8; nth++) await publish('a');
    expect(level(await next('queue-filled'))).toEqual({
      ...{ clientId: null, sharedSubscription: '$share/group/a', percent: 80, queuedMessages: 8 },
    });
  });
});

test('while the database is away nothing is told, and when it is back nothing was forgotten', async () => {
  observe('messages-queued');
  await absent('a', 'a');
  await publish('a');
  engine.store.isAway = true;
  await engine.store.looks(1);
  expect(engine.observer.told).toEqual([]);
  engine.store.isAway = false;
  expect(await next('messages-queued')).toMatchObject({ clientId: 'a', messages: 1 });
});
