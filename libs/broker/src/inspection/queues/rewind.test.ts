import { PacketType } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../../../testing/clock.ts';
import { TestBroker } from '../../../testing/test-broker.ts';
import type { TestClient } from '../../../testing/test-client.ts';
import type { RewindOutcome } from '../inspection.ts';

let engine: TestBroker;
let publisher: TestClient;

beforeEach(async () => {
  installClock();
  engine = await TestBroker.start();
  engine.setPolicy('device', { retentionSeconds: 3_600 });
  publisher = await engine.connect('publisher', { username: '1:publisher' });
});

afterEach(() => engine.dispose());

const device = (fields = {}) => engine.connect('device', { username: '1:device', ...fields });

/** One after the other, each acknowledged and a minute later than the one before. @returns when each was published */
async function publish(...payloads: string[]): Promise<number[]> {
  const times: number[] = [];
  for (const payload of payloads) {
    advanceClock(60);
    times.push(Date.now());
    await publisher.publishAcknowledged('a/b', payload);
  }
  return times;
}

const rewind = (to: number, isDryRun = false, clientId = 'device') =>
  engine.broker.inspection.rewind(1, clientId, { to, isDryRun });

/** Which of the messages published at these times is the first that is told to be sent again. */
const firstOf = (told: RewindOutcome | undefined, times: number[]) =>
  times.findLastIndex((time) => time <= told!.from!);

const queued = async () => (await engine.broker.inspection.getSession(1, 'device'))!.queuedMessages;

async function restart(): Promise<void> {
  await engine.restartAfterCrash();
  publisher = await engine.connect('publisher', { username: '1:publisher' });
}

/** A client that has got and acknowledged four messages, a minute apart. */
async function aDeviceWithAPast(filters = ['a/#']): Promise<{ client: TestClient; times: number[] }> {
  const client = await device();
  for (const filter of filters) await client.subscribe(filter);
  const times: number[] = [];
  for (const payload of ['1', '2', '3', '4']) {
    times.push(...(await publish(payload)));
    expect(await client.consume(1)).toEqual([payload]);
  }
  return { client, times };
}

test('an absent session gets again what it had since then, in order and before what came after', async () => {
  const { client, times } = await aDeviceWithAPast();
  await client.disconnect();
  await publish('5');
  const told = await rewind(times[2], true);
  expect(told).toMatchObject({ kind: 'rewound', messages: 2, isComplete: true });
  expect(firstOf(told, times)).toBe(2);
  expect(await queued()).toBe(1);
  expect(await rewind(times[2])).toEqual(told);
  expect(await queued()).toBe(3);
  expect(await (await device()).consume(3)).toEqual(['3', '4', '5']);
});

test('a session that is online gets it at once', async () => {
  const { client, times } = await aDeviceWithAPast();
  const told = await rewind(times[1]);
  expect(told).toMatchObject({ messages: 3 });
  expect(firstOf(told, times)).toBe(1);
  expect(await client.consume(3)).toEqual(['2', '3', '4']);
  expect(await rewind(times[3])).toMatchObject({ messages: 1 });
  expect(await client.consume(1)).toEqual(['4']);
});

test('it is durable when it is answered, for absent sessions and for those that are online', async () => {
  const { client, times } = await aDeviceWithAPast();
  await client.disconnect();
  await rewind(times[1]);
  await restart();
  expect(await queued()).toBe(3);
  const returned = await device();
  expect(await returned.consume(3)).toEqual(['2', '3', '4']);
  await rewind(times[0]);
  await restart();
  expect(await (await device()).consume(4)).toEqual(['1', '2', '3', '4']);
});

test('what is in flight stays so, and is not sent again beside', async () => {
  const client = await device({ properties: { sessionExpiryInterval: 3_600, receiveMaximum: 2 } });
  await client.subscribe('a/#');
  const times = await publish('1', '2', '3', '4');
  expect(await client.consume(2)).toEqual(['1', '2']);
  const [third, fourth] = [await client.receivePublish(), await client.receivePublish()];
  expect(await rewind(times[0])).toMatchObject({ messages: 2 });
  client.acknowledge(PacketType.PUBACK, fourth.packetIdentifier);
  client.acknowledge(PacketType.PUBACK, third.packetIdentifier);
  expect(await client.consume(2)).toEqual(['1', '2']);
  expect(await client.takeUntilPingAnswer()).toEqual([]);
  expect(await queued()).toBe(0);
});

test('in flight over a crash, too', async () => {
  const client = await device({ properties: { sessionExpiryInterval: 3_600, receiveMaximum: 2 } });
  await client.subscribe('a/#');
  const times = await publish('1', '2', '3');
  expect(await client.consume(2)).toEqual(['1', '2']);
  await client.receivePublish();
  await client.disconnect();
  expect(await rewind(times[0])).toMatchObject({ messages: 2 });
  await restart();
  const returned = await device();
  expect(await returned.consume(3)).toEqual(['3', '1', '2']);
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
  expect(await queued()).toBe(0);
});

test('a message under several filters is sent again once', async () => {
  const { client, times } = await aDeviceWithAPast(['a/#', 'a/b']);
  await rewind(times[2]);
  expect(await client.consume(2)).toEqual(['3', '4']);
  expect(await client.takeUntilPingAnswer()).toEqual([]);
});

