/** MQTT 5.0, section 3.8.4: what SUBSCRIBE does. */
import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet } from './bytes.ts';
import {
  PUBACK,
  puback,
  PUBCOMP,
  pubcomp,
  PUBLISH,
  publish5WithId,
  PUBREC,
  pubrec,
  pubrel,
  PUBREL,
  publish5,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

const AN_HOUR = '11 00000e10';
const SUBSCRIPTION_IDENTIFIER = 0x0b;

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

async function subscribe(peer: Peer, filter: string, options = '01', properties = '00'): Promise<void> {
  peer.send(subscribe5(0x7001, filter, options, properties));
  expect((await receive(peer, SUBACK)).reasonCodes(5)).toEqual([Number(`0x${options}`) & 3]);
}

async function subscriber(clientId: string, filter: string, options?: string, parts?: ConnectParts) {
  const { peer } = await broker.connect5({ clientId, ...parts });
  await subscribe(peer, filter, options);
  return peer;
}

/** Publishes, and waits until every session has the message. */
async function publish(topic: string, payload: string, qos = 1, retain = false): Promise<void> {
  const firstByte = (0x30 | (qos << 1) | Number(retain)).toString(16);
  if (qos === 0) {
    publisher.send(publish5(topic, payload, '00', firstByte));
    expect(await publisher.takeUntilPingAnswer()).toEqual([]);
    return;
  }
  publisher.send(publish5WithId(firstByte, topic, 0x7002, payload));
  expect((await publisher.receive(qos === 1 ? PUBACK : PUBREC)).reasonCode).toBeLessThan(0x80);
  if (qos === 1) return;
  publisher.send(pubrel(0x7002));
  await publisher.receive(PUBCOMP);
}

/** The next packet, which is of this type. Exchanges of QoS 2 go on meanwhile. */
async function receive(peer: Peer, type: number): Promise<ReceivedPacket> {
  const next = await peer.next();
  if (next?.type === PUBREL) {
    peer.send(pubcomp(next.packetIdentifier));
    return receive(peer, type);
  }
  if (next?.type !== type) throw new Error(`Not packet type ${type} but ${next?.hex ?? 'the end'}`);
  return next;
}

/** The next message, which is acknowledged. */
async function nextMessage(peer: Peer): Promise<ReceivedPacket> {
  const message = await receive(peer, PUBLISH);
  acknowledge(peer, message);
  return message;
}

function acknowledge(peer: Peer, { qos, packetIdentifier }: ReceivedPacket): void {
  if (qos === 1) peer.send(puback(packetIdentifier));
  if (qos === 2) peer.send(pubrec(packetIdentifier));
}

/** The messages that come before the one with payload `end`. */
async function messagesUntilEnd(peer: Peer): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  for (;;) {
    const message = await nextMessage(peer);
    if (message.payload === 'end') return messages;
    messages.push(message);
  }
}

const payloadsUntilEnd = async (peer: Peer) => (await messagesUntilEnd(peer)).map(({ payload }) => payload);

const SESSIONS: [string, string | undefined][] = [
  ['a session of one connection', undefined],
  ['a stored session', AN_HOUR],
];

