/** MQTT 3.1.1, section 3.3.1.3: RETAIN. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { DISCONNECT_NORMALLY, PUBLISH, puback, publish3, SUBACK, subscribe3 } from './packets.ts';
import { packet } from './bytes.ts';
import type { Peer } from './peer.ts';
import {
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

/** What a new subscriber of `filter` finds retained. `end` is a topic that the filter matches. */
async function retained(filter: string, end: string): Promise<ReturnType<typeof seen>[]> {
  const peer = await subscriber(broker, 'looker', filter, '02');
  await publish(publisher, end, 'end');
  const found = (await receiveUntil(peer, 'end')).map(seen);
  await peer.drop();
  return found.sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

test('[v3 MQTT-3.3.1-5] [v3 MQTT-3.3.1-8] a message with RETAIN is stored with its QoS for later subscribers', async () => {
  await publishQoS0(publisher, 'stored/0', 'zero', '31');
  await publish(publisher, 'stored/1', 'one', '33');
  await publishQoS2(publisher, 'stored/2', 'two', '35');
  const found = await retained('stored/+', 'stored/end');
  const [one, two] = found.slice(-2);
  // QoS 0 ones may be discarded at any time.
  if (found.length > 2)
    expect(found[0]).toEqual({ topic: 'stored/0', qos: 0, retain: true, payload: 'zero' });
  expect(one).toEqual({ topic: 'stored/1', qos: 1, retain: true, payload: 'one' });
  expect(two).toEqual({ topic: 'stored/2', qos: 2, retain: true, payload: 'two' });
});

test('[v3 MQTT-3.3.1-5] it is stored beyond the connection of its publisher, and for more than one subscriber', async () => {
  const { peer } = await broker.connect3({ clientId: 'leaves' });
  await publish(peer, 'stays', 'm', '33');
  await peer.drop();
  for (let i = 0; i < 3; i++) {
    const subscribed = await subscriber(broker, `stays-${i}`, 'stays');
    expect((await subscribed.receive(PUBLISH)).payloadV3).toBe('m');
  }
});

test('[v3 MQTT-3.3.1-5] binary and large payloads are stored as they are', async () => {
  const { peer } = await broker.connect3({ clientId: 'binary' });
  const hex = 'c080ff00'.repeat(20_000);
  peer.send(packet('33', `"binary" 0001 ${hex}`));
  await peer.receive(4);
  const subscribed = await subscriber(broker, 'binary-s', 'binary');
  const { body } = await subscribed.receive(PUBLISH);
  expect(body.subarray(2 + 'binary'.length + 2).equals(Buffer.from(hex, 'hex'))).toBe(true);
});

test('[v3 MQTT-3.3.1-6] the last retained message of each matching topic is sent, no other', async () => {
  for (const topic of ['last/a', 'last/b', 'last/b/c', 'lasting']) {
    await publish(publisher, topic, 'old', '33');
    await publish(publisher, topic, `new ${topic}`, '33');
  }
  const at = (topic: string) => ({ topic, qos: 1, retain: true, payload: `new ${topic}` });
  expect(await retained('last/+', 'last/end')).toEqual(['last/a', 'last/b'].map(at));
  expect(await retained('last/b/#', 'last/b/end')).toEqual(['last/b', 'last/b/c'].map(at));
  expect(await retained('last/#', 'last/end')).toEqual(['last/a', 'last/b', 'last/b/c'].map(at));
  expect(await retained('lasting/#', 'lasting/end')).toEqual([at('lasting')]);
});

test('[v3 MQTT-3.3.1-6] each new subscription of a client gets it, in a stored session as well', async () => {
  await publish(publisher, 'each/a', 'm', '33');
  const peer = await subscriber(broker, 'each', 'each/a', '01', { flags: RESUME });
  for (const filter of ['each/+', 'each/#', null]) {
    const message = await peer.receive(PUBLISH);
    expect(seen(message)).toEqual({ topic: 'each/a', qos: 1, retain: true, payload: 'm' });
    peer.send(puback(message.packetIdentifier));
    if (filter !== null) await subscribe(peer, filter);
  }
});

test('[v3 MQTT-3.8.4-3] [v3 MQTT-3.3.1-6] subscribing again to the same filter brings retained messages again', async () => {
  await publish(publisher, 'again/a', 'm', '33');
  const peer = await subscriber(broker, 'again', 'again/+');
  expect((await peer.receive(PUBLISH)).retain).toBe(true);
  await subscribe(peer, 'again/+');
  expect(seen(await peer.receive(PUBLISH))).toEqual({ topic: 'again/a', qos: 1, retain: true, payload: 'm' });
});

test('[v3 MQTT-3.3.1-6] resuming a session is no new subscription', async () => {
  await publish(publisher, 'resumed/a', 'm', '33');
  const first = await subscriber(broker, 'resumed', 'resumed/+', '01', { flags: RESUME });
  first.send(puback((await first.receive(PUBLISH)).packetIdentifier));
  expect(await first.takeUntilPingAnswer()).toEqual([]);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'resumed', flags: RESUME });
  await publish(publisher, 'resumed/a', 'end');
  // The acknowledgement may have been lost with the connection, then it comes again with DUP.
  expect((await receiveUntil(peer, 'end')).filter(({ dup }) => !dup)).toEqual([]);
});

