import { PacketType, ReasonCode } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

test('a message that several filters of a session match comes once, at the highest QoS, with all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-3]', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a/b', { qos: 1, identifier: 1 });
  await device.subscribe('a/+', { qos: 2, identifier: 2 });
  await device.subscribe('#', { qos: 0, identifier: 3 });
  const publisher = await engine.connect('publisher');
  await publisher.publishExactlyOnce('a/b', 'one');
  const publish = await device.receivePublish();
  expect(publish.qos).toBe(2);
  expect([...publish.subscriptionIdentifiers!].sort()).toEqual([1, 2, 3]);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test('the same for what waited while the session was absent', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a/b', { qos: 1, identifier: 1 });
  await device.subscribe('a/+', { qos: 2, identifier: 2 });
  await device.subscribe('#', { qos: 0, identifier: 3, retainAsPublished: true });
  await device.disconnect();
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a/b', 'one', { retain: true });
  await publisher.publishAcknowledged('a/c', 'two');
  await engine.restartAfterCrash();
  const returned = await engine.connect('device');
  const [one, two] = [await returned.receivePublish(), await returned.receivePublish()];
  expect(one).toMatchObject({ topic: 'a/b', qos: 1, retain: true });
  expect([...one.subscriptionIdentifiers!].sort()).toEqual([1, 2, 3]);
  expect([...two.subscriptionIdentifiers!].sort()).toEqual([2, 3]);
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test.each([
  ['kept', { sessionExpiryInterval: 60 }],
  ['ending with the connection', {}],
])('no local: own messages do not come back, others do (session %s)', async (_name, properties) => {
  const device = await engine.connect('device', { properties });
  await device.subscribe('a', { noLocal: true });
  await device.publishAcknowledged('a', 'own');
  const other = await engine.connect('other');
  await other.publishAcknowledged('a', 'foreign').catch(() => undefined);
  expect(await device.consume(1)).toEqual(['foreign']);
});

test('no local of one filter does not keep a message from another filter of the session, QoS 0 included', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a', { qos: 1, noLocal: true, identifier: 1 });
  await device.subscribe('#', { qos: 0, identifier: 2 });
  device.publish('a', 'own');
  const packets = [await device.next(), await device.next()];
  expect(packets).toContainEqual(
    expect.objectContaining({ type: PacketType.PUBLISH, qos: 0, subscriptionIdentifiers: [2] }),
  );
});

test('retain as published: RETAIN is forwarded where the subscription wants it, and 0 elsewhere [MQTT-3.3.1-12] [MQTT-3.3.1-13]', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a', { retainAsPublished: true });
  await device.subscribe('b', { retainAsPublished: false });
  const publisher = await engine.connect('publisher');
  publisher.publish('a', 'one', { retain: true });
  publisher.publish('b', 'two', { retain: true });
  expect((await device.receivePublish()).retain).toBe(true);
  expect((await device.receivePublish()).retain).toBe(false);
});

test('unsubscribing drops what waits, and completes what is in flight [MQTT-3.10.4-2] [MQTT-3.10.4-3]', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 60, receiveMaximum: 1 },
  });
  await device.subscribe('a', { qos: 2 });
  const publisher = await engine.connect('publisher');
  await publisher.publishExactlyOnce('a', 'in flight');
  await publisher.publishExactlyOnce('a', 'waiting');
  const { packetIdentifier } = await device.receivePublish();
  device.sendUnsubscribe('a');
  await device.receive(PacketType.UNSUBACK);
  device.acknowledge(PacketType.PUBREC, packetIdentifier);
  await device.receiveAcknowledgement(PacketType.PUBREL);
  device.acknowledge(PacketType.PUBCOMP, packetIdentifier);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test('what is in flight of an ended subscription is sent again after a crash, as it was sent', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  const publisher = await engine.connect('publisher');
  publisher.publish('a', 'one', { retain: true });
  const { packetIdentifier, retain } = await device.receivePublish();
  device.sendUnsubscribe('a');
  await device.receive(PacketType.UNSUBACK);
  await engine.restartAfterCrash();
  const returned = await engine.connect('device');
  expect(await returned.receivePublish()).toMatchObject({ dup: true, packetIdentifier, retain, qos: 1 });
});