test.each(SESSIONS)(
  '[MQTT-3.8.4-1] [MQTT-3.8.4-2] in %s SUBSCRIBE is answered by SUBACK with its identifier',
  async (_, properties) => {
    const { peer } = await broker.connect5({ clientId: 'answered', properties });
    for (const identifier of [1, 0x00ff, 0x0100, 0x8001, 0xffff]) {
      peer.send(subscribe5(identifier, 'answered', '02'));
      const suback = await peer.receive(SUBACK);
      expect([suback.flags, suback.packetIdentifier, suback.reasonCodes(5)]).toEqual([0, identifier, [2]]);
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  },
);

test.each(SESSIONS)(
  '[MQTT-3.8.4-1] in %s each of many SUBSCRIBE packets at once is answered',
  async (_, properties) => {
    const { peer } = await broker.connect5({ clientId: 'at-once', properties });
    const identifiers = Array.from({ length: 50 }, (_, i) => 100 - i);
    peer.send(...identifiers.map((identifier) => subscribe5(identifier, `at-once/${identifier % 7}`)));
    const answered = [];
    for (let i = 0; i < 50; i++) answered.push((await peer.receive(SUBACK)).packetIdentifier);
    expect(answered.sort((a, b) => b - a)).toEqual(identifiers);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  },
);

describe.each(SESSIONS)('in %s', (_, properties) => {
  test('[MQTT-3.8.4-3] a filter subscribed to again has its new QoS alone, and is one subscription', async () => {
    const peer = await subscriber('replaced', 'replaced/+', '01', { properties });
    for (const qos of [0, 2, 1]) {
      await subscribe(peer, 'replaced/+', `0${qos}`);
      await publish('replaced/a', 'm', 2);
      await publish('replaced/a', 'end', 2);
      const messages = await messagesUntilEnd(peer);
      expect(messages.map((message) => [message.qos, message.payload])).toEqual([[qos, 'm']]);
    }
    peer.send(unsubscribe5(2, 'replaced/+'));
    expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0]);
    await subscribe(peer, 'replaced-end');
    await publish('replaced/a', 'unwanted');
    await publish('replaced-end', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test('[MQTT-3.8.4-3] a filter subscribed to again has its new subscription identifier, or none', async () => {
    const { peer } = await broker.connect5({ clientId: 'renamed', properties });
    for (const [notation, identifiers] of [
      ['02 0b07', [7]],
      ['02 0b08', [8]],
      ['00', undefined],
      ['02 0b07', [7]],
    ] as const) {
      await subscribe(peer, 'renamed', '01', notation);
      await publish('renamed', 'm');
      const message = await nextMessage(peer);
      expect(message.properties.get(SUBSCRIPTION_IDENTIFIER)).toEqual(identifiers);
    }
  });

  test('[MQTT-3.8.4-3] a filter subscribed to again has its new retain as published', async () => {
    const topic = `as-published/${properties}`;
    const peer = await subscriber('as-published', topic, '29', { properties });
    for (const [options, retain] of [
      ['29', true],
      ['21', false],
      ['29', true],
    ] as const) {
      await subscribe(peer, topic, options);
      await publish(topic, 'm', 1, true);
      expect((await nextMessage(peer)).retain).toBe(retain);
    }
  });

  test('[MQTT-3.8.4-3] a subscription replaces none but that of the same filter, character by character', async () => {
    const filters = ['same/a', 'same/+', 'same/#', 'Same/a', 'same/a/', '$share/g/same/a'];
    const { peer } = await broker.connect5({ clientId: 'same', properties });
    for (const filter of filters) await subscribe(peer, filter, '00');
    for (const filter of filters) {
      peer.send(unsubscribe5(2, filter));
      expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0]);
    }
  });

  test('[MQTT-3.8.4-4] a filter subscribed to again with retain handling 0 gets the retained messages again', async () => {
    const topic = `again/${properties}`;
    await publish(`${topic}/a`, 'a', 0, true);
    await publish(`${topic}/b`, 'b', 1, true);
    await publish(`${topic}/c`, 'c', 2, true);
    const { peer } = await broker.connect5({ clientId: 'again', properties });
    await subscribe(peer, 'again/end');
    for (const options of ['02', '02', '0a', '02']) {
      await subscribe(peer, `${topic}/#`, options);
      const messages = [];
      for (let i = 0; i < 3; i++) {
        const message = await nextMessage(peer);
        messages.push([message.payload, message.qos, message.retain]);
      }
      expect(messages.sort()).toEqual([
        ['a', 0, true],
        ['b', 1, true],
        ['c', 2, true],
      ]);
    }
    await publish('again/end', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test('[MQTT-3.8.4-4] a filter subscribed to again with retain handling 1 or 2 gets no retained messages', async () => {
    const topic = `not-again/${properties}`;
    await publish(topic, 'retained', 1, true);
    const { peer } = await broker.connect5({ clientId: 'not-again', properties });
    await subscribe(peer, topic, '11');
    const message = await nextMessage(peer);
    expect([message.payload, message.retain]).toEqual(['retained', true]);
    for (const options of ['11', '21', '10', '22', '12', '20']) await subscribe(peer, topic, options);
    await publish(topic, 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test.each([0, 1, 2])(
    '[MQTT-3.8.4-4] a client that subscribes again misses no message with QoS %d meanwhile',
    async (qos) => {
      const topic = `gapless/${qos}/${properties}`;
      const peer = await subscriber('gapless', topic, '02', { properties });
      const received: string[] = [];
      const untilEnd = (async () => {
        while (received.at(-1) !== 'end') {
          const next = (await peer.next())!;
          if (next.type === PUBREL) peer.send(pubcomp(next.packetIdentifier));
          if (next.type !== PUBLISH) continue;
          acknowledge(peer, next);
          received.push(next.payload);
        }
      })();
      const sent = Array.from({ length: 60 }, (_, i) => `${i}`);
      for (const [i, payload] of sent.entries()) {
        if (i % 5 === 0) peer.send(subscribe5(i + 1, topic, ['00', '01', '02', '0a', '11'][(i / 5) % 5]));
        await publish(topic, payload, qos);
      }
      await publish(topic, 'end', qos);
      await untilEnd;
      expect(received).toEqual([...sent, 'end']);
    },
  );

  test.each(['00', '01', '02', '21'])(
    '[MQTT-3.8.4-4] a filter subscribed to again with options %s keeps the messages that wait for the client',
    async (options) => {
      const { peer } = await broker.connect5({
        clientId: 'waiting',
        // One message at a time.
        properties: `21 0001 ${properties ?? ''}`,
      });
      await subscribe(peer, 'waiting', '02');
      await subscribe(peer, 'waiting/end');
      for (const payload of ['1', '2', '3', '4']) await publish('waiting', payload);
      const first = await peer.receive(PUBLISH);
      await subscribe(peer, 'waiting', options);
      await publish('waiting/end', 'end');
      acknowledge(peer, first);
      expect([first.payload, ...(await payloadsUntilEnd(peer))]).toEqual(['1', '2', '3', '4']);
    },
  );

  test('[MQTT-3.8.4-4] a filter subscribed to again with another identifier keeps the messages that wait for the client', async () => {
    const { peer } = await broker.connect5({
      clientId: 'waiting',
      properties: `21 0001 ${properties ?? ''}`,
    });
    await subscribe(peer, 'waiting', '01', '02 0b01');
    for (const payload of ['1', '2', '3', 'end']) await publish('waiting', payload);
    const first = await peer.receive(PUBLISH);
    await subscribe(peer, 'waiting', '01', '02 0b02');
    acknowledge(peer, first);
    expect([first.payload, ...(await payloadsUntilEnd(peer))]).toEqual(['1', '2', '3']);
  });
});

test('[MQTT-3.8.4-3] [MQTT-3.8.4-4] a filter subscribed to again in the next connection replaces the first', async () => {
  await publish('returning', 'retained', 1, true);
  const first = await subscriber('returning', 'returning', '22', { properties: AN_HOUR });
  await first.drop();
  await publish('returning', 'waiting');
  const { peer } = await broker.connect5({ clientId: 'returning', flags: 0, properties: AN_HOUR });
  expect((await peer.receive(PUBLISH)).payload).toBe('waiting');
  for (const [options, retained] of [
    ['10', []],
    ['00', ['retained']],
  ] as const) {
    await subscribe(peer, 'returning', options);
    await publish('returning', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(retained);
  }
});

test('[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] retain handling of a new subscription: 0 and 1 send what is retained, 2 does not', async () => {
  await publish('handling', 'retained', 1, true);
  for (const [options, retained] of [
    ['01', ['retained']],
    ['11', ['retained']],
    ['21', []],
  ] as const) {
    const peer = await subscriber('handling', 'handling', options);
    await publish('handling', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(retained);
    // Unsubscribed from, it does not exist.
    peer.send(unsubscribe5(2, 'handling'));
    await peer.receive(UNSUBACK);
    await subscribe(peer, 'handling', options);
    await publish('handling', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(retained);
  }
});

test('a shared subscription gets no retained messages, be it new or not', async () => {
  await publish('shared/retained', 'retained', 1, true);
  const first = await subscriber('sharing-1', '$share/retained/shared/retained', '01');
  const second = await subscriber('sharing-2', '$share/retained/shared/retained', '01');
  await subscribe(first, '$share/retained/shared/retained', '01');
  for (const peer of [first, second]) expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

describe('many filters in one SUBSCRIBE', () => {
  const acl = [{ effect: 'deny', action: 'subscribe', topicFilter: 'no/#' }];
  let login: string;
  beforeAll(async () => {
    login = await broker.createLogin('many', { maxQoS: 1 }, acl);
  });

  test.each(SESSIONS)(
    '[MQTT-3.8.4-5] [MQTT-3.8.4-6] in %s many filters are answered by one SUBACK with a code for each',
    async (_, properties) => {
      const { peer } = await broker.connect5({ clientId: 'many', properties, login });
      peer.send(packet('82', '0077 02 0b05 "a" 00 "no/a" 01 "b" 29 "c" 02 "no/b" 00 "a" 01 "d" 14'));
      expect((await peer.receive(SUBACK)).hex).toBe('90 007700008701018701' + '00');
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
      const filters = Array.from({ length: 300 }, (_, i) => `"many/${i}" 0${i % 2}`);
      peer.send(packet('82', `0078 00 ${filters.join(' ')}`));
      expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual(filters.map((_, i) => i % 2));
    },
  );

  test.each(SESSIONS)(
    '[MQTT-3.8.4-5] in %s many filters act like packets one after another',
    async (_, properties) => {
      const topic = `sequence/${properties}`;
      for (const name of ['a', 'b', 'c', 'd']) await publish(`${topic}/${name}`, name, 1, true);
      const { peer } = await broker.connect5({ clientId: 'sequence', properties });
      const filters = [`a" 00`, `b" 21`, `c" 11`, `d" 22`, `b" 10`, `d" 01`].map(
        (each) => `"${topic}/${each}`,
      );
      peer.send(packet('82', `0001 02 0b09 ${filters.join(' ')}`));
      expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([0, 1, 1, 2, 0, 1]);
      // Of the second `b` with retain handling 1 there is a subscription already; not so of the first `c`.
      await publish(`${topic}/a`, 'end');
      expect((await payloadsUntilEnd(peer)).sort()).toEqual(['a', 'c', 'd']);
      for (const name of ['a', 'b', 'c', 'd']) await publish(`${topic}/${name}`, name, 2);
      await publish(`${topic}/a`, 'end');
      const messages = await messagesUntilEnd(peer);
      expect(messages.map(({ payload, qos }) => [payload, qos])).toEqual([
        ['a', 0],
        ['b', 0],
        ['c', 1],
        ['d', 1],
      ]);
      for (const { properties } of messages) expect(properties.get(SUBSCRIPTION_IDENTIFIER)).toEqual([9]);
    },
  );

  test('[MQTT-3.8.4-7] a reason code of SUBACK shows the QoS that was granted, or that the subscription failed', async () => {
    const { peer } = await broker.connect5({ clientId: 'granted', login });
    peer.send(packet('82', '0001 00 "granted/0" 00 "granted/1" 01 "granted/2" 02 "no/granted" 02'));
    expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([0, 1, 1, 0x87]);
    for (const topic of ['granted/0', 'granted/1', 'granted/2', 'no/granted']) await publish(topic, topic, 2);
    await publish('granted/0', 'end');
    const messages = await messagesUntilEnd(peer);
    expect(messages.map(({ payload, qos }) => [payload, qos])).toEqual([
      ['granted/0', 0],
      ['granted/1', 1],
      ['granted/2', 1],
    ]);
  });
});

test.each(SESSIONS)(
  '[MQTT-3.8.4-8] in %s messages come with the lower of their QoS and the one granted',
  async (_, properties) => {
    const { peer } = await broker.connect5({ clientId: 'lower', properties });
    for (const granted of [0, 1, 2]) await subscribe(peer, `lower/${granted}`, `0${granted}`);
    for (const granted of [0, 1, 2]) {
      for (const published of [0, 1, 2]) {
        await publish(`lower/${granted}`, 'm', published);
        const message = await nextMessage(peer);
        expect([granted, published, message.qos]).toEqual([granted, published, Math.min(granted, published)]);
      }
    }
    const others = await peer.takeUntilPingAnswer();
    expect(others.filter(({ type }) => type !== PUBREL)).toEqual([]);
  },
);

test('[MQTT-3.8.4-8] retained messages, and those that waited, come with the lower QoS too', async () => {
  for (const qos of [0, 1, 2]) await publish(`retained-lower/${qos}`, `${qos}`, qos, true);
  for (const granted of [0, 1, 2]) {
    const peer = await subscriber('retained-lower', 'retained-lower/#', `0${granted}`);
    const received = [];
    for (let i = 0; i < 3; i++) received.push(await peer.receive(PUBLISH));
    received.sort((a, b) => a.payload.localeCompare(b.payload));
    expect(received.map(({ qos }) => qos)).toEqual([0, 1, 2].map((qos) => Math.min(qos, granted)));
  }
  for (const granted of [1, 2]) {
    const first = await subscriber('waiting-lower', 'waiting-lower', `0${granted}`, { properties: AN_HOUR });
    await first.drop();
    for (const qos of [1, 2]) await publish('waiting-lower', `${qos}`, qos);
    const { peer } = await broker.connect5({ clientId: 'waiting-lower', flags: 0, properties: AN_HOUR });
    const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect(received.map(({ qos }) => qos)).toEqual([1, granted]);
  }
});