test('[v3 MQTT-3.3.1-7] a QoS 0 message with RETAIN discards what was retained', async () => {
  await publish(publisher, 'discards', 'old', '33');
  await publishQoS0(publisher, 'discards', 'new', '31');
  const found = await retained('discards/#', 'discards/end');
  const stored = { topic: 'discards', qos: 0, retain: true, payload: 'new' };
  expect([[], [stored]]).toContainEqual(found);
});

test('[v3 MQTT-3.3.1-8] what a new subscription brings has RETAIN, what follows has not', async () => {
  await publish(publisher, 'flagged', 'retained', '33');
  const peer = await subscriber(broker, 'flagged', 'flagged');
  await publish(publisher, 'flagged', 'live');
  const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(received.map(({ retain, payloadV3 }) => [retain, payloadV3])).toEqual([
    [true, 'retained'],
    [false, 'live'],
  ]);
});

test('[v3 MQTT-3.3.1-8] RETAIN is set when it is sent again, too', async () => {
  await publish(publisher, 'flagged-again', 'm', '33');
  const first = await subscriber(broker, 'flagged-again', 'flagged-again', '01', { flags: RESUME });
  const { packetIdentifier } = await first.receive(PUBLISH);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'flagged-again', flags: RESUME });
  const again = await peer.receive(PUBLISH);
  expect([again.dup, again.retain, again.packetIdentifier]).toEqual([true, true, packetIdentifier]);
});

test.each([
  ['clean session', 0x02],
  ['a stored session', RESUME],
])(
  '[v3 MQTT-3.3.1-9] an established subscription of %s gets messages without RETAIN, however they came',
  async (_, flags) => {
    for (const qos of ['00', '01', '02'] as const) {
      const peer = await subscriber(broker, 'established', 'established', qos, { flags });
      await publishQoS0(publisher, 'established', 'm', '31');
      expect((await peer.receive(PUBLISH)).retain).toBe(false);
      await publish(publisher, 'established', 'm', '33');
      expect((await peer.receive(PUBLISH)).retain).toBe(false);
      await publishQoS2(publisher, 'established', 'm', '35');
      expect((await peer.receive(PUBLISH)).retain).toBe(false);
      await publish(publisher, 'established', '', '33');
      expect((await peer.receive(PUBLISH)).retain).toBe(false);
      await (await broker.connect3({ clientId: 'established' })).peer.drop();
    }
  },
);

test('[v3 MQTT-3.3.1-9] messages with RETAIN that waited for an absent client come without it', async () => {
  const first = await subscriber(broker, 'absent', 'absent', '01', { flags: RESUME });
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  await publish(publisher, 'absent', 'm', '33');
  const { peer } = await broker.connect3({ clientId: 'absent', flags: RESUME });
  expect((await peer.receive(PUBLISH)).retain).toBe(false);
});

