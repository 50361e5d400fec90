/** MQTT 3.1.1, section 3.3: PUBLISH. Retained messages have their own file. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  DISCONNECT_NORMALLY,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  publish3,
  publish3WithId,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe3,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import {
  answersToViolation,
  payloadsUntil,
  publish,
  publishQoS0,
  publishQoS2,
  receiveUntil,
  RESUME,
  seen,
  subscribe,
  subscriber,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

// ---------------------------------------------------------------- DUP

test('[v3 MQTT-3.3.1.-1] the broker sets DUP when it sends a PUBLISH again', async () => {
  const first = await subscriber(broker, 'dup', 'dup', '02', { flags: RESUME });
  await publish(publisher, 'dup', 'one');
  await publishQoS2(publisher, 'dup', 'two');
  const sent = [await first.receive(PUBLISH), await first.receive(PUBLISH)];
  expect(sent.map(({ dup }) => dup)).toEqual([false, false]);
  await first.drop();
  for (let i = 0; i < 2; i++) {
    const { peer } = await broker.connect3({ clientId: 'dup', flags: RESUME });
    const again = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect(again.map(({ dup, qos, payloadV3 }) => [dup, qos, payloadV3])).toEqual([
      [true, 1, 'one'],
      [true, 2, 'two'],
    ]);
    await peer.drop();
  }
});

test('[v3 MQTT-3.3.1-2] a QoS 0 PUBLISH with DUP ends the connection, and is not delivered', async () => {
  const peer = await subscriber(broker, 'dup0', 'dup0');
  expect(await answersToViolation(broker, publish3('dup0', 'wrong', '38'))).toEqual([]);
  await publish(publisher, 'dup0', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.3.1-2] [v3 MQTT-4.3.1-1] a QoS 0 message goes out with QoS 0 and without DUP', async () => {
  const peer = await subscriber(broker, 'out0', 'out0', '02');
  await publishQoS0(publisher, 'out0', 'm');
  expect((await peer.receive(PUBLISH)).flags).toBe(0);
});

test('[v3 MQTT-3.3.1-2] a QoS 1 message with DUP goes without it to a QoS 0 subscription', async () => {
  const peer = await subscriber(broker, 'out1', 'out1', '00');
  await publish(publisher, 'out1', 'm', '3a');
  expect((await peer.receive(PUBLISH)).flags).toBe(0);
});

test('[v3 MQTT-3.3.1-3] DUP of an incoming PUBLISH is not passed on', async () => {
  for (const flags of [0x02, RESUME]) {
    const peer = await subscriber(broker, 'passed-on', 'passed-on', '02', { flags });
    await publish(publisher, 'passed-on', 'one', '3a');
    await publishQoS2(publisher, 'passed-on', 'two', '3c');
    const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect(received.map(({ dup, qos }) => [dup, qos])).toEqual([
      [false, 1],
      [false, 2],
    ]);
    await peer.drop();
  }
});

test('[v3 MQTT-3.3.1-3] DUP of what is sent again does not depend on the incoming PUBLISH either', async () => {
  const first = await subscriber(broker, 'resent', 'resent', '01', { flags: RESUME });
  await publish(publisher, 'resent', 'm', '32');
  expect((await first.receive(PUBLISH)).dup).toBe(false);
  // The broker must know that it is gone: otherwise it may try to deliver the next one.
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  await publish(publisher, 'resent', 'new', '3a');
  const { peer } = await broker.connect3({ clientId: 'resent', flags: RESUME });
  const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(received.map(({ dup, payloadV3 }) => [dup, payloadV3])).toEqual([
    [true, 'm'],
    [false, 'new'],
  ]);
});

// ---------------------------------------------------------------- QoS

test.each(['36', '37', '3e', '3f'])(
  '[v3 MQTT-3.3.1-4] first byte %s with both QoS bits ends the connection, and is not delivered',
  async (firstByte) => {
    const peer = await subscriber(broker, 'qos3', 'qos3');
    expect(await answersToViolation(broker, publish3WithId(firstByte, 'qos3', 1, 'wrong'))).toEqual([]);
    await publish(publisher, 'qos3', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual([]);
  },
);

test.each([
  [0, '00', '30', 0],
  [0, '01', '30', 0],
  [0, '02', '30', 0],
  [1, '00', '32', 0],
  [1, '01', '32', 1],
  [1, '02', '32', 1],
  [2, '00', '34', 0],
  [2, '01', '34', 1],
  [2, '02', '34', 2],
])(
  '[v3 MQTT-3.8.4-6] a QoS %i message reaches a subscription of QoS %s (first byte %s) with QoS %i',
  async (qos, granted, firstByte, expected) => {
    for (const flags of [0x02, RESUME]) {
      const peer = await subscriber(broker, 'lower', 'lower', granted as '00' | '01' | '02', { flags });
      if (qos === 0) await publishQoS0(publisher, 'lower', 'm', firstByte);
      else if (qos === 1) await publish(publisher, 'lower', 'm', firstByte);
      else await publishQoS2(publisher, 'lower', 'm', firstByte);
      expect(seen(await peer.receive(PUBLISH))).toEqual({
        topic: 'lower',
        qos: expected,
        retain: false,
        payload: 'm',
      });
      await peer.drop();
      await (await broker.connect3({ clientId: 'lower' })).peer.drop();
    }
  },
);

// ---------------------------------------------------------------- topic name

test.each([
  ['no topic', packet('30')],
  ['half a topic length', packet('30', '00')],
  ['a topic longer than the packet', packet('30', '0005 <a/b>')],
  ['a topic longer than the packet, with QoS 1', packet('32', '0004 <a> 0001')],
])('[v3 MQTT-3.3.2-1] a PUBLISH with %s ends the connection', async (_, sent) => {
  expect(await answersToViolation(broker, sent)).toEqual([]);
});

test('[v3 MQTT-3.3.2-1] a PUBLISH whose topic is ill-formed UTF-8 ends the connection, and is not delivered', async () => {
  const peer = await subscriber(broker, 'utf-s', 'utf/#');
  const sent = packet('32', '0006 <utf/> eda0 0001 <wrong>');
  expect(await answersToViolation(broker, sent)).toEqual([]);
  await publish(publisher, 'utf/a', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test.each(['wild/#', 'wild/+', '#', '+', 'wild/a+', 'wild/a#/b'])(
  '[v3 MQTT-3.3.2-2] [v3 MQTT-4.7.1-1] a PUBLISH to %s ends the connection, and is not delivered',
  async (topic) => {
    const peer = await subscriber(broker, 'wild', '#');
    expect(await answersToViolation(broker, publish3(topic, 'wrong'))).toEqual([]);
    expect(await answersToViolation(broker, publish3WithId('32', topic, 1, 'wrong'))).toEqual([]);
    await publish(publisher, 'wild', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual([]);
  },
);

test('[v3 MQTT-3.3.2-3] messages carry the topic they were published to, which matches the subscription', async () => {
  const peer = await subscriber(broker, 'named', 'named/+/x');
  await subscribe(peer, 'named/deep/#');
  for (const topic of ['named/a/y', 'named/a/x', 'named/deep', 'other/a/x', 'named//x', 'named/deep/a/b'])
    await publish(publisher, topic, topic);
  await publish(publisher, 'named/end/x', 'end');
  const received = await receiveUntil(peer, 'end');
  const expected = ['named/a/x', 'named/deep', 'named//x', 'named/deep/a/b'];
  expect(received.map(({ topic }) => topic)).toEqual(expected);
  expect(received.map(({ payloadV3 }) => payloadV3)).toEqual(expected);
});

// ---------------------------------------------------------------- response

test('[v3 MQTT-3.3.4-1] QoS 0 is not answered, QoS 1 by PUBACK, QoS 2 by PUBREC', async () => {
  const { peer } = await broker.connect3({ clientId: 'answered' });
  for (const topic of ['answered/nobody', 'answered/a']) {
    peer.send(publish3(topic, 'm'));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(publish3WithId('32', topic, 7, 'm'));
    expect((await peer.receive(PUBACK)).hex).toBe('40 0007');
    peer.send(publish3WithId('34', topic, 8, 'm'));
    expect((await peer.receive(PUBREC)).hex).toBe('50 0008');
    peer.send(pubrel(8));
    await peer.receive(PUBCOMP);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await subscriber(broker, 'answered-s', 'answered/a');
  }
});

test('[v3 MQTT-3.3.4-1] so are messages with an empty payload, and retained ones', async () => {
  const { peer } = await broker.connect3({ clientId: 'empty' });
  peer.send(publish3WithId('32', 'empty', 1, ''));
  expect((await peer.receive(PUBACK)).hex).toBe('40 0001');
  peer.send(publish3WithId('33', 'empty', 2, ''));
  expect((await peer.receive(PUBACK)).hex).toBe('40 0002');
  peer.send(publish3WithId('35', 'empty', 3, ''));
  expect((await peer.receive(PUBREC)).hex).toBe('50 0003');
});

// ---------------------------------------------------------------- overlapping subscriptions, permission

test.each([
  ['clean session', 0x02],
  ['a stored session', RESUME],
])('[v3 MQTT-3.3.5-1] overlapping subscriptions of %s get the highest QoS granted', async (_, flags) => {
  const peer = await subscriber(broker, 'overlap', 'overlap/#', '00', { flags });
  await subscribe(peer, 'overlap/+', '02');
  await subscribe(peer, 'overlap/a', '01');
  await publishQoS2(publisher, 'overlap/a', 'm');
  await publish(publisher, 'overlap/a', 'n');
  await publish(publisher, 'overlap/a/b', 'o');
  await publish(publisher, 'overlap/end', 'end');
  // Copies for each subscription are allowed, with their own QoS; one must have the highest.
  const qosOf: Record<string, number> = {};
  while (qosOf.m !== 2 || qosOf.end === undefined) {
    const { payloadV3, qos } = await peer.receive(PUBLISH);
    qosOf[payloadV3] = Math.max(qosOf[payloadV3] ?? 0, qos);
  }
  expect(qosOf).toEqual({ m: 2, n: 1, o: 0, end: 1 });
  await (await broker.connect3({ clientId: 'overlap' })).peer.drop();
});

test('[v3 MQTT-3.3.5-2] a PUBLISH that is not allowed is acknowledged, or the connection ends; it is not delivered', async () => {
  const peer = await subscriber(broker, 'denied-s', 'denied/#');
  const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'denied/no/#' }];
  const login = await broker.createLogin('denied', undefined, acl);
  for (const [firstByte, answer] of [
    ['32', '40 0003'],
    ['33', '40 0003'],
    ['34', '50 0003'],
    ['30', null],
  ]) {
    const { peer: client } = await broker.connect3({ clientId: 'denied', login });
    const sent =
      answer === null
        ? publish3('denied/no/a', 'lost')
        : publish3WithId(String(firstByte), 'denied/no/a', 3, 'lost');
    client.send(sent, PINGREQ);
    const next = await client.next();
    expect([answer ?? 'd0 ', undefined]).toContain(next?.hex);
    if (next?.type === PUBREC) {
      client.send(pubrel(3));
      await client.receive(13);
      expect((await client.receive(PUBCOMP)).hex).toBe('70 0003');
    }
    await client.drop();
  }
  await publish(publisher, 'denied/yes', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.3.5-2] so is a PUBLISH to a topic of the broker`s own', async () => {
  const { peer } = await broker.connect3({ clientId: 'system' });
  peer.send(publish3WithId('32', '$SYS/broker/version', 3, 'm'));
  expect(['40 0003', undefined]).toContain((await peer.next())?.hex);
});

test('[v3 MQTT-3.3.5-2] a PUBLISH above the policy`s QoS is acknowledged, or the connection ends', async () => {
  const login = await broker.createLogin('low', { maxQoS: 1 });
  const { peer } = await broker.connect3({ clientId: 'low', login });
  peer.send(publish3WithId('34', 'low', 3, 'm'));
  expect(['50 0003', undefined]).toContain((await peer.next())?.hex);
});

test('[v3 MQTT-3.8.4-6] a subscription granted less than asked gets no more than granted', async () => {
  const login = await broker.createLogin('granted', { maxQoS: 1 });
  const { peer } = await broker.connect3({ clientId: 'granted', login });
  peer.send(subscribe3(1, 'granted', '02'));
  expect((await peer.receive(SUBACK)).hex).toBe('90 000101');
  await publishQoS2(publisher, 'granted', 'm');
  expect((await peer.receive(PUBLISH)).qos).toBe(1);
});

test('[v3 MQTT-3.3.1.-1] PUBREL that is sent again is no PUBLISH again', async () => {
  const first = await subscriber(broker, 'known', 'known', '02', { flags: RESUME });
  await publishQoS2(publisher, 'known', 'm');
  const { packetIdentifier } = await first.receive(PUBLISH);
  first.send(pubrec(packetIdentifier));
  await first.receive(PUBREL);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'known', flags: RESUME });
  expect((await peer.takeUntilPingAnswer()).map(({ type }) => type)).toEqual([PUBREL]);
});
