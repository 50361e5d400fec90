/** MQTT 3.1.1, sections 4.1 to 4.6 and 7: the delivery protocols, redelivery, order. Sections 4.7 and 4.8 have their own file. */
import { bytes, u16 } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  CONNACK,
  DISCONNECT_NORMALLY,
  puback,
  PUBACK,
  pubcomp,
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
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  payloadsUntil,
  publish,
  publishQoS0,
  publishQoS2,
  RESUME,
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

const resume = async (clientId: string) => (await broker.connect3({ clientId, flags: RESUME })).peer;

const SESSIONS: [string, number][] = [
  ['clean session', 0x02],
  ['a stored session', RESUME],
];

async function forget(clientId: string): Promise<void> {
  await (await broker.connect3({ clientId })).peer.drop();
}

// ---------------------------------------------------------------- QoS 0

test('[v3 MQTT-4.3.1-1] QoS 0 is sent once, without an answer, and not again after a reconnection', async () => {
  const first = await subscriber(broker, 'at-most', 'at-most', '00', { flags: RESUME });
  await publish(publisher, 'at-most', 'm');
  expect((await first.receive(PUBLISH)).flags).toBe(0);
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const peer = await resume('at-most');
  await publish(publisher, 'at-most', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

// ---------------------------------------------------------------- QoS 1

test.each(SESSIONS)(
  '[v3 MQTT-4.3.2-1] to %s QoS 1 messages go with unused identifiers and without DUP, and one more for each PUBACK',
  async (_, flags) => {
    const login = await broker.createLogin(`window-${flags}`, { maxInflight: 3 });
    const peer = await subscriber(broker, 'window', 'window', '01', { flags, login });
    for (let i = 0; i < 6; i++) await publish(publisher, 'window', `${i}`);
    const sent = [];
    for (let i = 0; i < 3; i++) sent.push(await peer.receive(PUBLISH));
    expect(sent.map(({ flags: each }) => each)).toEqual([2, 2, 2]);
    // All are unacknowledged: their window is full.
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(puback(sent[1].packetIdentifier));
    const next = await peer.receive(PUBLISH);
    expect([next.flags, next.payloadV3]).toEqual([2, '3']);
    expect([sent[0], sent[2]].map((each) => each.packetIdentifier)).not.toContain(next.packetIdentifier);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await forget('window');
  },
);

test('[v3 MQTT-4.3.2-1] a QoS 1 message is unacknowledged until PUBACK, and no longer', async () => {
  const first = await subscriber(broker, 'acked', 'acked', '01', { flags: RESUME });
  await publish(publisher, 'acked', 'one');
  await publish(publisher, 'acked', 'two');
  const [one, two] = [await first.receive(PUBLISH), await first.receive(PUBLISH)];
  first.send(puback(one.packetIdentifier));
  // DISCONNECT behind PUBACK: what was sent before is handled.
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const second = await resume('acked');
  const again = await second.receive(PUBLISH);
  expect([again.packetIdentifier, again.payloadV3]).toEqual([two.packetIdentifier, 'two']);
  second.send(puback(again.packetIdentifier), DISCONNECT_NORMALLY);
  await second.untilClosed();
  const peer = await resume('acked');
  await publish(publisher, 'acked', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-4.3.2-2] after PUBACK the same identifier is a new message, with DUP or without', async () => {
  const peer = await subscriber(broker, 'renewed', 'renewed');
  const { peer: client } = await broker.connect3({ clientId: 'renewed-p' });
  for (const firstByte of ['32', '32', '3a', '3a']) {
    client.send(publish3WithId(firstByte, 'renewed', 1, 'same'));
    expect((await client.receive(PUBACK)).hex).toBe('40 0001');
  }
  await publish(publisher, 'renewed', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(Array(4).fill('same'));
});

test('[v3 MQTT-4.3.2-2] PUBACK means that the broker owns the message: it is there for an absent client', async () => {
  const first = await subscriber(broker, 'owned', 'owned', '01', { flags: RESUME });
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const { peer: client } = await broker.connect3({ clientId: 'owned-p' });
  client.send(publish3WithId('32', 'owned', 1, 'm'));
  await client.receive(PUBACK);
  await client.drop();
  expect((await (await resume('owned')).receive(PUBLISH)).payloadV3).toBe('m');
});

// ---------------------------------------------------------------- QoS 2

test.each(SESSIONS)(
  '[v3 MQTT-4.3.3-1] to %s QoS 2 messages go with unused identifiers and without DUP; PUBREC leads to PUBREL',
  async (_, flags) => {
    const peer = await subscriber(broker, 'exact', 'exact', '02', { flags });
    await publishQoS2(publisher, 'exact', 'one');
    await publishQoS2(publisher, 'exact', 'two');
    const [one, two] = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect([one.flags, two.flags]).toEqual([4, 4]);
    expect(two.packetIdentifier).not.toBe(one.packetIdentifier);
    peer.send(pubrec(one.packetIdentifier));
    expect((await peer.receive(PUBREL)).hex).toBe(`62 ${u16(one.packetIdentifier)}`);
    // Neither PUBREL nor PUBLISH comes unasked.
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(pubcomp(one.packetIdentifier));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await forget('exact');
  },
);

test('[v3 MQTT-4.3.3-1] a PUBLISH is unacknowledged until PUBREC, its PUBREL until PUBCOMP; then nothing comes again', async () => {
  const first = await subscriber(broker, 'states', 'states', '02', { flags: RESUME });
  for (const payload of ['published', 'received', 'completed'])
    await publishQoS2(publisher, 'states', payload);
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push((await first.receive(PUBLISH)).packetIdentifier);
  const [published, received, completed] = sent;
  for (const identifier of [received, completed]) {
    first.send(pubrec(identifier));
    await first.receive(PUBREL);
  }
  first.send(pubcomp(completed), DISCONNECT_NORMALLY);
  await first.untilClosed();
  for (let i = 0; i < 2; i++) {
    const peer = await resume('states');
    const again = (await peer.takeUntilPingAnswer()).map((each) => [each.type, each.packetIdentifier]);
    expect(again.sort((a, b) => a[0] - b[0])).toEqual([
      [PUBLISH, published],
      [PUBREL, received],
    ]);
    await peer.drop();
  }
});

test('[v3 MQTT-4.3.3-1] the identifier of a PUBREL without PUBCOMP is not given to another message', async () => {
  const peer = await subscriber(broker, 'held', 'held', '02');
  await publishQoS2(publisher, 'held', 'm');
  const { packetIdentifier } = await peer.receive(PUBLISH);
  peer.send(pubrec(packetIdentifier));
  await peer.receive(PUBREL);
  for (let i = 0; i < 20; i++) {
    await publish(publisher, 'held', `${i}`);
    const message = await peer.receive(PUBLISH);
    expect(message.packetIdentifier).not.toBe(packetIdentifier);
    peer.send(puback(message.packetIdentifier));
  }
});

test.each(SESSIONS)(
  '[v3 MQTT-4.3.3-2] a QoS 2 message of %s that comes again before PUBREL is answered and delivered once',
  async (_, flags) => {
    const subscribed = await subscriber(broker, 'once-s', 'once', '02');
    const { peer } = await broker.connect3({ clientId: 'once', flags });
    for (const firstByte of ['34', '3c', '3c', '34']) {
      peer.send(publish3WithId(firstByte, 'once', 7, 'm'));
      expect((await peer.receive(PUBREC)).hex).toBe('50 0007');
    }
    peer.send(pubrel(7));
    expect((await peer.receive(PUBCOMP)).hex).toBe('70 0007');
    // After PUBCOMP it is a new one, with DUP as well.
    peer.send(publish3WithId('3c', 'once', 7, 'n'));
    expect((await peer.receive(PUBREC)).hex).toBe('50 0007');
    peer.send(pubrel(7));
    await peer.receive(PUBCOMP);
    const payloads = [await subscribed.receive(PUBLISH), await subscribed.receive(PUBLISH)];
    expect(payloads.map(({ payloadV3 }) => payloadV3)).toEqual(['m', 'n']);
    expect(await subscribed.takeUntilPingAnswer()).toEqual([]);
    await forget('once');
  },
);

test('[v3 MQTT-4.3.3-2] the identifiers of both directions have nothing to do with each other', async () => {
  const peer = await subscriber(broker, 'both', 'both', '02');
  await publishQoS2(publisher, 'both', 'from the broker');
  const { packetIdentifier } = await peer.receive(PUBLISH);
  peer.send(publish3WithId('34', 'both-out', packetIdentifier, 'to the broker'));
  expect((await peer.receive(PUBREC)).packetIdentifier).toBe(packetIdentifier);
  peer.send(pubrec(packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
  peer.send(pubrel(packetIdentifier));
  expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(packetIdentifier);
});

// ---------------------------------------------------------------- redelivery

test('[v3 MQTT-4.4.0-1] [v3 MQTT-4.6.0-1] all that is unacknowledged is sent again, with its identifiers, in its order', async () => {
  const first = await subscriber(broker, 'again', 'again/#', '02', { flags: RESUME });
  const sent: ReceivedPacket[] = [];
  for (let i = 0; i < 12; i++) {
    if (i % 3 === 0) await publishQoS2(publisher, `again/${i}`, `${i}`);
    else await publish(publisher, `again/${i}`, `${i}`);
    sent.push(await first.receive(PUBLISH));
  }
  // Acknowledged out of order: 1, 2 and 7 are done.
  for (const { payloadV3, packetIdentifier } of sent)
    if (['1', '2', '7'].includes(payloadV3)) first.send(puback(packetIdentifier));
  const [released] = sent.filter(({ payloadV3 }) => payloadV3 === '6');
  first.send(pubrec(released.packetIdentifier));
  await first.receive(PUBREL);
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const left = sent.filter(({ payloadV3 }) => !['1', '2', '6', '7'].includes(payloadV3));
  for (let i = 0; i < 2; i++) {
    const peer = await resume('again');
    const again = await peer.takeUntilPingAnswer();
    const publishes = again.filter(({ type }) => type === PUBLISH);
    expect(
      publishes.map((each) => [each.packetIdentifier, each.qos, each.topic, each.payloadV3, each.dup]),
    ).toEqual(left.map((each) => [each.packetIdentifier, each.qos, each.topic, each.payloadV3, true]));
    const others = again.filter(({ type }) => type !== PUBLISH);
    expect(others.map(({ hex }) => hex)).toEqual([`62 ${u16(released.packetIdentifier)}`]);
    await peer.drop();
  }
});

test('[v3 MQTT-4.6.0-1] [v3 MQTT-4.6.0-6] messages of a topic are sent again in the order in which they were sent, whatever their QoS', async () => {
  const first = await subscriber(broker, 'in-order', 'in-order', '02', { flags: RESUME });
  const count = 10;
  // All at once, so that one may overtake another on its way to the subscriber.
  const messages = Array.from({ length: count }, (_, i) => ({ firstByte: i % 2 ? '32' : '34', i }));
  const { peer: client } = await broker.connect3({ clientId: 'in-order-p' });
  client.send(...messages.map(({ firstByte, i }) => publish3WithId(firstByte, 'in-order', i + 1, `${i}`)));
  const sent: string[] = [];
  for (let i = 0; i < count; i++) sent.push((await first.receive(PUBLISH)).payloadV3);
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const peer = await resume('in-order');
  const again: string[] = [];
  for (let i = 0; i < count; i++) again.push((await peer.receive(PUBLISH)).payloadV3);
  expect(again).toEqual(sent);
});

test('[v3 MQTT-4.4.0-1] what is sent again comes before what is new', async () => {
  const first = await subscriber(broker, 'older', 'older', '01', { flags: RESUME });
  await publish(publisher, 'older', 'old');
  await first.receive(PUBLISH);
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  for (let i = 0; i < 5; i++) await publish(publisher, 'older', `new ${i}`);
  const peer = await resume('older');
  await publish(publisher, 'older', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([
    'old',
    ...Array.from({ length: 5 }, (_, i) => `new ${i}`),
  ]);
});

test('[v3 MQTT-4.4.0-1] a QoS 1 message keeps its QoS and payload although its subscription is gone or lower', async () => {
  const first = await subscriber(broker, 'changed', 'changed/a', '01', { flags: RESUME });
  await subscribe(first, 'changed/b', '02');
  await publish(publisher, 'changed/a', 'a');
  await publishQoS2(publisher, 'changed/b', 'b');
  const sent = [await first.receive(PUBLISH), await first.receive(PUBLISH)];
  await subscribe(first, 'changed/a', '00');
  await subscribe(first, 'changed/b', '00');
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const again = await (await resume('changed')).takeUntilPingAnswer();
  expect(again.map((each) => [each.packetIdentifier, each.qos, each.payloadV3])).toEqual(
    sent.map((each) => [each.packetIdentifier, each.qos, each.payloadV3]),
  );
});

// ---------------------------------------------------------------- receipt

test('[v3 MQTT-4.5.0-1] a message is added to all sessions with a matching subscription, there or absent', async () => {
  const names = ['there-0', 'there-1', 'absent-0', 'absent-1'];
  const filters = ['receipt/a', 'receipt/+', '#', 'receipt/a/#'];
  const peers: Peer[] = [];
  for (const [i, name] of names.entries()) {
    const peer = await subscriber(broker, name, filters[i], '01', { flags: RESUME });
    if (name.startsWith('there')) peers.push(peer);
    else {
      peer.send(DISCONNECT_NORMALLY);
      await peer.untilClosed();
    }
  }
  peers.push(await subscriber(broker, 'clean', '+/a', '01'));
  const other = await subscriber(broker, 'other', 'receipt/b', '01');
  await publish(publisher, 'receipt/a', 'm');
  for (const name of ['absent-0', 'absent-1']) peers.push(await resume(name));
  for (const peer of peers) expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
  await publish(publisher, 'receipt/b', 'end');
  expect(await payloadsUntil(other, 'end')).toEqual([]);
  for (const name of names) await forget(name);
});

test('[v3 MQTT-4.5.0-1] the publisher itself gets it too', async () => {
  const peer = await subscriber(broker, 'own', 'own', '00');
  peer.send(publish3('own', 'm'));
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
});

// ---------------------------------------------------------------- order

test.each(SESSIONS)(
  '[v3 MQTT-4.6.0-2] [v3 MQTT-4.6.0-3] PUBACK and PUBREC to %s come in the order of the messages',
  async (_, flags) => {
    // One that must be stored, so that the answers wait.
    await subscriber(broker, 'answers-s', 'answers', '01', { flags: RESUME });
    const { peer } = await broker.connect3({ clientId: 'answers', flags });
    const identifiers = Array.from({ length: 40 }, (__, i) => ((i * 37) % 41) + 1);
    peer.send(...identifiers.map((id) => publish3WithId('32', 'answers', id, 'm')));
    for (const id of identifiers) expect((await peer.receive(PUBACK)).packetIdentifier).toBe(id);
    peer.send(...identifiers.map((id) => publish3WithId('34', 'answers', id, 'm')));
    for (const id of identifiers) expect((await peer.receive(PUBREC)).packetIdentifier).toBe(id);
    await forget('answers-s');
    await forget('answers');
  },
);

test.each(SESSIONS)(
  '[v3 MQTT-4.6.0-4] PUBREL to %s come in the order of the PUBREC, not of the messages',
  async (_, flags) => {
    const peer = await subscriber(broker, 'released', 'released', '02', { flags });
    for (let i = 0; i < 9; i++) await publishQoS2(publisher, 'released', 'm');
    const identifiers: number[] = [];
    for (let i = 0; i < 9; i++) identifiers.push((await peer.receive(PUBLISH)).packetIdentifier);
    const mixed = identifiers.map((__, i) => identifiers[(i * 5 + 3) % 9]);
    peer.send(...mixed.map(pubrec));
    for (const identifier of mixed) expect((await peer.receive(PUBREL)).packetIdentifier).toBe(identifier);
    await forget('released');
  },
);

test.each([
  ['clean session', 0x02, false],
  ['a stored session', RESUME, false],
  ['a stored session that was absent', RESUME, true],
])(
  '[v3 MQTT-4.6.0-5] [v3 MQTT-4.6.0-6] messages of a topic and QoS reach %s in the order in which they came',
  async (_, flags, isAbsent) => {
    let peer = await subscriber(broker, 'ordered', 'ordered/+', '02', { flags });
    if (isAbsent) {
      peer.send(DISCONNECT_NORMALLY);
      await peer.untilClosed();
    }
    const count = 90;
    const { peer: client } = await broker.connect3({ clientId: 'ordered-p' });
    for (let i = 1; i <= count; i++) {
      const firstByte = i % 2 ? '32' : '34';
      client.send(publish3WithId(firstByte, `ordered/${i % 3}`, i, String(i)));
    }
    for (let i = 1; i <= count; i++) expect([PUBACK, PUBREC]).toContain((await client.next())?.type);
    if (isAbsent) peer = await resume('ordered');
    const byTopicAndQoS = new Map<string, number[]>();
    for (let i = 0; i < count;) {
      const message = await peer.next();
      if (message?.type === PUBREL) {
        peer.send(pubcomp(message.packetIdentifier));
        continue;
      }
      i++;
      peer.send((message!.qos === 1 ? puback : pubrec)(message!.packetIdentifier));
      const key = `${message!.topic} ${message!.qos}`;
      byTopicAndQoS.set(key, [...(byTopicAndQoS.get(key) ?? []), Number(message!.payloadV3)]);
    }
    expect(byTopicAndQoS.size).toBe(6);
    for (const numbers of byTopicAndQoS.values()) {
      expect(numbers).toHaveLength(15);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    await forget('ordered');
  },
);

test.each(SESSIONS)(
  '[v3 MQTT-4.6.0-6] QoS 0 messages reach %s in the order in which they came',
  async (_, flags) => {
    const peer = await subscriber(broker, 'ordered-0', 'ordered-0', '02', { flags });
    const sent = Array.from({ length: 300 }, (__, i) => String(i));
    publisher.send(...sent.map((payload) => publish3('ordered-0', payload)));
    await publishQoS0(publisher, 'ordered-0', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual(sent);
    await forget('ordered-0');
  },
);

test('[v3 MQTT-4.6.0-6] the order holds while a subscriber acknowledges in another order', async () => {
  const login = await broker.createLogin('narrow', { maxInflight: 4 });
  const peer = await subscriber(broker, 'narrow', 'narrow', '01', { flags: RESUME, login });
  const sent = Array.from({ length: 40 }, (_, i) => String(i));
  for (const payload of sent) await publish(publisher, 'narrow', payload);
  const received: string[] = [];
  while (received.length < sent.length) {
    const four = [];
    for (let i = 0; i < 4; i++) four.push(await peer.receive(PUBLISH));
    received.push(...four.map(({ payloadV3 }) => payloadV3));
    peer.send(...four.reverse().map(({ packetIdentifier }) => puback(packetIdentifier)));
  }
  expect(received).toEqual(sent);
});

// ---------------------------------------------------------------- transport

test('[v3 MQTT-7.1.1-1] over TCP, packets may be cut and joined at will', async () => {
  const peer = await broker.open();
  const all = Buffer.concat([
    broker.connect3Bytes({ clientId: 'bytes' }),
    subscribe3(1, 'bytes'),
    publish3WithId('32', 'bytes', 2, 'm'.repeat(200)),
    bytes('c000'),
  ]);
  for (const byte of all) peer.send(Buffer.from([byte]));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  expect((await peer.receive(SUBACK)).packetIdentifier).toBe(1);
  const rest = [await peer.next(), await peer.next(), await peer.next()];
  expect(rest.map((each) => each?.type).sort((a, b) => a! - b!)).toEqual([PUBLISH, PUBACK, 13]);
  expect(rest.find((each) => each?.type === PUBLISH)?.payloadV3).toBe('m'.repeat(200));
});
