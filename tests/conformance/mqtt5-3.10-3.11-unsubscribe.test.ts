/** MQTT 5.0, sections 3.10 and 3.11: UNSUBSCRIBE and UNSUBACK. */
import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet, u16, u32 } from './bytes.ts';
import {
  DISCONNECT,
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
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';

const AN_HOUR = '11 00000e10';
const SUCCESS = 0x00;
const NO_SUBSCRIPTION_EXISTED = 0x11;
const MALFORMED = [[DISCONNECT, 0x81]];
const PROTOCOL_ERROR = [[DISCONNECT, 0x82]];

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

/** What a connected client gets for a packet before the connection ends: packet types and reason codes. */
async function answersTo(sent: Buffer): Promise<number[][]> {
  const { peer } = await broker.connect5({ clientId: 'violator' });
  peer.send(sent, PINGREQ);
  return (await peer.untilClosed()).map(({ type, reasonCode }) => [type, reasonCode]);
}

async function subscribe(peer: Peer, filter: string, qos: '00' | '01' | '02' = '01'): Promise<void> {
  peer.send(subscribe5(0x7001, filter, qos));
  expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([Number(qos)]);
}

async function subscriber(clientId: string, filters: string[], parts?: ConnectParts): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  for (const filter of filters) await subscribe(peer, filter);
  return peer;
}

/** @returns the reason codes of UNSUBACK */
async function unsubscribe(peer: Peer, ...filters: string[]): Promise<number[]> {
  peer.send(packet('a2', `0a0b 00 ${filters.map((filter) => `"${filter}"`).join(' ')}`));
  const unsuback = await peer.receive(UNSUBACK);
  expect(unsuback.packetIdentifier).toBe(0x0a0b);
  return unsuback.reasonCodes(5);
}

/** Publishes, and waits until every session has the message. */
async function publish(topic: string, payload: string, qos: 1 | 2 = 1): Promise<void> {
  publisher.send(publish5WithId(qos === 1 ? '32' : '34', topic, 0x7002, payload));
  expect((await publisher.receive(qos === 1 ? PUBACK : PUBREC)).reasonCode).toBeLessThan(0x80);
  if (qos === 1) return;
  publisher.send(pubrel(0x7002));
  await publisher.receive(PUBCOMP);
}

/** The payloads of the messages with QoS 0 and 1 that come before `end`. */
async function payloadsUntilEnd(peer: Peer): Promise<string[]> {
  const payloads: string[] = [];
  for (;;) {
    const { payload, qos, packetIdentifier } = await peer.receive(PUBLISH);
    if (qos === 1) peer.send(puback(packetIdentifier));
    if (payload === 'end') return payloads;
    payloads.push(payload);
  }
}

describe('section 3.10.1', () => {
  test.each([0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])(
    '[MQTT-3.10.1-1] UNSUBSCRIBE with flags %d is malformed and ends the connection',
    async (flags) => {
      const sent = packet((0xa0 | flags).toString(16), '0001 00 "unsubscribe/flags"');
      expect(await answersTo(sent)).toEqual(MALFORMED);
    },
  );

  test('[MQTT-3.10.1-1] nothing is unsubscribed by an UNSUBSCRIBE with wrong flags', async () => {
    const first = await subscriber('flags', ['unsubscribe/flags'], { properties: AN_HOUR });
    first.send(packet('a0', '0001 00 "unsubscribe/flags"'));
    await first.untilClosed();
    const { peer } = await broker.connect5({ clientId: 'flags', flags: 0, properties: AN_HOUR });
    expect(await unsubscribe(peer, 'unsubscribe/flags')).toEqual([SUCCESS]);
  });
});

describe('section 3.10.2', () => {
  test.each([
    ['a subscription identifier', '02 0b01', MALFORMED],
    ['a reason string', '04 1f "a"', MALFORMED],
    ['an unknown property', '02 7f00', MALFORMED],
    ['properties that are cut short', '7f', MALFORMED],
  ])('[MQTT-4.13.1-1] %s in UNSUBSCRIBE ends the connection', async (_, properties, expected) => {
    expect(await answersTo(packet('a2', `0001 ${properties} "unsubscribe/p"`))).toEqual(expected);
  });

  test('[MQTT-3.10.4-4] an UNSUBSCRIBE with user properties, repeated as one likes, is answered', async () => {
    const peer = await subscriber('user-properties', ['unsubscribe/user']);
    peer.send(packet('a2', '0001 15 26 "a" "1" 26 "a" "1" 26 "b" "2" "unsubscribe/user"'));
    expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([SUCCESS]);
  });
});

