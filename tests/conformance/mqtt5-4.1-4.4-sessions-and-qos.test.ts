/** MQTT 5.0, sections 4.1 to 4.3.2 and 4.4: sessions, QoS 0 and 1, redelivery. QoS 2 has a file of its own. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT_NORMALLY,
  PINGRESP,
  puback,
  PUBACK,
  pubcomp,
  PUBLISH,
  publish5,
  publish5WithId,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  AN_HOUR,
  leave,
  nextMessage,
  passTime,
  payloadsUntilEnd,
  publish,
  SUBSCRIPTION_IDENTIFIER,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const STORED = { properties: AN_HOUR };
const RESUME = { flags: 0, properties: AN_HOUR };
const A_SECOND = '11 00000001';

const SESSIONS = [
  ['a session that ends with its connection', ''],
  ['a stored session', AN_HOUR],
];

async function resume(clientId: string): Promise<Peer> {
  const { peer, connack } = await broker.connect5({ clientId, ...RESUME });
  expect(connack.sessionPresent).toBe(true);
  return peer;
}

/** A QoS 2 message of which PUBREC has come. */
async function begin(peer: Peer, topic: string, identifier: number, payload: string): Promise<void> {
  peer.send(publish5WithId('34', topic, identifier, payload));
  expect((await peer.receive(PUBREC)).packetIdentifier).toBe(identifier);
}

/** The next messages, and nothing behind them. */
async function receiveOnly(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  while (messages.length < count) messages.push(await peer.receive(PUBLISH));
  expect((await peer.takeUntilPingAnswer()).map(({ hex }) => hex)).toEqual([]);
  return messages;
}

/** The same, in the order in which they were named here: among different QoS there is no other. */
async function receiveNamed(peer: Peer, ...payloads: string[]): Promise<ReceivedPacket[]> {
  const messages = await receiveOnly(peer, payloads.length);
  return payloads.map((each) => messages.find(({ payload }) => payload === each)!);
}

const identifiersOf = (packets: ReceivedPacket[]) => packets.map((each) => each.packetIdentifier);

