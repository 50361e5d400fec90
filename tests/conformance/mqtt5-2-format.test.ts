import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet, u16 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  PINGRESP,
  puback,
  PUBACK,
  pubcomp,
  PUBCOMP,
  publish5,
  publish5WithId,
  PUBLISH,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** Sends a packet on a connection of its own. @returns the reason code of DISCONNECT, behind which nothing came */
async function reasonOfDisconnect(sent: Buffer): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'format' });
  peer.send(sent);
  const disconnect = await peer.receive(DISCONNECT);
  expect(await peer.next()).toBeNull();
  return disconnect.reasonCode;
}

/** A client that receives what it publishes to `filter`. */
async function subscriber(clientId: string, filter: string, qos: string, login?: string): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, login });
  peer.send(subscribe5(1, filter, qos));
  await peer.receive(SUBACK);
  return peer;
}

/** `count` packets, in the order of the broker. */
async function take(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const taken: ReceivedPacket[] = [];
  while (taken.length < count) {
    const next = await peer.next();
    if (next === null) throw new Error(`The connection ended after ${taken.length} packets`);
    taken.push(next);
  }
  return taken;
}

const ofType = (packets: ReceivedPacket[], type: number) => packets.filter((each) => each.type === type);
const identifiers = (packets: ReceivedPacket[]) => packets.map(({ packetIdentifier }) => packetIdentifier);

describe('section 2.1.3', () => {
  /** Of each packet that a client sends: its type, the flags it must have, and a right body. */
  test.each([
    ['PUBACK', 4, 0, '0001'],
    ['PUBREC', 5, 0, '0001'],
    ['PUBREL', 6, 2, '0001'],
    ['PUBCOMP', 7, 0, '0001'],
    ['SUBSCRIBE', 8, 2, '0001 00 "format/a" 00'],
    ['UNSUBSCRIBE', 10, 2, '0001 00 "format/a"'],
    ['PINGREQ', 12, 0, ''],
    ['DISCONNECT', 14, 0, ''],
  ])('[MQTT-2.1.3-1] %s with other flags is malformed', async (_, type, flags, body) => {
    for (let wrong = 0; wrong < 16; wrong++) {
      if (wrong === flags) continue;
      expect(await reasonOfDisconnect(packet(((type << 4) | wrong).toString(16), body))).toBe(0x81);
    }
  });

  test('[MQTT-2.1.3-1] CONNECT with other flags is not accepted', async () => {
    const connect = broker.connect5Bytes({ clientId: 'flags' });
    for (let flags = 1; flags < 16; flags++) {
      const peer = await broker.open();
      peer.send(Buffer.concat([Buffer.from([0x10 | flags]), connect.subarray(1)]));
      for (const { type, reasonCode } of await peer.untilClosed()) {
        expect([type, reasonCode]).toEqual([CONNACK, 0x81]);
      }
    }
  });

  test('[MQTT-2.1.3-1] every packet of the broker has the flags it must have', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'own-flags' });
    expect(connack.flags).toBe(0);
    const flagsOf = async (type: number) => (await peer.receive(type)).flags;
    peer.send(subscribe5(1, 'format/flags', '02'));
    expect(await flagsOf(SUBACK)).toBe(0);
    peer.send(PINGREQ);
    expect(await flagsOf(PINGRESP)).toBe(0);
    peer.send(publish5WithId('32', 'format/nobody', 1, ''));
    expect(await flagsOf(PUBACK)).toBe(0);
    peer.send(publish5WithId('34', 'format/nobody', 1, ''));
    expect(await flagsOf(PUBREC)).toBe(0);
    peer.send(pubrel(1));
    expect(await flagsOf(PUBCOMP)).toBe(0);
    const other = await subscriber('own-flags-other', 'format/flags-other', '00');
    other.send(publish5WithId('34', 'format/flags', 1, ''));
    const publish = await peer.receive(PUBLISH);
    expect(publish.flags).toBe(0x04);
    peer.send(pubrec(publish.packetIdentifier));
    expect(await flagsOf(PUBREL)).toBe(2);
    peer.send(pubcomp(publish.packetIdentifier), unsubscribe5(2, 'format/flags'));
    expect(await flagsOf(UNSUBACK)).toBe(0);
    peer.send(packet('83', '0001 00 "a" 00'));
    expect(await flagsOf(DISCONNECT)).toBe(0);
  });
});

