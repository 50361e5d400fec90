import { PacketType, ReasonCode } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../testing/clock.ts';
import type { ConnectFields } from '../testing/test-client.ts';
import { TestBroker } from '../testing/test-broker.ts';

installClock();
let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

const SECRET = 'subscribe a/secret';
const TRANSIENT: ConnectFields = { cleanStart: true, properties: {} };

async function aPublisher() {
  return engine.connect('publisher', { username: '1:publisher' });
}

function dropped(): Promise<number> {
  return engine.broker.inspection.getSession(1, 'device').then((session) => session!.droppedMessages);
}

describe('a rule that has changed binds the next delivery of who is connected', () => {
  test('of a message with QoS 0', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+', { qos: 0 });
    const publisher = await aPublisher();
    engine.refuse('device', SECRET);
    publisher.publish('a/secret', 'secret', { qos: 0 });
    publisher.publish('a/open', 'open', { qos: 0 });
    expect(await device.receivePayloads(1)).toEqual(['open']);
  });

  test('of a message out of a log', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+');
    const publisher = await aPublisher();
    engine.refuse('device', SECRET);
    await publisher.publishAcknowledged('a/secret', 'secret');
    await publisher.publishAcknowledged('a/open', 'open');
    expect(await device.consume(1)).toEqual(['open']);
    expect(await dropped()).toBe(1);
  });

  test('of a message for a session that ends with its connection', async () => {
    const device = await engine.connect('device', TRANSIENT);
    await device.subscribe('a/+');
    const publisher = await aPublisher();
    engine.refuse('device', SECRET);
    await publisher.publishAcknowledged('a/secret', 'secret');
    await publisher.publishAcknowledged('a/open', 'open');
    expect(await device.consume(1)).toEqual(['open']);
  });

  test('of a message that waits in memory until the client has room', async () => {
    const device = await engine.connect('device', { ...TRANSIENT, properties: { receiveMaximum: 1 } });
    await device.subscribe('a/+');
    const publisher = await aPublisher();
    for (const topic of ['first', 'secret', 'open']) await publisher.publishAcknowledged(`a/${topic}`, topic);
    const first = await device.receivePublish();
    engine.refuse('device', SECRET);
    device.acknowledge(PacketType.PUBACK, first.packetIdentifier);
    expect(await device.consume(1)).toEqual(['open']);
    expect(await dropped()).toBe(1);
  });

  test('of retained messages that a new subscription brings', async () => {
    const publisher = await aPublisher();
    for (const topic of ['secret', 'open']) {
      publisher.publish(`a/${topic}`, `${topic} 0`, { qos: 0, retain: true });
      await publisher.publishAcknowledged(`b/${topic}`, `${topic} 1`, { retain: true });
    }
    engine.refuse('device', SECRET, 'subscribe b/secret');
    const device = await engine.connect('device');
    await device.subscribe('a/+');
    expect(await device.consume(1)).toEqual(['open 0']);
    await device.subscribe('b/+');
    expect(await device.consume(1)).toEqual(['open 1']);
    expect(await device.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('a rule that has come to allow a lower QoS binds the next delivery', () => {
  const delivered = async (device: Awaited<ReturnType<typeof aPublisher>>) => {
    const { qos, payload } = await device.receivePublish();
    return { qos, text: payload.toString() };
  };

  test.each([
    ['of a session that outlives its connection', {}, 'a/+'],
    ['of a session that ends with its connection', TRANSIENT, 'a/+'],
    ['of a member of a shared subscription', {}, '$share/group/a/+'],
  ])('%s', async (_, fields, topicFilter) => {
    const device = await engine.connect('device', fields);
    await device.subscribe(topicFilter, { qos: 2 });
    const publisher = await aPublisher();
    engine.limitQoS('device', 0);
    await publisher.publishAcknowledged('a/b', 'first');
    expect(await delivered(device)).toEqual({ qos: 0, text: 'first' });
    engine.limitQoS('device', 1);
    publisher.publish('a/b', 'second', { qos: 2 });
    expect(await delivered(device)).toEqual({ qos: 1, text: 'second' });
  });

  test('of what waited for a client that returns, and of what is retained', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+');
    await device.disconnect();
    const publisher = await aPublisher();
    await publisher.publishAcknowledged('a/b', 'queued', { retain: true });
    engine.limitQoS('device', 0);
    const returned = await engine.connect('device');
    expect(await delivered(returned)).toEqual({ qos: 0, text: 'queued' });
    expect((await returned.subscribe('a/#', { qos: 1 })).reasonCodes).toEqual([0]);
    expect(await delivered(returned)).toEqual({ qos: 0, text: 'queued' });
    expect(await engine.broker.inspection.getSession(1, 'device')).toMatchObject({ queuedMessages: 0 });
  });

  test('of what waits in memory until the client has room', async () => {
    const device = await engine.connect('device', { ...TRANSIENT, properties: { receiveMaximum: 1 } });
    await device.subscribe('a/+');
    const publisher = await aPublisher();
    for (const text of ['first', 'second']) await publisher.publishAcknowledged('a/b', text);
    const first = await device.receivePublish();
    engine.limitQoS('device', 0);
    device.acknowledge(PacketType.PUBACK, first.packetIdentifier);
    expect(await delivered(device)).toEqual({ qos: 0, text: 'second' });
  });
});

describe('a shared subscription', () => {
  test('is refused as its filter is', async () => {
    engine.refuse('device', 'subscribe a/+');
    const device = await engine.connect('device');
    expect((await device.subscribe('$share/group/a/+')).reasonCodes).toEqual([ReasonCode.NOT_AUTHORIZED]);
    expect((await device.subscribe('$share/group/b/+')).reasonCodes).toEqual([1]);
  });

  test.each([0, 1] as const)('brings a message with QoS %d to a member that may have it', async (qos) => {
    const device = await engine.connect('device');
    const other = await engine.connect('other', { username: '1:other' });
    for (const member of [device, other]) await member.subscribe('$share/group/a/+');
    const publisher = await aPublisher();
    engine.refuse('device', SECRET);
    const texts = ['1', '2', '3', '4'];
    for (const text of texts) publisher.publish('a/secret', text, { qos });
    expect(await other.consume(4)).toEqual(texts);
    expect(await device.takeUntilPingAnswer()).toEqual([]);
  });

  test('does not stop at a message that no member may have', async () => {
    const device = await engine.connect('device');
    await device.subscribe('$share/group/a/+');
    const publisher = await aPublisher();
    engine.refuse('device', SECRET);
    await publisher.publishAcknowledged('a/secret', 'secret');
    await publisher.publishAcknowledged('a/open', 'open');
    expect(await device.consume(1)).toEqual(['open']);
  });
});

describe('a client that returns', () => {
  test('gets nothing of an old subscription that it may not have any more, neither queued nor new', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+');
    await device.disconnect();
    const publisher = await aPublisher();
    for (const topic of ['secret', 'open']) await publisher.publishAcknowledged(`a/${topic}`, topic);
    await engine.restart();
    engine.refuse('device', SECRET);
    const returned = await engine.connect('device');
    expect(returned.connack.sessionPresent).toBe(true);
    expect(await returned.consume(1)).toEqual(['open']);
    const again = await aPublisher();
    for (const topic of ['secret', 'open']) await again.publishAcknowledged(`a/${topic}`, `new ${topic}`);
    expect(await returned.consume(1)).toEqual(['new open']);
    expect(await dropped()).toBe(2);
  });

  test('is not sent again with QoS 1 what it may not have any more', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+');
    const publisher = await aPublisher();
    for (const topic of ['secret', 'open']) publisher.publish(`a/${topic}`, topic);
    await device.receivePayloads(2);
    await device.drop();
    engine.refuse('device', SECRET);
    const returned = await engine.connect('device');
    expect(await returned.consume(1)).toEqual(['open']);
    expect(await returned.takeUntilPingAnswer()).toEqual([]);
    expect(await dropped()).toBe(1);
    expect(await engine.broker.inspection.listInflight(1, 'device')).toEqual([]);
  });

  test('is led out of a QoS 2 exchange of what it may not have any more', async () => {
    const device = await engine.connect('device');
    await device.subscribe('a/+', { qos: 2 });
    const publisher = await aPublisher();
    publisher.publish('a/secret', 'secret', { qos: 2 });
    const { packetIdentifier } = await device.receivePublish();
    await device.drop();
    engine.refuse('device', SECRET);
    const returned = await engine.connect('device');
    const pubrel = await returned.receiveAcknowledgement(PacketType.PUBREL);
    expect(pubrel.packetIdentifier).toBe(packetIdentifier);
    returned.acknowledge(PacketType.PUBCOMP, packetIdentifier);
    expect(await returned.takeUntilPingAnswer()).toEqual([]);
    expect(await engine.broker.inspection.listInflight(1, 'device')).toEqual([]);
  });
});

