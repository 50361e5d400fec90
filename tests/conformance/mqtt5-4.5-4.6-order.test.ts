/** MQTT 5.0, sections 4.5 and 4.6: receipt and order. */
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  PUBACK,
  puback,
  pubcomp,
  PUBLISH,
  publish5,
  publish5WithId,
  PUBREC,
  pubrec,
  PUBREL,
  pubrel,
} from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  AN_HOUR,
  leave,
  messagesUntilEnd,
  nextMessage,
  payloadsUntilEnd,
  publish,
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

const SESSIONS = [
  ['a session that ends with its connection', ''],
  ['a stored session', AN_HOUR],
];

const resume = async (clientId: string) => (await broker.connect5({ clientId, ...RESUME })).peer;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

describe('section 4.5', () => {
  test.each([0, 1, 2] as const)(
    '[MQTT-4.5.0-1] a message with QoS %d is added to every session with a matching subscription, the absent ones too',
    async (qos) => {
      const filters = ['receipt/a', 'receipt/+', '#', 'receipt/a/#', '+/a', '+/+'];
      const present: Peer[] = [];
      for (const [i, filter] of filters.entries()) {
        present.push(await subscriber(broker, `present-${i}`, filter, `0${i % 3}`));
        present.push(await subscriber(broker, `stored-${i}`, filter, `0${i % 3}`, STORED));
        await leave(await subscriber(broker, `absent-${i}`, filter, '02', STORED));
      }
      const other = await subscriber(broker, 'other', 'receipt/b', '02');
      await publish(publisher, 'receipt/a', 'm', { qos });
      for (const peer of present) {
        const message = await nextMessage(peer);
        expect([message.topic, message.payload]).toEqual(['receipt/a', 'm']);
      }
      // QoS 0 messages need not wait for the absent.
      for (const i of qos === 0 ? [] : filters.keys()) {
        const peer = await resume(`absent-${i}`);
        expect((await nextMessage(peer)).payload).toBe('m');
        expect(await peer.takeUntilPingAnswer()).toEqual([]);
      }
      await publish(publisher, 'receipt/b', 'end');
      expect(await payloadsUntilEnd(other)).toEqual([]);
      for (const i of filters.keys()) {
        for (const name of ['stored', 'absent']) await broker.connect5({ clientId: `${name}-${i}` });
      }
    },
  );

  test('[MQTT-4.5.0-1] the publisher itself is among them, and so is a session whose window is full', async () => {
    const properties = `21 0001 ${AN_HOUR}`;
    const peer = await subscriber(broker, 'own', 'own', '01', { properties });
    for (const payload of ['1', '2', '3']) peer.send(publish5('own', payload));
    for (const payload of ['1', '2', '3']) expect((await peer.receive(PUBLISH)).payload).toBe(payload);
    for (const payload of ['4', '5', '6']) await publish(publisher, 'own', payload);
    for (const payload of ['4', '5', '6']) expect((await nextMessage(peer)).payload).toBe(payload);
  });

  test('[MQTT-4.5.0-1] what a client published before its connection broke is there', async () => {
    await leave(await subscriber(broker, 'heir', 'heir', '01', STORED));
    const { peer } = await broker.connect5({ clientId: 'heir-publisher' });
    for (let i = 1; i <= 10; i++) peer.send(publish5WithId('32', 'heir', i, `${i}`));
    for (let i = 1; i <= 10; i++) await peer.receive(PUBACK);
    await peer.drop();
    const again = await resume('heir');
    for (let i = 1; i <= 10; i++) expect((await again.receive(PUBLISH)).payload).toBe(`${i}`);
  });
});

/** By topic and QoS, the payloads in the order in which they came. */
function byTopicAndQoS(messages: ReceivedPacket[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { topic, qos, payload } of messages) {
    const key = `${topic} ${qos}`;
    found.set(key, [...(found.get(key) ?? []), payload]);
  }
  return found;
}

/** Publishes numbers to three topics, with all QoS, as fast as can be, and waits for all answers. */
async function publishMany(peer: Peer, prefix: string, count: number): Promise<void> {
  let answers = 0;
  for (let i = 0; i < count; i++) {
    const topic = `${prefix}/${Math.floor(i / 3) % 3}`;
    if (i % 3 === 0) peer.send(publish5(topic, `${i}`));
    else peer.send(publish5WithId(i % 3 === 1 ? '32' : '34', topic, i + 1, `${i}`));
  }
  for (let i = 0; i < count; i++) answers += i % 3 === 0 ? 0 : i % 3;
  // PUBACK of each QoS 1 message; PUBREC and PUBCOMP of each QoS 2 message.
  while (answers-- > 0) {
    const answer = await peer.next();
    expect(answer!.reasonCode).toBeLessThan(0x80);
    if (answer?.type === PUBREC) peer.send(pubrel(answer.packetIdentifier));
  }
}

/** The next messages, acknowledged, with those that were acknowledged first going on in between. */
async function takeMessages(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  while (messages.length < count) {
    const next = await peer.next();
    if (next?.type === PUBREL) peer.send(pubcomp(next.packetIdentifier));
    if (next?.type !== PUBLISH) continue;
    messages.push(next);
    if (next.qos > 0) peer.send((next.qos === 1 ? puback : pubrec)(next.packetIdentifier));
  }
  return messages;
}