describe('section 2.2.1', () => {
  test('[MQTT-2.2.1-2] PUBLISH with QoS 0 comes without a packet identifier', async () => {
    const peer = await subscriber('qos0', 'format/qos0', '02');
    peer.send(publish5('format/qos0', 'payload'));
    expect((await peer.receive(PUBLISH)).hex).toBe(
      `30 ${bytes('"format/qos0" 00 <payload>').toString('hex')}`,
    );
  });

  test('[MQTT-2.2.1-2] PUBLISH sent with QoS 1 comes without a packet identifier where QoS 0 was granted', async () => {
    const peer = await subscriber('granted0', 'format/granted0', '00');
    peer.send(publish5WithId('32', 'format/granted0', 7, 'payload'));
    const [publish] = ofType(await take(peer, 2), PUBLISH);
    expect(publish.hex).toBe(`30 ${bytes('"format/granted0" 00 <payload>').toString('hex')}`);
  });

  test('[MQTT-2.2.1-2] what follows the topic of a PUBLISH with QoS 0 is no packet identifier', async () => {
    const peer = await subscriber('no-identifier', 'format/no-identifier', '00');
    // Read with a packet identifier it would be: identifier 2, no properties, payload 31 00 78.
    peer.send(packet('30', '"format/no-identifier" 00 02 00 31 00 78'));
    const publish = await peer.receive(PUBLISH);
    expect(publish.body.subarray(-5)).toEqual(bytes('02 00 31 00 78'));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test.each([
    ['PUBLISH with QoS 1', '32', '"format/a" 0000 00'],
    ['PUBLISH with QoS 2', '34', '"format/a" 0000 00'],
    ['SUBSCRIBE', '82', '0000 00 "format/a" 00'],
    ['UNSUBSCRIBE', 'a2', '0000 00 "format/a"'],
  ])('[MQTT-2.2.1-3] %s with packet identifier 0 ends the connection', async (_, firstByte, body) => {
    expect([0x81, 0x82]).toContain(await reasonOfDisconnect(packet(firstByte, body)));
  });

  test('[MQTT-2.2.1-3] client and broker use packet identifiers independently of each other', async () => {
    const publisher = await subscriber('independent-publisher', 'format/other', '00');
    const peer = await subscriber('independent', 'format/independent', '02');
    publisher.send(publish5WithId('32', 'format/independent', 1, 'from the broker'));
    const { packetIdentifier } = await peer.receive(PUBLISH);
    peer.send(publish5WithId('32', 'format/nobody', packetIdentifier, 'from the client'));
    expect((await peer.receive(PUBACK)).packetIdentifier).toBe(packetIdentifier);
    peer.send(puback(packetIdentifier), subscribe5(packetIdentifier, 'format/more', '00'));
    expect((await peer.receive(SUBACK)).packetIdentifier).toBe(packetIdentifier);
  });

  test('[MQTT-2.2.1-4] packet identifiers of the broker are not zero and unused while one is in flight', async () => {
    const publisher = await subscriber('unused-publisher', 'format/other', '00');
    const peer = await subscriber('unused', 'format/unused', '02');
    const send = (count: number) => {
      for (let i = 1; i <= count; i++)
        publisher.send(publish5WithId(i % 2 ? '32' : '34', 'format/unused', i, `${i}`));
    };
    send(20);
    const first = identifiers(await take(peer, 20));
    expect(new Set(first).size).toBe(20);
    expect(first).not.toContain(0);
    // QoS 1: the first is free again; QoS 2: until PUBCOMP it is not.
    peer.send(puback(first[0]), pubrec(first[1]));
    await peer.receive(PUBREL);
    await take(publisher, 20);
    for (let i = 2; i <= 20; i += 2) publisher.send(pubrel(i));
    await take(publisher, 10);
    send(20);
    const second = identifiers(await take(peer, 20));
    expect(new Set([...first.slice(1), ...second]).size).toBe(39);
    expect(second).not.toContain(0);
  });

  test('[MQTT-2.2.1-4] when all packet identifiers were used, those in flight are left out', async () => {
    const policy = { receiveMaximum: 65_535, maxInflight: 65_535 };
    const login = await broker.createLogin('all-identifiers', policy);
    const peer = await subscriber('all-identifiers', 'format/all', '02', login);
    const publisher = await subscriber('all-identifiers-publisher', 'format/other', '00', login);
    publisher.send(...[1, 2].map((each) => publish5WithId('34', 'format/all', each, '')));
    publisher.send(publish5WithId('32', 'format/all', 3, ''));
    const kept = identifiers(await take(peer, 3));
    peer.send(pubrec(kept[0]));
    await peer.receive(PUBREL);
    const batch = Buffer.concat(
      Array.from({ length: 1_000 }, (_, each) => publish5WithId('32', 'format/all', each + 10, '')),
    );
    const seen = new Set<number>();
    for (let sent = 0; sent < 67_000; sent += 1_000) {
      publisher.send(batch);
      const received = identifiers(await take(peer, 1_000));
      for (const identifier of received) seen.add(identifier);
      peer.send(...received.map(puback));
    }
    for (const identifier of [0, ...kept]) expect(seen.has(identifier)).toBe(false);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test.each([1, 0x1234, 0xff00, 0xffff])(
    '[MQTT-2.2.1-5] [MQTT-2.2.1-6] answers have the packet identifier %d of what they answer',
    async (identifier) => {
      const { peer } = await broker.connect5({ clientId: 'answers' });
      const answer = async (sent: Buffer, type: number) => {
        peer.send(sent);
        expect((await peer.receive(type)).packetIdentifier).toBe(identifier);
      };
      await answer(publish5WithId('32', 'format/nobody', identifier, ''), PUBACK);
      await answer(publish5WithId('34', 'format/nobody', identifier, ''), PUBREC);
      await answer(pubrel(identifier), PUBCOMP);
      await answer(subscribe5(identifier, 'format/answers'), SUBACK);
      await answer(unsubscribe5(identifier, 'format/answers'), UNSUBACK);
    },
  );

  test('[MQTT-2.2.1-5] [MQTT-2.2.1-6] answers to many packets have the identifier of each', async () => {
    const { peer } = await broker.connect5({ clientId: 'many-answers' });
    const sent = Array.from({ length: 30 }, (_, each) => 1_000 * (each + 1));
    peer.send(...sent.map((each) => publish5WithId(each % 2_000 ? '32' : '34', 'format/nobody', each, '')));
    const answers = await take(peer, 30);
    const even = sent.filter((each) => each % 2_000 === 0);
    expect(identifiers(ofType(answers, PUBACK))).toEqual(sent.filter((each) => each % 2_000));
    expect(identifiers(ofType(answers, PUBREC))).toEqual(even);
    peer.send(...even.toReversed().map(pubrel));
    expect(identifiers(ofType(await take(peer, even.length), PUBCOMP))).toEqual(even.toReversed());
  });

  test('[MQTT-2.2.1-5] PUBREL has the packet identifier of the PUBLISH that the broker sent', async () => {
    const peer = await subscriber('released', 'format/released', '02');
    const publisher = await subscriber('released-publisher', 'format/other', '00');
    for (let each = 1; each <= 3; each++) publisher.send(publish5WithId('34', 'format/released', each, ''));
    const sent = identifiers(await take(peer, 3)).toReversed();
    peer.send(...sent.map(pubrec));
    expect(identifiers(ofType(await take(peer, 3), PUBREL))).toEqual(sent);
  });
});

describe('section 2.2.2', () => {
  test('[MQTT-2.2.2-1] the broker sends a property length of 0 where it has no properties', async () => {
    const { peer } = await broker.connect5({ clientId: 'no-properties' });
    peer.send(subscribe5(0x1234, 'format/no-properties', '01'));
    expect((await peer.receive(SUBACK)).hex).toBe('90 12340001');
    peer.send(publish5WithId('32', 'format/no-properties', 1, 'x'));
    const [publish] = ofType(await take(peer, 2), PUBLISH);
    expect(publish.hex).toBe(
      `32 ${bytes(`"format/no-properties" ${u16(publish.packetIdentifier)} 00 <x>`).toString('hex')}`,
    );
    peer.send(unsubscribe5(0x1235, 'format/no-properties'));
    expect((await peer.receive(UNSUBACK)).hex).toBe('b0 12350000');
  });

  test.each([
    ['PUBLISH with QoS 0', '30', '"format/a"'],
    ['PUBLISH with QoS 1', '32', '"format/a" 0001'],
    ['SUBSCRIBE', '82', '0001'],
    ['UNSUBSCRIBE', 'a2', '0001'],
  ])('[MQTT-2.2.2-1] %s without a property length is malformed', async (_, firstByte, body) => {
    expect(await reasonOfDisconnect(packet(firstByte, body))).toBe(0x81);
  });

  test.each([
    ['CONNECT', '"MQTT" 05 02 0000'],
    ['the will', '"MQTT" 05 06 0000 00 "format"'],
  ])('[MQTT-2.2.2-1] %s without a property length is malformed', async (_, body) => {
    const peer = await broker.open();
    peer.send(packet('10', body));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0x81);
    expect(await peer.next()).toBeNull();
  });

  test.each([
    ['PUBLISH', '30', '"format/a" 05 01 01'],
    ['SUBSCRIBE', '82', '0001 10 "format/a" 00'],
    ['UNSUBSCRIBE', 'a2', '0001 10 "format/a"'],
    ['PUBACK', '40', '0001 00 05'],
    ['DISCONNECT', 'e0', '00 05'],
  ])('[MQTT-2.2.2-1] %s with more properties than it holds is malformed', async (_, firstByte, body) => {
    expect(await reasonOfDisconnect(packet(firstByte, body))).toBe(0x81);
  });
});

describe('section 2.2.2.2', () => {
  /** Of each identifier that table 2-4 has, a property with a right value. */
  const PROPERTIES: Record<string, string> = {
    '01': '01 01',
    '02': '02 00000001',
    '03': '03 "a"',
    '08': '08 "a"',
    '09': '09 "a"',
    '0b': '0b 01',
    '11': '11 00000000',
    '12': '12 "a"',
    '13': '13 0001',
    '15': '15 "a"',
    '16': '16 "a"',
    '17': '17 01',
    '18': '18 00000001',
    '19': '19 01',
    '1a': '1a "a"',
    '1c': '1c "a"',
    '1f': '1f "a"',
    '21': '21 0001',
    '22': '22 0001',
    '23': '23 0001',
    '24': '24 01',
    '25': '25 01',
    '26': '26 "a" "a"',
    '27': '27 00001000',
    '28': '28 01',
    '29': '29 01',
    '2a': '2a 01',
    // No properties at all.
    '00': '00 01',
    '04': '04 01',
    '2b': '2b 01',
    '7f': '7f 01',
    '8001': '8001 01',
  };

  function othersThan(own: string): string[] {
    return Object.keys(PROPERTIES)
      .filter((identifier) => !own.split(' ').includes(identifier))
      .map((identifier) => {
        const content = bytes(PROPERTIES[identifier]);
        return Buffer.concat([Buffer.from([content.length]), content]).toString('hex');
      });
  }

  test.each([
    // A subscription identifier is a property of PUBLISH, though not of one that a client sends.
    ['PUBLISH', '01 02 03 08 09 0b 23 26', (it: string) => packet('30', `"format/a" ${it}`)],
    ['SUBSCRIBE', '0b 26', (it: string) => packet('82', `0001 ${it} "format/a" 00`)],
    ['UNSUBSCRIBE', '26', (it: string) => packet('a2', `0001 ${it} "format/a"`)],
    ['PUBACK', '1f 26', (it: string) => packet('40', `0001 00 ${it}`)],
    ['PUBREC', '1f 26', (it: string) => packet('50', `0001 80 ${it}`)],
    ['PUBREL', '1f 26', (it: string) => packet('62', `0001 92 ${it}`)],
    ['PUBCOMP', '1f 26', (it: string) => packet('70', `0001 92 ${it}`)],
    ['DISCONNECT', '11 1c 1f 26', (it: string) => packet('e0', `00 ${it}`)],
  ])('[MQTT-4.13.1-1] a property that %s does not have is malformed', async (_, own, toPacket) => {
    for (const other of othersThan(own)) expect(await reasonOfDisconnect(toPacket(other))).toBe(0x81);
  });

  const connectWith = (it: string) => packet('10', `"MQTT" 05 c2 0000 ${it} "format" ${broker.login}`);
  const willWith = (it: string) =>
    packet('10', `"MQTT" 05 c6 0000 00 "format" ${it} "format/will" "gone" ${broker.login}`);

  test.each([
    ['CONNECT', '11 15 16 17 19 21 22 26 27', connectWith],
    ['the will', '01 02 03 08 09 18 26', willWith],
  ])('[MQTT-4.13.1-1] a property that %s does not have is malformed', async (_, own, toPacket) => {
    for (const other of othersThan(own)) {
      const peer = await broker.open();
      peer.send(toPacket(other));
      expect((await peer.receive(CONNACK)).reasonCode).toBe(0x81);
      expect(await peer.next()).toBeNull();
    }
  });
});