test('unsubscribing and subscribing again loses nothing of other sessions, whatever is in flight', async () => {
  const other = await engine.connect('other');
  await other.subscribe('a');
  await other.disconnect();
  const device = await engine.connect('device');
  await device.subscribe('a');
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a', 'in flight');
  await device.receivePublish();
  engine.store.hold();
  device.sendUnsubscribe('a');
  await engine.store.commitAsked();
  publisher.publish('a', 'between');
  device.sendSubscribe('a');
  await device.takeUntilPingAnswer();
  engine.store.release();
  await publisher.receiveAcknowledgement(PacketType.PUBACK);
  await engine.restartAfterCrash();
  const returned = await engine.connect('other');
  expect(await returned.consume(2)).toEqual(['in flight', 'between']);
});

test('a subscription that is made again keeps what waits, and takes the new options [MQTT-3.8.4-3]', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 60, receiveMaximum: 1 },
  });
  await device.subscribe('a', { qos: 1, identifier: 1 });
  const publisher = await engine.connect('publisher');
  for (const payload of ['one', 'two']) await publisher.publishAcknowledged('a', payload);
  const first = await device.receivePublish();
  await device.subscribe('a', { qos: 1, identifier: 2 });
  device.acknowledge(PacketType.PUBACK, first.packetIdentifier);
  expect(await device.receivePublish()).toMatchObject({
    payload: Buffer.from('two'),
    subscriptionIdentifiers: [2],
  });
});

test('two tenants with the same client identifiers and topics never meet', async () => {
  const other = { username: '2:device' };
  const [mine, theirs] = [await engine.connect('device'), await engine.connect('device', other)];
  await mine.subscribe('a');
  await theirs.subscribe('#', { qos: 1 });
  const publisher = await engine.connect('publisher', other);
  await publisher.publishAcknowledged('a', 'theirs', { retain: true });
  expect(await theirs.consume(1)).toEqual(['theirs']);
  expect(await mine.takeUntilPingAnswer()).toEqual([]);
  await mine.subscribe('a');
  expect(await mine.takeUntilPingAnswer()).toEqual([]);
  await engine.restartAfterCrash();
  const returned = await engine.connect('device');
  expect(returned.connack.sessionPresent).toBe(true);
  await returned.subscribe('#');
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
  expect(await engine.broker.inspection.getSession(2, 'publisher')).toBeDefined();
  expect(await engine.broker.inspection.getSession(1, 'publisher')).toBeUndefined();
});

test('a log that only unanswered messages keep alive gets no new ones', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a', { qos: 1 });
  const publisher = await engine.connect('publisher');
  await Promise.all([publisher.publishAcknowledged('a', 'one'), device.receivePublish()]);
  device.send({ type: PacketType.UNSUBSCRIBE, packetIdentifier: 9, topicFilters: ['a'], properties: {} });
  await device.receive(PacketType.UNSUBACK);
  const { reasonCode } = await publisher.publishAcknowledged('a', 'two');
  expect(reasonCode).toBe(ReasonCode.NO_MATCHING_SUBSCRIBERS);
});

test('one QoS 0 message for many: each gets what its subscription and its version say', async () => {
  const plain = [await engine.connect('plain 1'), await engine.connect('plain 2')];
  const identified = await engine.connect('identified');
  const asPublished = await engine.connect('as published');
  const old = [
    await engine.connect('old 1', { protocolVersion: 4 }),
    await engine.connect('old 2', { protocolVersion: 4 }),
  ];
  const narrow = await engine.connect('narrow', { properties: { maximumPacketSize: 24 } });
  for (const each of [...plain, ...old, narrow]) await each.subscribe('a', { qos: 0 });
  await identified.subscribe('a', { qos: 0, identifier: 7 });
  await asPublished.subscribe('a', { qos: 0, retainAsPublished: true });
  const publisher = await engine.connect('publisher');
  const forwardedProperties = Buffer.from([0x26, 0, 1, 0x6b, 0, 1, 0x76]);
  publisher.publish('a', 'just too long', { qos: 0, retain: true, forwardedProperties });
  for (const each of plain) {
    const { subscriptionIdentifiers, ...packet } = await each.receivePublish();
    expect(packet).toMatchObject({
      retain: false,
      forwardedProperties,
      payload: Buffer.from('just too long'),
    });
    expect(subscriptionIdentifiers).toBeUndefined();
  }
  expect((await identified.receivePublish()).subscriptionIdentifiers).toEqual([7]);
  expect(await asPublished.receivePublish()).toMatchObject({ retain: true, forwardedProperties });
  for (const each of old) expect((await each.receivePublish()).payload.toString()).toBe('just too long');
  expect(await narrow.takeUntilPingAnswer()).toEqual([]);
});