describe('section 4.1', () => {
  test.each([
    ['0', ''],
    ['1 second', A_SECOND],
  ])(
    '[MQTT-4.1.0-1] with expiry interval %s, a session keeps its state as long as the connection is open',
    async (_, properties) => {
      const observer = await subscriber(broker, 'kept-observer', 'kept/up', '01');
      const peer = await subscriber(broker, 'kept', 'kept/+/down', '02', { properties });
      await publish(publisher, 'kept/1/down', 'one');
      await publish(publisher, 'kept/2/down', 'two', { qos: 2 });
      await publish(publisher, 'kept/3/down', 'three', { qos: 2 });
      const [one, two, three] = await receiveNamed(peer, 'one', 'two', 'three');
      peer.send(pubrec(three.packetIdentifier));
      await peer.receive(PUBREL);
      await begin(peer, 'kept/up', 9, 'up');
      await passTime(broker, 1);
      // Each part of it: subscriptions, and messages of both directions.
      await publish(publisher, 'kept/4/down', 'four');
      const [four] = await receiveOnly(peer, 1);
      expect(four.payload).toBe('four');
      expect(new Set(identifiersOf([one, two, three, four])).size).toBe(4);
      peer.send(puback(one.packetIdentifier), pubrec(two.packetIdentifier));
      const pubrelOfTwo = await peer.receive(PUBREL);
      expect([pubrelOfTwo.packetIdentifier, pubrelOfTwo.reasonCode]).toEqual([two.packetIdentifier, 0]);
      peer.send(publish5WithId('3c', 'kept/up', 9, 'up'));
      await peer.receive(PUBREC);
      await publish(publisher, 'kept/up', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['up']);
    },
  );

  test('[MQTT-4.1.0-1] a connection longer than the expiry interval does not shorten the session behind it', async () => {
    const peer = await subscriber(broker, 'long', 'long', '01', { properties: A_SECOND });
    await publish(publisher, 'long', 'm');
    const { packetIdentifier } = await peer.receive(PUBLISH);
    await passTime(broker, 1);
    await peer.drop();
    const again = await (await resume('long')).receive(PUBLISH);
    expect([again.packetIdentifier, again.payload]).toEqual([packetIdentifier, 'm']);
  });

  test.each(['dropped', 'ended by DISCONNECT', 'taken over'])(
    '[MQTT-4.1.0-1] [MQTT-4.1.0-2] all of the session is there behind a connection that is %s, before its expiry',
    async (how) => {
      const observer = await subscriber(broker, 'parts-observer', 'parts/up', '02');
      const { peer } = await broker.connect5({ clientId: 'parts', ...STORED });
      await subscribe(peer, 'parts/down', '02', '02 0b07');
      await publish(publisher, 'parts/down', 'unacknowledged');
      const [sent] = await receiveOnly(peer, 1);
      await begin(peer, 'parts/up', 9, 'up');
      if (how === 'dropped') await peer.drop();
      if (how === 'ended by DISCONNECT') await leave(peer);
      if (how !== 'taken over') await publish(publisher, 'parts/down', 'pending');
      const again = await resume('parts');
      if (how === 'taken over') await publish(publisher, 'parts/down', 'pending');
      const [first, second] = await receiveOnly(again, 2);
      expect([first.packetIdentifier, first.payload]).toEqual([sent.packetIdentifier, 'unacknowledged']);
      expect(second.payload).toBe('pending');
      expect(second.properties.get(SUBSCRIPTION_IDENTIFIER)).toEqual([7]);
      again.send(publish5WithId('3c', 'parts/up', 9, 'up'));
      await again.receive(PUBREC);
      await publish(publisher, 'parts/up', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['up']);
    },
  );

  test.each([
    ['0', '', false],
    ['1 second', A_SECOND, true],
  ])(
    '[MQTT-4.1.0-2] with expiry interval %s, all state is discarded behind the connection when it has passed',
    async (_, properties, takesTime) => {
      const observer = await subscriber(broker, 'gone-observer', 'gone/up', '01');
      const peer = await subscriber(broker, 'gone', 'gone/down', '02', { properties });
      await publish(publisher, 'gone/down', 'one');
      await publish(publisher, 'gone/down', 'two', { qos: 2 });
      const [, two] = await receiveNamed(peer, 'one', 'two');
      peer.send(pubrec(two.packetIdentifier));
      await peer.receive(PUBREL);
      await begin(peer, 'gone/up', 9, 'same');
      await leave(peer);
      await publish(publisher, 'gone/down', 'three');
      if (takesTime) await passTime(broker, 1);
      const again = await broker.connect5({ clientId: 'gone', ...RESUME });
      expect(again.connack.sessionPresent).toBe(false);
      await publish(publisher, 'gone/down', 'four');
      expect(await again.peer.takeUntilPingAnswer()).toEqual([]);
      // Its identifier is not known any more: a new message.
      await begin(again.peer, 'gone/up', 9, 'same');
      await publish(publisher, 'gone/up', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['same', 'same']);
    },
  );

  test('[MQTT-4.1.0-2] the interval begins anew behind each connection', async () => {
    const parts = { clientId: 'anew', properties: '11 00000003' };
    await (await subscriber(broker, 'anew', 'anew', '01', parts)).drop();
    for (let i = 0; i < 2; i++) {
      await passTime(broker, 1);
      const { peer, connack } = await broker.connect5({ ...parts, flags: 0 });
      expect(connack.sessionPresent).toBe(true);
      await peer.drop();
    }
  });

  test('[MQTT-4.1.0-2] retained messages are no part of the session that published them', async () => {
    const { peer } = await broker.connect5({ clientId: 'retainer' });
    await publish(peer, 'retained/by', 'm', { retain: true });
    await leave(peer);
    await broker.connect5({ clientId: 'retainer' });
    const reader = await subscriber(broker, 'retained-reader', 'retained/by');
    expect((await nextMessage(reader)).payload).toBe('m');
    await publish(publisher, 'retained/by', '', { retain: true });
  });
});

describe('section 4.2', () => {
  test('[MQTT-4.2-1] over TCP packets may be cut anywhere', async () => {
    const peer = await broker.open();
    const all = Buffer.concat([
      broker.connect5Bytes({ clientId: 'bytes' }),
      subscribe5(1, 'bytes', '00'),
      publish5('bytes', 'm'.repeat(200)),
      PINGREQ,
    ]);
    for (const byte of all) peer.send(Buffer.from([byte]));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    expect((await peer.receive(SUBACK)).hex).toBe('90 00010000');
    const rest = [await peer.next(), await peer.next()];
    expect(rest.map((each) => each?.type).sort()).toEqual([PINGRESP, PUBLISH]);
    expect(rest.find((each) => each?.type === PUBLISH)?.payload).toBe('m'.repeat(200));
  });

  test('[MQTT-4.2-1] or joined, and nothing is lost or changes places on the way', async () => {
    const peer = await subscriber(broker, 'joined', 'joined', '00');
    const sent = Array.from({ length: 500 }, (_, i) => `${i}`.repeat(1 + (i % 97)));
    publisher.send(...sent.map((payload) => publish5('joined', payload)), publish5('joined', 'end'));
    expect(await payloadsUntilEnd(peer)).toEqual(sent);
  });
});

