import { PacketType } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { TestClient } from '../../testing/test-client.ts';

installClock();
let engine: TestBroker;
let publisher: TestClient;

beforeEach(async () => {
  engine = await TestBroker.start();
  publisher = await engine.connect('publisher', { username: '1:publisher' });
});

afterEach(() => engine.dispose());

const TRANSIENT = { cleanStart: true, properties: {} };

async function publish(count: number, qos: 0 | 1 = 1): Promise<string[]> {
  const payloads = Array.from({ length: count }, (_, index) => `${index}`);
  for (const payload of payloads) publisher.publish('a', payload, { qos });
  if (qos === 1) for (const _ of payloads) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  return payloads;
}

const byNumber = (payloads: string[]) => payloads.map(Number).sort((a, b) => a - b);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

async function payloadsOf(client: TestClient): Promise<string[]> {
  const packets = await client.takeUntilPingAnswer();
  return packets.map((packet) => {
    if (packet.type !== PacketType.PUBLISH) throw new Error(`Not a PUBLISH: ${packet.type}`);
    if (packet.qos === 1) client.acknowledge(PacketType.PUBACK, packet.packetIdentifier);
    return packet.payload.toString();
  });
}

test.each([0, 1] as const)(
  'each message goes to one member, and every member gets some (QoS %i)',
  async (qos) => {
    const members = [
      await engine.connect('one'),
      await engine.connect('two', TRANSIENT),
      await engine.connect('three'),
    ];
    for (const member of members) await member.subscribe('$share/g/a');
    await publish(9, qos);
    await publisher.takeUntilPingAnswer();
    const got = await Promise.all(members.map(payloadsOf));
    expect(byNumber(got.flat())).toEqual(numbers(9));
    expect(got.map(({ length }) => length)).toEqual([3, 3, 3]);
  },
);

test('groups and plain subscriptions have a copy each', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a');
  await one.subscribe('$share/h/a');
  await one.subscribe('+');
  await publish(1);
  expect(await payloadsOf(one)).toEqual(['0', '0', '0']);
});

test('what a member had and did not acknowledge goes to another when it leaves', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a');
  for (let index = 0; index < 5; index++) publisher.publish('a', `${index}`);
  expect(await one.receivePayloads(5)).toHaveLength(5);
  const two = await engine.connect('two', TRANSIENT);
  await two.subscribe('$share/g/a');
  await one.drop();
  expect(await two.consume(5)).toEqual(['0', '1', '2', '3', '4']);
});

test('a member that acknowledges nothing keeps no more than its window from the others', async () => {
  const stuck = await engine.connect('stuck', {
    properties: { sessionExpiryInterval: 100, receiveMaximum: 2 },
  });
  const two = await engine.connect('two');
  for (const member of [stuck, two]) await member.subscribe('$share/g/a');
  await publish(20);
  const held = await stuck.receivePayloads(2);
  expect(byNumber([...(await two.consume(18)), ...held])).toEqual(numbers(20));
});

test('absent members keep nothing from the one that is online', async () => {
  const absent = await engine.connect('absent');
  await absent.subscribe('$share/g/a');
  const online = await engine.connect('online');
  await online.subscribe('$share/g/a');
  await absent.drop();
  await publish(10);
  expect(await online.consume(10)).toEqual(numbers(10).map(String));
});

test('with all members absent the queue waits for the first that returns, a crash included', async () => {
  const one = await engine.connect('one');
  const two = await engine.connect('two');
  for (const member of [one, two]) await member.subscribe('$share/g/a');
  await one.drop();
  await two.drop();
  await publish(10);
  await engine.restartAfterCrash();
  const back = await engine.connect('two');
  expect(back.connack.sessionPresent).toBe(true);
  expect(await back.consume(4)).toEqual(['0', '1', '2', '3']);
  await back.takeUntilPingAnswer();
  await back.drop();
  await engine.restart();
  const other = await engine.connect('one');
  const rest = await other.consume(6);
  expect(rest.map(Number)).toEqual(expect.arrayContaining([9]));
});

