import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { bytes, packet, u16, u32 } from './bytes.ts';
import {
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PINGRESP,
  puback,
  PUBACK,
  pubcomp,
  publish5,
  publish5WithId,
  PUBLISH,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  publisher = (await broker.connect5({ clientId: 'publisher' })).peer;
});
afterAll(() => broker.stop());

const AN_HOUR = '11 00000e10';
const TOPIC_ALIAS = 0x23;
const maximumPacketSize = (bytes: number) => `27 ${u32(bytes)}`;
const topicAliasMaximum = (aliases: number) => `22 ${u16(aliases)}`;

async function subscriber(clientId: string, filter: string, parts?: ConnectParts): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  peer.send(subscribe5(1, filter, '02'));
  await peer.receive(SUBACK);
  return peer;
}

/** Ends the connection, and waits until the broker knows it. */
async function leave(peer: Peer): Promise<void> {
  peer.send(DISCONNECT_NORMALLY);
  await peer.untilClosed();
}

/** Publishes, and waits until the broker has the message. */
async function publish(qos: 0 | 1 | 2, topic: string, payload: string): Promise<void> {
  if (qos === 0) {
    publisher.send(publish5(topic, payload), PINGREQ);
    await publisher.receive(PINGRESP);
  } else if (qos === 1) {
    publisher.send(publish5WithId('32', topic, 1, payload));
    await publisher.receive(PUBACK);
  } else {
    publisher.send(publish5WithId('34', topic, 1, payload));
    await publisher.receive(PUBREC);
    publisher.send(pubrel(1));
    await publisher.next();
  }
}

/** Of a packet that is smaller than 130 bytes. */
const sizeOf = (received: ReceivedPacket) => 2 + received.body.length;

/** The payload with which a PUBLISH to `topic` has this size. */
function payloadFor(size: number, qos: 0 | 1 | 2, topic: string): string {
  const others = 2 + 2 + topic.length + (qos > 0 ? 2 : 0) + 1;
  return 'x'.repeat(size - others);
}

describe.each([0, 1, 2] as const)('maximum packet size, QoS %d', (qos) => {
  test('[MQTT-3.1.2-24] a PUBLISH that is as large as the client takes is sent, a larger one is not', async () => {
    const topic = `limits/size/${qos}`;
    const peer = await subscriber(`size-${qos}`, topic, { properties: maximumPacketSize(60) });
    await publish(qos, topic, payloadFor(61, qos, topic));
    await publish(qos, topic, payloadFor(100, qos, topic));
    await publish(qos, topic, payloadFor(60, qos, topic));
    const received = await peer.receive(PUBLISH);
    expect([sizeOf(received), received.qos]).toEqual([60, qos]);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.2-25] a PUBLISH that is too large is over as if it had been sent', async () => {
    const topic = `limits/over/${qos}`;
    // One message at a time: one that the broker still waited for would hold up the next.
    const properties = `${maximumPacketSize(60)} 21 0001 ${AN_HOUR}`;
    const peer = await subscriber(`over-${qos}`, topic, { properties });
    for (const payload of ['1', payloadFor(61, qos, topic), '2', payloadFor(70, qos, topic), '3']) {
      await publish(qos, topic, payload);
    }
    for (const payload of ['1', '2', '3']) {
      const received = await peer.receive(PUBLISH);
      expect(received.payload).toBe(payload);
      if (qos === 1) peer.send(puback(received.packetIdentifier));
      if (qos === 2) {
        peer.send(pubrec(received.packetIdentifier));
        await peer.receive(PUBREL);
        peer.send(pubcomp(received.packetIdentifier));
      }
    }
    await peer.takeUntilPingAnswer();
    await leave(peer);
    // Nor does it come when the client returns and takes larger ones.
    const again = await broker.connect5({ clientId: `over-${qos}`, flags: 0, properties: AN_HOUR });
    expect(again.connack.sessionPresent).toBe(true);
    await publish(qos, topic, 'new');
    expect((await again.peer.receive(PUBLISH)).payload).toBe('new');
  });

  test('[MQTT-3.1.2-24] what waited for a client is not sent when it returns and takes smaller packets', async () => {
    const topic = `limits/smaller/${qos}`;
    const first = await subscriber(`smaller-${qos}`, topic, { properties: AN_HOUR });
    if (qos > 0) {
      await publish(qos, topic, payloadFor(100, qos, topic));
      expect(sizeOf(await first.receive(PUBLISH))).toBe(100);
    }
    await leave(first);
    await publish(qos, topic, payloadFor(90, qos, topic));
    await publish(qos, topic, 'small');
    const properties = `${AN_HOUR} ${maximumPacketSize(60)}`;
    const { peer } = await broker.connect5({ clientId: `smaller-${qos}`, flags: 0, properties });
    await publish(qos, topic, 'after');
    for (const wanted of ['small', 'after']) {
      let received = await peer.next();
      // With QoS 2 the client may have had what is not sent again: such an exchange goes on.
      while (received?.type === PUBREL) received = await peer.next();
      if (qos === 0 && wanted === 'small' && received?.payload === 'after') return;
      expect([received?.type, received?.payload]).toEqual([PUBLISH, wanted]);
    }
  });
});