describe('section 3.10.3', () => {
  test.each(['61c080', 'eda080', 'edbfbf', 'ff', 'c3', '6100', 'f4908080'])(
    '[MQTT-3.10.3-1] a filter to unsubscribe from with the bytes %s is malformed, be it the first one or another',
    async (hex) => {
      const filter = `${u16(hex.length / 2)} ${hex}`;
      expect(await answersTo(packet('a2', `0001 00 ${filter}`))).toEqual(MALFORMED);
      expect(await answersTo(packet('a2', `0001 00 "good" ${filter}`))).toEqual(MALFORMED);
    },
  );

  test.each(['"good" 0009 <short>', '"good" 00', '00'])(
    '[MQTT-3.10.3-1] an UNSUBSCRIBE whose payload is %s, cut short, is malformed',
    async (payload) => {
      expect(await answersTo(packet('a2', `0001 00 ${payload}`))).toEqual(MALFORMED);
    },
  );

  test('[MQTT-3.10.3-1] a filter to unsubscribe from may have any characters that are well-formed', async () => {
    const filter = 'unsubscribe/äöü/日本/🙂/ \u0001/+';
    const peer = await subscriber('characters', [filter]);
    expect(await unsubscribe(peer, filter)).toEqual([SUCCESS]);
  });

  test('[MQTT-3.10.3-2] an UNSUBSCRIBE without a filter is a protocol error', async () => {
    expect(await answersTo(packet('a2', '0001 00'))).toEqual(PROTOCOL_ERROR);
    expect(await answersTo(packet('a2', '0001 07 26 "a" "1"'))).toEqual(PROTOCOL_ERROR);
  });
});