describe('a will', () => {
  const will = (delayInterval: number, payload: string) => ({
    topic: 'will',
    qos: 1 as const,
    delayInterval,
    payload: Buffer.from(payload),
  });

  /** Two clients with the same will, of which only "free" may still publish it. */
  async function twoWithWills(delaySeconds: number, fields: ConnectFields = {}) {
    const watcher = await engine.connect('watcher', { username: '1:watcher' });
    await watcher.subscribe('will');
    const device = await engine.connect('device', { will: will(delaySeconds, 'refused'), ...fields });
    const free = await engine.connect('free', {
      username: '1:free',
      will: will(delaySeconds, 'free'),
      ...fields,
    });
    return { watcher, device, free };
  }

  test('that may not be published at the end of the connection is not', async () => {
    const { watcher, device, free } = await twoWithWills(0);
    engine.refuse('device', 'publish will');
    await device.drop();
    await free.drop();
    expect(await watcher.consume(1)).toEqual(['free']);
  });

  test('of a client that loses its connection to new rules is held to these', async () => {
    const { watcher } = await twoWithWills(0);
    const { inspection } = engine.broker;
    inspection.disconnectCredential(1, 'device', 'changed', () => () => null);
    inspection.disconnectCredential(1, 'free', 'changed', () => undefined);
    expect(await watcher.consume(1)).toEqual(['free']);
  });

  test('that may not be published after its delay is not', async () => {
    const { watcher, device, free } = await twoWithWills(30);
    await device.drop();
    await free.drop();
    engine.refuse('device', 'publish will');
    advanceClock(31);
    expect(await watcher.consume(1)).toEqual(['free']);
  });

  test('is held to the rules of after a restart', async () => {
    const { watcher } = await twoWithWills(0, TRANSIENT);
    await watcher.disconnect();
    engine.refuse('device', 'publish will');
    await engine.restartAfterCrash();
    const again = await engine.connect('watcher', { username: '1:watcher' });
    expect(await again.consume(1)).toEqual(['free']);
    await engine.store.sweeps(2);
    expect(await again.takeUntilPingAnswer()).toEqual([]);
  });

  test('of a session that ends before its delay is over is held to the rules of then', async () => {
    const { watcher, device, free } = await twoWithWills(1_000);
    await device.drop();
    await free.drop();
    engine.refuse('device', 'publish will');
    await (await engine.connect('device', TRANSIENT)).disconnect();
    expect(await engine.broker.inspection.deleteSession(1, 'free')).toBe(true);
    expect(await watcher.consume(1)).toEqual(['free']);
    expect(await watcher.takeUntilPingAnswer()).toEqual([]);
  });
});