describe('section 4.3.1', () => {
  test.each(SESSIONS)(
    '[MQTT-4.3.1-1] to %s QoS 0 messages go with QoS 0 and without DUP, whatever they came with',
    async (_, properties) => {
      const peer = await subscriber(broker, 'zero', 'zero/#', '00', { properties });
      await subscribe(peer, 'zero/of/two', '02');
      publisher.send(publish5('zero/of/two', 'm'));
      for (const firstByte of ['32', '34', '3a', '3c']) {
        publisher.send(publish5WithId(firstByte, 'zero/a', 5, 'm'));
        const answer = await publisher.next();
        if (answer?.type === PUBREC) publisher.send(pubrel(5));
        if (answer?.type === PUBREC) await publisher.next();
      }
      await publisher.takeUntilPingAnswer();
      const messages = await receiveOnly(peer, 5);
      expect(messages.map(({ flags }) => flags)).toEqual([0, 0, 0, 0, 0]);
    },
  );

  test('[MQTT-4.3.1-1] they are not sent again', async () => {
    const first = await subscriber(broker, 'at-most', 'at-most', '00', STORED);
    await publish(publisher, 'at-most', 'm');
    expect((await first.receive(PUBLISH)).flags).toBe(0);
    await leave(first);
    const peer = await resume('at-most');
    await publish(publisher, 'at-most', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });
});

describe('section 4.3.2, the broker sends', () => {
  test.each(SESSIONS)(
    '[MQTT-4.3.2-1] [MQTT-4.3.2-2] to %s each new message goes with an identifier that is not in use, QoS 1 and without DUP',
    async (_, properties) => {
      const peer = await subscriber(broker, 'unused', 'unused', '01', { properties });
      const inUse = new Set<number>();
      for (let i = 0; i < 60; i++) {
        // With DUP: what the publisher does is not told.
        publisher.send(publish5WithId(i % 2 ? '3a' : '32', 'unused', 1, `${i}`));
        await publisher.receive(PUBACK);
        const message = await peer.receive(PUBLISH);
        expect([message.flags, message.payload]).toEqual([2, `${i}`]);
        expect(message.packetIdentifier).toBeGreaterThan(0);
        expect(inUse).not.toContain(message.packetIdentifier);
        inUse.add(message.packetIdentifier);
        const [oldest] = inUse;
        if (i % 3 === 0) peer.send(puback(oldest));
        if (i % 3 === 0) inUse.delete(oldest);
      }
    },
  );

  test('[MQTT-4.3.2-1] [MQTT-4.3.3-1] no identifier in use is given again when all numbers were used', async () => {
    const login = await broker.createLogin('many', { receiveMaximum: 2_000, maxInflight: 2_000 });
    const peer = await subscriber(broker, 'many', 'many', '02', { login });
    const { peer: client } = await broker.connect5({ clientId: 'many-publisher', login });
    await publish(client, 'many', 'held');
    const held = await peer.receive(PUBLISH);
    await publish(client, 'many', 'released', { qos: 2 });
    const released = await peer.receive(PUBLISH);
    peer.send(pubrec(released.packetIdentifier));
    await peer.receive(PUBREL);
    const batch = Array.from({ length: 1_000 }, (_, i) => publish5WithId('32', 'many', i + 1, 'm'));
    for (let sent = 0; sent <= 0xffff; sent += batch.length) {
      client.send(...batch);
      const identifiers = new Set(identifiersOf([held, released]));
      for (let i = 0; i < batch.length; i++) identifiers.add((await peer.receive(PUBLISH)).packetIdentifier);
      expect(identifiers.size).toBe(batch.length + 2);
      identifiers.delete(held.packetIdentifier);
      identifiers.delete(released.packetIdentifier);
      peer.send(...[...identifiers].map(puback));
      for (let i = 0; i < batch.length; i++) await client.receive(PUBACK);
    }
  });

  test('[MQTT-4.3.2-3] a message is unacknowledged until its PUBACK, and no longer', async () => {
    const first = await subscriber(broker, 'acked', 'acked', '01', STORED);
    for (const payload of ['one', 'two', 'three']) await publish(publisher, 'acked', payload);
    const [one, two, three] = await receiveOnly(first, 3);
    first.send(puback(two.packetIdentifier));
    await leave(first);
    const second = await resume('acked');
    expect(identifiersOf(await receiveOnly(second, 2))).toEqual(identifiersOf([one, three]));
    second.send(puback(three.packetIdentifier));
    await leave(second);
    const third = await resume('acked');
    expect(identifiersOf(await receiveOnly(third, 1))).toEqual(identifiersOf([one]));
    third.send(puback(one.packetIdentifier));
    await leave(third);
    await receiveOnly(await resume('acked'), 0);
  });

  test('[MQTT-4.3.2-3] neither PUBREC nor PUBCOMP nor the PUBACK of another is its PUBACK', async () => {
    const first = await subscriber(broker, 'not-acked', 'not-acked', '01', STORED);
    await publish(publisher, 'not-acked', 'm');
    const [{ packetIdentifier }] = await receiveOnly(first, 1);
    for (const wrong of [
      pubrec(packetIdentifier),
      pubcomp(packetIdentifier),
      puback(packetIdentifier + 1),
      pubrel(packetIdentifier),
    ]) {
      // The broker may answer, or end the connection.
      const peer = await resume('not-acked');
      const [again] = await receiveOnly(peer, 1);
      expect([again.packetIdentifier, again.payload]).toEqual([packetIdentifier, 'm']);
      peer.send(wrong, DISCONNECT_NORMALLY);
      await peer.untilClosed();
    }
    expect(identifiersOf(await receiveOnly(await resume('not-acked'), 1))).toEqual([packetIdentifier]);
  });
});

describe('section 4.3.2, the broker receives', () => {
  test.each(SESSIONS)(
    '[MQTT-4.3.2-4] each message of %s is answered by PUBACK with its identifier',
    async (_, properties) => {
      const absent = await subscriber(broker, 'answered-absent', 'answered/stored', '01', STORED);
      await leave(absent);
      const { peer } = await broker.connect5({ clientId: 'answered', properties });
      for (const topic of ['answered/nobody', 'answered/stored']) {
        for (const identifier of [1, 2, 255, 256, 0x7fff, 0x8000, 0xffff]) {
          peer.send(publish5WithId('32', topic, identifier, 'm'));
          const answer = await peer.receive(PUBACK);
          expect([answer.packetIdentifier, answer.flags]).toEqual([identifier, 0]);
          expect(answer.reasonCode).toBe(topic === 'answered/nobody' ? 0x10 : 0);
        }
      }
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    },
  );

  test('[MQTT-4.3.2-4] PUBACK means that the broker has the message for absent clients, though its publisher is gone', async () => {
    await leave(await subscriber(broker, 'owned', 'owned', '01', STORED));
    const { peer } = await broker.connect5({ clientId: 'owned-publisher' });
    peer.send(publish5WithId('32', 'owned', 1, 'm'));
    await peer.receive(PUBACK);
    await peer.drop();
    expect((await (await resume('owned')).receive(PUBLISH)).payload).toBe('m');
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.2-5] after PUBACK to %s the same identifier is a new message, with DUP or without',
    async (_, properties) => {
      const observer = await subscriber(broker, 'renewed-observer', 'renewed');
      const { peer } = await broker.connect5({ clientId: 'renewed', properties });
      for (const firstByte of ['32', '32', '3a', '3a', '32']) {
        peer.send(publish5WithId(firstByte, 'renewed', 1, 'same'));
        expect((await peer.receive(PUBACK)).packetIdentifier).toBe(1);
      }
      await publish(publisher, 'renewed', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(Array(5).fill('same'));
    },
  );
});

describe('section 4.4', () => {
  /** What is said about a message sent again. */
  const facts = (each: ReceivedPacket) => [each.packetIdentifier, each.qos, each.topic, each.payload];

  test('[MQTT-4.4.0-1] PUBLISH and PUBREL without their answers are sent again at each return, with their identifiers', async () => {
    const first = await subscriber(broker, 'again', 'again/#', '02', STORED);
    for (let i = 0; i < 12; i++) await publish(publisher, `again/${i}`, `${i}`, { qos: i % 3 ? 1 : 2 });
    const sent = await receiveNamed(first, ...Array.from({ length: 12 }, (_, i) => `${i}`));
    first.send(...[1, 2, 7].map((i) => puback(sent[i].packetIdentifier)));
    for (const i of [6, 3]) {
      first.send(pubrec(sent[i].packetIdentifier));
      await first.receive(PUBREL);
    }
    await leave(first);
    for (let i = 0; i < 3; i++) {
      const peer = await resume('again');
      const again = await peer.takeUntilPingAnswer();
      const messages = again.filter(({ type }) => type === PUBLISH);
      const left = [0, 4, 5, 8, 9, 10, 11].map((each) => sent[each]);
      expect(messages.map(facts).sort()).toEqual(left.map(facts).sort());
      expect(messages.every(({ dup }) => dup)).toBe(true);
      const others = again.filter(({ type }) => type !== PUBLISH).map(({ hex }) => hex);
      expect(others.sort()).toEqual([3, 6].map((each) => `62 ${u16(sent[each].packetIdentifier)}`).sort());
      await (i % 2 ? peer.drop() : leave(peer));
    }
  });

  test('[MQTT-4.4.0-1] what is sent again comes before what is new, and goes although its subscription is gone', async () => {
    const first = await subscriber(broker, 'older', 'older/+', '02', STORED);
    await subscribe(first, 'newer', '01');
    await publish(publisher, 'older/1', 'one');
    await publish(publisher, 'older/2', 'two', { qos: 2 });
    const sent = await receiveNamed(first, 'one', 'two');
    first.send(packet('a2', '0003 00 "older/+"'));
    await first.next();
    await leave(first);
    await publish(publisher, 'newer', 'new');
    await publish(publisher, 'older/1', 'unwanted');
    const messages = await receiveOnly(await resume('older'), 3);
    expect(messages.slice(0, 2).map(facts).sort()).toEqual(sent.map(facts).sort());
    expect([messages[2].payload, messages[2].dup]).toEqual(['new', false]);
  });

  test('[MQTT-4.4.0-1] nothing is sent again to a client while it is connected', async () => {
    const peers: Peer[] = [];
    for (const [i, [, properties]] of SESSIONS.entries())
      peers.push(await subscriber(broker, `no-retry-${i}`, 'no-retry', '02', { properties }));
    await publish(publisher, 'no-retry', 'one');
    await publish(publisher, 'no-retry', 'two', { qos: 2 });
    await publish(publisher, 'no-retry', 'three', { qos: 2 });
    for (const peer of peers) {
      const [, , three] = await receiveNamed(peer, 'one', 'two', 'three');
      peer.send(pubrec(three.packetIdentifier));
      await peer.receive(PUBREL);
    }
    // Some time, other packets, the same subscription again, a message behind them.
    await passTime(broker, 3);
    for (const peer of peers) await subscribe(peer, 'no-retry', '02');
    await publish(publisher, 'no-retry', 'four');
    for (const peer of peers) expect((await receiveOnly(peer, 1))[0].payload).toBe('four');
  });

  test('[MQTT-4.4.0-1] nor after a clean start', async () => {
    const first = await subscriber(broker, 'clean', 'clean', '02', STORED);
    await publish(publisher, 'clean', 'one');
    await publish(publisher, 'clean', 'two', { qos: 2 });
    const [, two] = await receiveNamed(first, 'one', 'two');
    first.send(pubrec(two.packetIdentifier));
    await first.receive(PUBREL);
    await first.drop();
    const { peer, connack } = await broker.connect5({ clientId: 'clean', ...STORED });
    expect(connack.sessionPresent).toBe(false);
    await receiveOnly(peer, 0);
  });

  test.each(['80', '83', '87', '90', '91', '97', '99'])(
    '[MQTT-4.4.0-2] what was answered by PUBACK or PUBREC with %s is not sent again',
    async (reasonCode) => {
      const first = await subscriber(broker, 'refused', 'refused', '02', STORED);
      for (const qos of [1, 2, 1, 2] as const) await publish(publisher, 'refused', `${qos}`, { qos });
      const sent = await receiveOnly(first, 4);
      for (const { qos, packetIdentifier } of sent.slice(0, 2)) {
        first.send(packet(qos === 1 ? '40' : '50', `${u16(packetIdentifier)} ${reasonCode}`));
      }
      await leave(first);
      const again = await receiveOnly(await resume('refused'), 2);
      expect(identifiersOf(again).sort()).toEqual(identifiersOf(sent.slice(2)).sort());
    },
  );
});