describe.each([
  ['a session of one connection', undefined],
  ['a stored session', AN_HOUR],
])('section 3.10.4 in %s', (_, properties) => {
  test('[MQTT-3.10.4-1] filters to unsubscribe from are compared character by character', async () => {
    const filters = ['exact/a', 'exact/+', 'exact/#', 'Exact/a', 'exact/a/', 'exact/ä'];
    const peer = await subscriber('exact', [...filters, '$share/g/exact/shared'], { properties });
    // None of these is a filter of the session, though each matches one, or is matched by one.
    for (const other of [
      'exact/b',
      '#',
      '+/a',
      'exact',
      'exact/a/#',
      'EXACT/A',
      'exact/a\u0308',
      '/exact/a',
      'exact/shared',
      '$share/g/exact/a',
      '$share/other/exact/shared',
      '$share/G/exact/shared',
    ]) {
      expect([other, ...(await unsubscribe(peer, other))]).toEqual([other, NO_SUBSCRIPTION_EXISTED]);
    }
    for (const filter of ['exact/+', 'exact/#', 'exact/a/']) {
      expect(await unsubscribe(peer, filter)).toEqual([SUCCESS]);
    }
    const topics = ['exact/b', 'exact/a', 'Exact/a', 'exact/a/', 'exact/ä', 'exact/a/b', 'exact/shared'];
    for (const topic of topics) await publish(topic, topic);
    await publish('exact/a', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(['exact/a', 'Exact/a', 'exact/ä', 'exact/shared']);
  });

  test('[MQTT-3.10.4-1] a subscription that was deleted is none any more', async () => {
    const peer = await subscriber('twice', ['twice'], { properties });
    expect(await unsubscribe(peer, 'twice')).toEqual([SUCCESS]);
    expect(await unsubscribe(peer, 'twice')).toEqual([NO_SUBSCRIPTION_EXISTED]);
  });

  test("[MQTT-3.10.4-1] another client's subscription with the same filter stays", async () => {
    const peer = await subscriber('mine', ['whose'], { properties });
    const other = await subscriber('theirs', ['whose'], { properties });
    expect(await unsubscribe(peer, 'whose')).toEqual([SUCCESS]);
    await publish('whose', 'm');
    expect((await other.receive(PUBLISH)).payload).toBe('m');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.10.4-2] after UNSUBSCRIBE no new messages are added', async () => {
    const peer = await subscriber('stopped', ['stopped/+', '$share/g/stopped/shared', 'end'], { properties });
    await publish('stopped/a', 'before');
    const before = await peer.receive(PUBLISH);
    expect(before.payload).toBe('before');
    peer.send(puback(before.packetIdentifier));
    expect(await unsubscribe(peer, 'stopped/+', '$share/g/stopped/shared')).toEqual([SUCCESS, SUCCESS]);
    for (const qos of [1, 2] as const) {
      await publish('stopped/a', 'after', qos);
      await publish('stopped/shared', 'after', qos);
    }
    await publish('end', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test('[MQTT-3.10.4-2] after UNSUBSCRIBE messages that match another subscription still come', async () => {
    const peer = await subscriber('overlap', ['overlap/+', 'overlap/#'], { properties });
    expect(await unsubscribe(peer, 'overlap/+')).toEqual([SUCCESS]);
    await publish('overlap/a', 'm');
    await publish('overlap/a', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(['m']);
  });

  test('[MQTT-3.10.4-3] after UNSUBSCRIBE messages whose delivery began are completed', async () => {
    const { peer } = await broker.connect5({ clientId: 'complete', properties });
    await subscribe(peer, 'complete', '02');
    await publish('complete', 'one', 2);
    await publish('complete', 'two', 2);
    const [one, two] = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    peer.send(pubrec(one.packetIdentifier));
    await peer.receive(PUBREL);
    expect(await unsubscribe(peer, 'complete')).toEqual([SUCCESS]);
    peer.send(pubcomp(one.packetIdentifier), pubrec(two.packetIdentifier));
    const released = await peer.receive(PUBREL);
    expect([released.packetIdentifier, released.reasonCode]).toEqual([two.packetIdentifier, 0]);
    peer.send(pubcomp(two.packetIdentifier));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.10.4-4] [MQTT-3.11.3-2] UNSUBSCRIBE is answered by UNSUBACK with its identifier', async () => {
    const peer = await subscriber('unsuback', [], { properties });
    for (const identifier of [0x0001, 0x0100, 0xabcd, 0xffff]) {
      await subscribe(peer, 'unsuback');
      peer.send(unsubscribe5(identifier, 'unsuback'));
      expect((await peer.receive(UNSUBACK)).hex).toBe(`b0 ${u16(identifier)}0000`);
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.10.4-5] [MQTT-3.11.3-2] UNSUBSCRIBE is answered where there is no subscription too', async () => {
    const peer = await subscriber('none', [], { properties });
    for (const filter of ['none', '#', 'none/+', '$share/g/none']) {
      peer.send(unsubscribe5(0x0101, filter));
      expect((await peer.receive(UNSUBACK)).hex).toBe('b0 01010011');
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.10.4-6] [MQTT-3.11.3-1] all filters of one UNSUBSCRIBE end, by one UNSUBACK in their order', async () => {
    const peer = await subscriber('all', ['all/a', 'all/b', 'all/+/c', 'all/end'], { properties });
    // The second of the same filter finds it gone, as in a packet of its own.
    peer.send(packet('a2', '0009 00 "all/a" "all/none" "all/+/c" "all/b" "all/a" "all/+"'));
    expect((await peer.receive(UNSUBACK)).hex).toBe('b0 000900001100001111');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    for (const topic of ['all/a', 'all/b', 'all/x/c']) await publish(topic, topic);
    await publish('all/end', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test('[MQTT-3.11.3-1] UNSUBACK has as many reason codes as there were filters, in their order', async () => {
    const filters = Array.from({ length: 300 }, (_, i) => `unsubscribe/many/${i}`);
    const { peer } = await broker.connect5({ clientId: 'many', properties });
    const odd = filters.filter((_, i) => i % 2 === 1).map((filter) => `"${filter}" 00`);
    peer.send(packet('82', `0001 00 ${odd.join(' ')}`));
    await peer.receive(SUBACK);
    const expected = filters.map((_, i) => (i % 2 === 1 ? SUCCESS : NO_SUBSCRIPTION_EXISTED));
    expect(await unsubscribe(peer, ...filters)).toEqual(expected);
  });

  test('[MQTT-3.10.4-1] a session that leaves a shared subscription gets nothing, the other all of it', async () => {
    const topic = `leave/${properties}`;
    const leaving = await subscriber('member-1', [`$share/g/${topic}`], { properties });
    const staying = await subscriber('member-2', [`$share/g/${topic}`], { properties });
    expect(await unsubscribe(leaving, `$share/g/${topic}`)).toEqual([SUCCESS]);
    for (const payload of ['1', '2', '3', '4', 'end']) await publish(topic, payload);
    expect(await payloadsUntilEnd(staying)).toEqual(['1', '2', '3', '4']);
    expect(await leaving.takeUntilPingAnswer()).toEqual([]);
  });
});

test('[MQTT-3.10.4-1] [MQTT-3.10.4-2] a subscription that was deleted is none in the next connection', async () => {
  const first = await subscriber('away', ['away/a', 'away/b'], { properties: AN_HOUR });
  expect(await unsubscribe(first, 'away/a')).toEqual([SUCCESS]);
  await first.drop();
  await publish('away/a', 'after');
  await publish('away/b', 'end');
  const { peer } = await broker.connect5({ clientId: 'away', flags: 0, properties: AN_HOUR });
  expect(await payloadsUntilEnd(peer)).toEqual([]);
  expect(await unsubscribe(peer, 'away/a')).toEqual([NO_SUBSCRIPTION_EXISTED]);
});

test('[MQTT-3.10.4-3] after UNSUBSCRIBE messages are completed in the next connection as well', async () => {
  const { peer: first } = await broker.connect5({ clientId: 'completed', properties: AN_HOUR });
  await subscribe(first, 'completed', '02');
  await publish('completed', 'one', 1);
  await publish('completed', 'two', 2);
  await publish('completed', 'three', 2);
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push(await first.receive(PUBLISH));
  first.send(pubrec(sent[2].packetIdentifier));
  await first.receive(PUBREL);
  expect(await unsubscribe(first, 'completed')).toEqual([SUCCESS]);
  await first.drop();
  const { peer } = await broker.connect5({ clientId: 'completed', flags: 0, properties: AN_HOUR });
  const again = [];
  for (let i = 0; i < 3; i++) again.push((await peer.next())!);
  again.sort((a, b) => a.type - b.type);
  expect(again.map(({ type, packetIdentifier }) => [type, packetIdentifier])).toEqual([
    [PUBLISH, sent[0].packetIdentifier],
    [PUBLISH, sent[1].packetIdentifier],
    [PUBREL, sent[2].packetIdentifier],
  ]);
  expect(again.slice(0, 2).map(({ payload, dup }) => [payload, dup])).toEqual([
    ['one', true],
    ['two', true],
  ]);
  peer.send(
    puback(sent[0].packetIdentifier),
    pubrec(sent[1].packetIdentifier),
    pubcomp(sent[2].packetIdentifier),
  );
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(sent[1].packetIdentifier);
});

test('[MQTT-3.11.2-1] [MQTT-3.11.2-2] UNSUBACK has no properties that make it larger than the client takes', async () => {
  // As large as UNSUBACK is without properties, and large enough for CONNACK.
  const size = 120;
  const filters = Array.from({ length: size - 5 }, (_, i) => `no/subscription/${i}`);
  for (const maximum of [size, size + 1, size + 4, size + 20]) {
    const { peer } = await broker.connect5({ clientId: 'small', properties: `27 ${u32(maximum)}` });
    peer.send(packet('a2', `0001 00 ${filters.map((filter) => `"${filter}"`).join(' ')}`));
    const unsuback = await peer.receive(UNSUBACK);
    expect(2 + unsuback.body.length).toBeLessThanOrEqual(maximum);
    expect(unsuback.reasonCodes(5)).toEqual(filters.map(() => NO_SUBSCRIPTION_EXISTED));
  }
});