describe('maximum packet size', () => {
  test('[MQTT-3.1.2-24] properties and the subscription identifier are part of the size', async () => {
    const properties = maximumPacketSize(60);
    const { peer } = await broker.connect5({ clientId: 'size-properties', properties });
    peer.send(subscribe5(1, 'limits/properties', '00', '05 0b ffffff7f'));
    await peer.receive(SUBACK);
    const other = 2 + 2 + 17 + 1 + 5;
    for (const length of [61, 60, 59]) {
      const content = bytes(`03 "${'c'.repeat(length - other - 3)}"`);
      publisher.send(
        publish5('limits/properties', '', `${content.length.toString(16)} ${content.toString('hex')}`),
      );
    }
    expect(sizeOf(await peer.receive(PUBLISH))).toBe(60);
    expect(sizeOf(await peer.receive(PUBLISH))).toBe(59);
  });

  test('[MQTT-3.1.2-24] a retained message that is too large is not sent', async () => {
    publisher.send(publish5WithId('33', 'limits/retained/large', 1, 'x'.repeat(100)));
    await publisher.receive(PUBACK);
    publisher.send(publish5WithId('33', 'limits/retained/small', 1, 'x'));
    await publisher.receive(PUBACK);
    const { peer } = await broker.connect5({ clientId: 'size-retained', properties: maximumPacketSize(60) });
    peer.send(subscribe5(1, 'limits/retained/+', '01'));
    await peer.receive(SUBACK);
    expect((await peer.receive(PUBLISH)).topic).toBe('limits/retained/small');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.2-24] no answer is larger than the client takes', async () => {
    const { peer } = await broker.connect5({ clientId: 'size-answers', properties: maximumPacketSize(32) });
    const filters = Array.from({ length: 40 }, (_, each) => `"limits/${each}"`);
    peer.send(packet('82', `0001 00 ${filters.map((each) => `${each} 00`).join(' ')}`));
    peer.send(packet('a2', `0002 00 ${filters.join(' ')}`), packet('c1'));
    for (const received of await peer.untilClosed()) expect(sizeOf(received)).toBeLessThanOrEqual(32);
  });

  test.each([2, 3, 4, 5, 10, 20])(
    '[MQTT-3.1.2-24] a client that takes %d bytes gets no more',
    async (size) => {
      const peer = await broker.open();
      peer.send(
        broker.connect5Bytes({ clientId: 'size-tiny', properties: maximumPacketSize(size) }),
        subscribe5(1, 'limits/tiny'),
        publish5WithId('32', 'limits/tiny', 2, 'x'.repeat(20)),
        packet('c1'),
      );
      for (const received of await peer.untilClosed()) expect(sizeOf(received)).toBeLessThanOrEqual(size);
    },
  );

  test.each([20, 40])(
    '[MQTT-3.1.2-24] DISCONNECT to a client that takes %d bytes is no larger',
    async (size) => {
      const properties = maximumPacketSize(40);
      const { peer } = await broker.connect5({ clientId: `size-disconnect-${size}`, properties });
      peer.send(packet('c1'));
      const [disconnect] = await peer.untilClosed();
      expect(disconnect.type).toBe(DISCONNECT);
      expect(sizeOf(disconnect)).toBeLessThanOrEqual(size);
    },
  );
});

describe('topic alias maximum', () => {
  /** Publishes to each topic twice and returns what came, in the order of the broker. */
  async function receiveTwice(peer: Peer, topics: string[]): Promise<ReceivedPacket[]> {
    const received: ReceivedPacket[] = [];
    for (const topic of [...topics, ...topics]) {
      await publish(0, topic, topic);
      received.push(await peer.receive(PUBLISH));
    }
    return received;
  }

  const topicsOf = (prefix: string) => Array.from({ length: 8 }, (_, each) => `limits/${prefix}/${each}`);

  test.each([1, 3, 0xffff])('[MQTT-3.1.2-26] no alias is above a maximum of %d', async (maximum) => {
    const topics = topicsOf(`alias-${maximum}`);
    const properties = topicAliasMaximum(maximum);
    const peer = await subscriber(`alias-${maximum}`, `limits/alias-${maximum}/+`, { properties });
    const known = new Map<number, string>();
    for (const received of await receiveTwice(peer, topics)) {
      const aliases = (received.properties.get(TOPIC_ALIAS) ?? []) as number[];
      expect(aliases.length).toBeLessThan(2);
      for (const alias of aliases) {
        expect(alias).toBeGreaterThan(0);
        expect(alias).toBeLessThanOrEqual(maximum);
        if (received.topic !== '') known.set(alias, received.topic);
      }
      // The payload says which topic it is.
      const topic = received.topic === '' ? known.get(aliases[0]) : received.topic;
      expect(topic).toBe(received.payload);
    }
  });

  test.each([
    ['absent', undefined],
    ['0', topicAliasMaximum(0)],
  ])('[MQTT-3.1.2-27] no alias is sent when the maximum is %s', async (how, properties) => {
    const topics = topicsOf(`alias-${how}`);
    const peer = await subscriber(`alias-${how}`, `limits/alias-${how}/+`, { properties });
    for (const received of await receiveTwice(peer, topics)) {
      expect(received.properties.has(TOPIC_ALIAS)).toBe(false);
      expect(received.topic).toBe(received.payload);
    }
  });

  test('[MQTT-3.1.2-26] [MQTT-3.1.2-27] the maximum and the aliases are those of one connection', async () => {
    const properties = `${AN_HOUR} ${topicAliasMaximum(8)}`;
    const topics = topicsOf('alias-return');
    const first = await subscriber('alias-return', 'limits/alias-return/+', { properties });
    await receiveTwice(first, topics);
    await leave(first);
    const parts = { clientId: 'alias-return', flags: 0 };
    const second = await broker.connect5({ ...parts, properties });
    for (const topic of topics) {
      await publish(0, topic, topic);
      expect((await second.peer.receive(PUBLISH)).topic).toBe(topic);
    }
    await leave(second.peer);
    const { peer } = await broker.connect5(parts);
    for (const received of await receiveTwice(peer, topics)) {
      expect(received.properties.has(TOPIC_ALIAS)).toBe(false);
      expect(received.topic).toBe(received.payload);
    }
  });
});