test('what came before the subscription is not for the session, whatever others had kept', async () => {
  const { times } = await aDeviceWithAPast();
  const later = await engine.connect('later', { username: '1:device' });
  await later.subscribe('a/#');
  await publish('5');
  expect(await later.consume(1)).toEqual(['5']);
  expect(await rewind(times[0], false, 'later')).toMatchObject({ messages: 1, isComplete: true });
  await restart();
  expect(await rewind(times[0], true, 'later')).toMatchObject({ messages: 0 });
  const returned = await engine.connect('later', { username: '1:device' });
  expect(await returned.consume(1)).toEqual(['5']);
});

test('before what is kept it goes back to the earliest that is, and says so', async () => {
  const client = await device();
  await client.subscribe('a/#');
  const times = await publish('1');
  expect(await client.consume(1)).toEqual(['1']);
  advanceClock(3_500);
  times.push(...(await publish('2', '3')));
  expect(await client.consume(2)).toEqual(['2', '3']);
  const told = await rewind(times[0], true);
  expect(told).toMatchObject({ messages: 2, isComplete: false });
  expect(firstOf(told, times)).toBe(1);
});

test('without retention there is nothing to rewind to', async () => {
  engine.setPolicy('device', { retentionSeconds: 0 });
  const { times } = await aDeviceWithAPast();
  expect(await rewind(times[0])).toMatchObject({ kind: 'nothing-kept', messages: 0 });
  expect(await rewind(times[0], false, 'nobody')).toBeUndefined();
});

test('retention that a policy gets later begins when its session is next seen', async () => {
  engine.setPolicy('device', { retentionSeconds: 0 });
  const { client, times } = await aDeviceWithAPast();
  engine.setPolicy('device', { retentionSeconds: 3_600 });
  await client.disconnect();
  const returned = await device();
  await publish('5');
  expect(await returned.consume(1)).toEqual(['5']);
  expect(await rewind(times[0])).toMatchObject({ messages: 1, isComplete: false });
  expect(await returned.consume(1)).toEqual(['5']);
});

test('a queue is not rewound beyond what it may hold', async () => {
  engine.setPolicy('device', { retentionSeconds: 3_600, maxQueuedMessages: 3 });
  const { client, times } = await aDeviceWithAPast();
  await client.disconnect();
  expect(await rewind(times[0])).toMatchObject({ kind: 'too-much', messages: 4 });
  expect(await queued()).toBe(0);
  expect(await rewind(times[1])).toMatchObject({ kind: 'rewound', messages: 3 });
  expect(await (await device()).consume(3)).toEqual(['2', '3', '4']);
});

test('a queue that refuses publishers counts what it gets again', async () => {
  engine.setPolicy('device', { retentionSeconds: 3_600, maxQueuedMessages: 4, overflow: 'reject-publisher' });
  const { client, times } = await aDeviceWithAPast();
  await client.disconnect();
  await rewind(times[1]);
  await publish('5');
  await publisher.publish('a/b', '6');
  const refused = await publisher.receiveAcknowledgement(PacketType.PUBACK);
  expect(refused.reasonCode).toBe(0x97);
  expect(await (await device()).consume(4)).toEqual(['2', '3', '4', '5']);
});

test('what has expired meanwhile is not sent again', async () => {
  const client = await device();
  await client.subscribe('a/#');
  await publisher.publishAcknowledged('a/b', '1', { messageExpiryInterval: 90 });
  const times = await publish('2');
  expect(await client.consume(2)).toEqual(['1', '2']);
  advanceClock(60);
  await rewind(times[0] - 100_000);
  expect(await client.consume(1)).toEqual(['2']);
  expect(await queued()).toBe(0);
});

test('a queue that was purged can be had back', async () => {
  const client = await device();
  await client.subscribe('a/#');
  await client.disconnect();
  const times = await publish('1', '2', '3');
  await engine.broker.inspection.purgeQueue(1, 'device');
  expect(await queued()).toBe(0);
  await rewind(times[1]);
  expect(await (await device()).consume(2)).toEqual(['2', '3']);
});

test('thousands are found by their time', async () => {
  engine.setPolicy('device', { retentionSeconds: 3_600, maxInflight: 1_000, receiveMaximum: 1_000 });
  const client = await device({ properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1_000 } });
  await client.subscribe('a/#');
  const times = await publish('first');
  for (let piece = 0; piece < 30; piece++) {
    for (let nth = 0; nth < 90; nth++) publisher.publish('a/b', `${piece}.${nth}`.padEnd(200, '.'));
    for (let nth = 0; nth < 90; nth++) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  }
  times.push(...(await publish('middle')));
  for (let piece = 0; piece < 10; piece++) {
    for (let nth = 0; nth < 90; nth++) publisher.publish('a/b', `${piece}.${nth}`.padEnd(200, '.'));
    for (let nth = 0; nth < 90; nth++) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  }
  expect(await client.consume(3_602)).toHaveLength(3_602);
  expect(await rewind(times[1])).toMatchObject({ messages: 901 });
  const [first] = await client.consume(901);
  expect(first).toBe('middle');
});