test('[v3 MQTT-3.3.1-10] [v3 MQTT-3.3.1-11] an empty message with RETAIN is delivered as any, and removes what was retained', async () => {
  for (const [firstByte, send] of [
    ['31', publishQoS0],
    ['33', publish],
    ['35', publishQoS2],
  ] as const) {
    await publish(publisher, 'removed', 'old', '33');
    const peer = await subscriber(broker, 'removed', 'removed', '02');
    await peer.receive(PUBLISH);
    await send(publisher, 'removed', '', firstByte);
    expect(seen(await peer.receive(PUBLISH))).toMatchObject({ topic: 'removed', retain: false, payload: '' });
    expect(await retained('removed/#', 'removed/end')).toEqual([]);
  }
});

test('[v3 MQTT-3.3.1-11] an empty message with RETAIN is not retained', async () => {
  await publish(publisher, 'never', '', '33');
  expect(await retained('never/#', 'never/end')).toEqual([]);
});

test('[v3 MQTT-3.3.1-12] a message without RETAIN is not stored', async () => {
  await publishQoS0(publisher, 'unstored/0', 'm');
  await publish(publisher, 'unstored/1', 'm');
  await publishQoS2(publisher, 'unstored/2', 'm');
  expect(await retained('unstored/#', 'unstored/end')).toEqual([]);
});

test('[v3 MQTT-3.3.1-12] a message without RETAIN, an empty one too, leaves what is retained', async () => {
  await publish(publisher, 'left', 'retained', '33');
  for (const payload of ['live', '']) {
    await publishQoS0(publisher, 'left', payload);
    await publish(publisher, 'left', payload);
    await publishQoS2(publisher, 'left', payload);
  }
  const stored = { topic: 'left', qos: 1, retain: true, payload: 'retained' };
  expect(await retained('left/#', 'left/end')).toEqual([stored]);
});

test('[v3 MQTT-3.3.1-5] [v3 MQTT-3.3.5-2] a retained message that was not allowed is not stored', async () => {
  const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'forbidden/#' }];
  const login = await broker.createLogin('forbidden', undefined, acl);
  await publish(publisher, 'forbidden', 'rightly', '33');
  const { peer } = await broker.connect3({ clientId: 'forbidden', login });
  peer.send(publish3('forbidden', 'wrongly', '31'), publish3('forbidden/a', 'wrongly', '31'));
  await peer.takeUntilPingAnswer().catch(() => undefined);
  expect((await retained('forbidden/#', 'forbidden/end')).map(({ payload }) => payload)).toEqual(['rightly']);
});

test('[v3 MQTT-3.8.4-4] [v3 MQTT-3.3.1-6] two filters of one SUBSCRIBE bring the retained messages of both', async () => {
  await publish(publisher, 'both/a', 'a', '33');
  await publish(publisher, 'both/b', 'b', '33');
  const { peer } = await broker.connect3({ clientId: 'both' });
  peer.send(packet('82', '0001 "both/b" 01 "both/a" 00'));
  expect((await peer.receive(SUBACK)).hex).toBe('90 00010100');
  const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)].map(seen);
  expect(received.sort((a, b) => a.qos - b.qos)).toEqual([
    { topic: 'both/a', qos: 0, retain: true, payload: 'a' },
    { topic: 'both/b', qos: 1, retain: true, payload: 'b' },
  ]);
});

test('[v3 MQTT-3.3.1-6] a subscription that was refused brings none', async () => {
  const acl = [{ effect: 'deny', action: 'subscribe', topicFilter: 'hidden/#' }];
  const login = await broker.createLogin('blind', undefined, acl);
  await publish(publisher, 'hidden/a', 'secret', '33');
  const { peer } = await broker.connect3({ clientId: 'blind', login });
  peer.send(subscribe3(1, 'hidden/+'));
  expect((await peer.receive(SUBACK)).hex).toBe('90 000180');
  await subscribe(peer, 'seen');
  await publish(publisher, 'seen', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});