function expectOrder(messages: ReceivedPacket[], groups: number): void {
  const found = byTopicAndQoS(messages);
  expect(found.size).toBe(groups);
  for (const payloads of found.values()) {
    const sorted = payloads.map(Number).sort((a, b) => a - b);
    expect(payloads.map(Number)).toEqual(sorted);
  }
}

describe('section 4.6', () => {
  test.each([
    ['a session that ends with its connection', '', ['ordered/+']],
    ['a stored session', AN_HOUR, ['ordered/+']],
    ['a stored session with several subscriptions', AN_HOUR, ['ordered/0', 'ordered/1', 'ordered/2']],
  ])(
    '[MQTT-4.6.0-5] [MQTT-4.6.0-6] messages of a topic and QoS reach %s in the order in which they came',
    async (_, properties, filters) => {
      const { peer } = await broker.connect5({ clientId: 'ordered', properties });
      for (const filter of filters) await subscribe(peer, filter, '02');
      const { peer: client } = await broker.connect5({ clientId: 'ordered-publisher' });
      await publishMany(client, 'ordered', 135);
      const messages = await takeMessages(peer, 135);
      expectOrder(messages, 9);
      expect(new Set(messages.map(({ payload }) => payload)).size).toBe(135);
    },
  );

  test('[MQTT-4.6.0-5] [MQTT-4.6.0-6] so do those that waited for an absent client, and those behind them', async () => {
    await leave(await subscriber(broker, 'waiting', 'waiting/+', '02', STORED));
    const { peer: client } = await broker.connect5({ clientId: 'waiting-publisher' });
    for (let i = 0; i < 60; i++) await publish(client, `waiting/${i % 2}`, `${i}`, { qos: i % 3 ? 1 : 2 });
    const peer = await resume('waiting');
    const rest = (async () => {
      for (let i = 60; i < 120; i++)
        await publish(client, `waiting/${i % 2}`, `${i}`, { qos: i % 3 ? 1 : 2 });
    })();
    expectOrder(await takeMessages(peer, 120), 4);
    await rest;
  });

  test.each(SESSIONS)(
    '[MQTT-4.6.0-5] [MQTT-4.6.0-6] to %s with a narrow window that answers in another order as well',
    async (_, properties) => {
      const parts = { properties: `21 0004 ${properties}` };
      const peer = await subscriber(broker, 'narrow', 'narrow', '01', parts);
      for (const payload of numbers(40)) await publish(publisher, 'narrow', payload);
      const received: string[] = [];
      while (received.length < 40) {
        const four: ReceivedPacket[] = [];
        while (four.length < 4) four.push(await peer.receive(PUBLISH));
        received.push(...four.map(({ payload }) => payload));
        peer.send(...four.reverse().map(({ packetIdentifier }) => puback(packetIdentifier)));
      }
      expect(received).toEqual(numbers(40));
    },
  );

  test.each(SESSIONS)(
    '[MQTT-4.6.0-5] [MQTT-4.6.0-6] to %s from each of several publishers, also where the granted QoS is less',
    async (_, properties) => {
      const peer = await subscriber(broker, 'several', 'several', '01', { properties });
      const publishers: Peer[] = [];
      for (const name of ['a', 'b', 'c']) {
        publishers.push((await broker.connect5({ clientId: `several-${name}` })).peer);
      }
      for (let i = 1; i <= 60; i++) {
        for (const [who, each] of publishers.entries())
          each.send(publish5WithId(who === 1 ? '34' : '32', 'several', i, `${who * 1000 + i}`));
      }
      const messages = await takeMessages(peer, 180);
      for (const who of [0, 1, 2]) {
        const own = messages
          .map(({ payload }) => Number(payload))
          .filter((each) => Math.floor(each / 1000) === who);
        expect(own).toEqual(numbers(60).map((each) => who * 1000 + Number(each) + 1));
      }
    },
  );

  test('[MQTT-4.6.0-5] a QoS 2 message takes its place when it comes, not when it is released', async () => {
    const peer = await subscriber(broker, 'placed', 'placed', '02');
    const { peer: client } = await broker.connect5({ clientId: 'placed-publisher' });
    for (const identifier of [1, 2, 3]) {
      client.send(publish5WithId('34', 'placed', identifier, `${identifier}`));
      await client.receive(PUBREC);
    }
    client.send(...[3, 1, 2].map(pubrel));
    expect((await takeMessages(peer, 3)).map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  test('[MQTT-4.6.0-5] messages sent again keep their order, and go before new ones', async () => {
    const first = await subscriber(broker, 'resent', 'resent', '02', STORED);
    for (const [i, payload] of numbers(20).entries())
      await publish(publisher, 'resent', payload, { qos: i % 2 ? 1 : 2 });
    const sent: ReceivedPacket[] = [];
    while (sent.length < 20) sent.push(await first.receive(PUBLISH));
    const isAnswered = ({ payload }: ReceivedPacket) => ['3', '5', '11'].includes(payload);
    first.send(...sent.filter(isAnswered).map(({ packetIdentifier }) => puback(packetIdentifier)));
    await leave(first);
    await publish(publisher, 'resent', 'end');
    const left = sent.filter((each) => !isAnswered(each));
    const messages = await messagesUntilEnd(await resume('resent'));
    expect(messages.every(({ dup }) => dup)).toBe(true);
    expect(byTopicAndQoS(messages)).toEqual(byTopicAndQoS(left));
  });
});