test('QoS 2: who was chosen gets the message, also after a return, and nobody else does', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a', { qos: 2 });
  await publisher.publishExactlyOnce('a', 'x');
  const first = await one.receivePublish();
  const two = await engine.connect('two');
  await two.subscribe('$share/g/a', { qos: 2 });
  await one.drop();
  expect(await two.takeUntilPingAnswer()).toEqual([]);
  await engine.restartAfterCrash();
  const back = await engine.connect('one');
  const again = await back.receivePublish();
  expect(again).toMatchObject({ dup: true, qos: 2, packetIdentifier: first.packetIdentifier });
  expect(again.payload.toString()).toBe('x');
});

test('QoS 2: the publisher is answered when the message is durable with the member', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a', { qos: 2 });
  await publisher.publishExactlyOnce('a', 'x');
  await engine.restartAfterCrash();
  const back = await engine.connect('one');
  expect((await back.receivePublish()).payload.toString()).toBe('x');
});

test('the queue ends with the last member', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a');
  await one.drop();
  await publish(3);
  const back = await engine.connect('one');
  back.sendUnsubscribe('$share/g/a');
  await back.drop();
  const two = await engine.connect('two');
  await two.subscribe('$share/g/a');
  await publish(1);
  expect(await payloadsOf(two)).toEqual(['0']);
});

test('a group whose last member expired while the broker was down is no more', async () => {
  const one = await engine.connect('one', { properties: { sessionExpiryInterval: 1 } });
  await one.subscribe('$share/g/a');
  await one.drop();
  await publish(3);
  await engine.restartAfterCrash();
  advanceClock(2);
  publisher = await engine.connect('publisher', { username: '1:publisher' });
  const back = await engine.connect('one');
  expect(back.connack.sessionPresent).toBe(false);
  const puback = await publisher.publishAcknowledged('a', 'x');
  expect(puback.reasonCode).toBe(0x10);
});

test.each(['drop-oldest', 'drop-newest'] as const)(
  'the queue keeps to the policy of its members (%s)',
  async (overflow) => {
    engine.setPolicy('device', { maxQueuedMessages: 5, overflow });
    const one = await engine.connect('one');
    await one.subscribe('$share/g/a');
    await one.drop();
    await publish(12);
    const back = await engine.connect('one');
    const kept = overflow === 'drop-oldest' ? [7, 8, 9, 10, 11] : [0, 1, 2, 3, 4];
    expect(await back.consume(5)).toEqual(kept.map(String));
    expect(await back.takeUntilPingAnswer()).toEqual([]);
  },
);

test('members get the QoS they were granted, and an unacknowledged one is not lost by a downgrade', async () => {
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a', { qos: 0 });
  await publish(1);
  expect(await one.receivePublish()).toMatchObject({ qos: 0, packetIdentifier: 0 });
  await one.subscribe('$share/g/a', { qos: 1 });
  await publish(1);
  const publication = await one.receivePublish();
  expect(publication.qos).toBe(1);
  one.acknowledge(PacketType.PUBACK, publication.packetIdentifier);
  await one.subscribe('$share/g/a', { qos: 0 });
  await publish(1);
  expect(await one.receivePublish()).toMatchObject({ qos: 0 });
});

test('a shared subscription brings no retained message', async () => {
  await publisher.publishAcknowledged('a', 'kept', { retain: true });
  const one = await engine.connect('one');
  await one.subscribe('$share/g/a');
  expect(await one.takeUntilPingAnswer()).toEqual([]);
});

test('what was given back goes with the queue when its last member with QoS > 0 lowers that to 0', async () => {
  const one = await engine.connect('one', TRANSIENT);
  await one.subscribe('$share/g/a');
  publisher.publish('a', '0');
  publisher.publish('a', '1');
  await one.receivePayloads(2);
  const two = await engine.connect('two', { properties: { receiveMaximum: 1 } });
  await two.subscribe('$share/g/a');
  await one.drop();
  expect((await two.receivePublish()).payload.toString()).toBe('0');
  expect((await two.subscribe('$share/g/a', { qos: 0 })).reasonCodes).toEqual([0]);
  await publish(1);
  expect(await two.receivePublish()).toMatchObject({ qos: 0 });
});
