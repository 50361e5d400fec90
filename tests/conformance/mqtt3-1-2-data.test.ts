/** MQTT 3.1.1, chapters 1 and 2: text, the fixed header, packet identifiers. */
import { packet, u16 } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  pubcomp,
  PUBCOMP,
  PUBLISH,
  publish3,
  publish3WithId,
  puback,
  PUBACK,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe3,
  unsubscribe3,
  UNSUBACK,
} from './packets.ts';
import {
  answersToRefused,
  answersToViolation,
  publish,
  RESUME,
  seen,
  subscribe,
  subscriber,
  text,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** Packets that hold a text given by its bytes, on an accepted connection. */
const WITH_TEXT: [string, (hex: string) => Buffer][] = [
  ['the topic of PUBLISH', (hex) => packet('30', text(hex))],
  ['the topic of PUBLISH with QoS 1', (hex) => packet('32', `${text(hex)} 0001`)],
  ['the filter of SUBSCRIBE', (hex) => packet('82', `0001 ${text(hex)} 00`)],
  ['the filter of UNSUBSCRIBE', (hex) => packet('a2', `0001 ${text(hex)}`)],
];

/** CONNECT packets that hold a text given by its bytes. */
const CONNECT_WITH_TEXT: [string, (hex: string) => Buffer][] = [
  ['the client identifier', (hex) => packet('10', `"MQTT" 04 c2 0000 ${text(hex)} ${broker.login}`)],
  ['the will topic', (hex) => packet('10', `"MQTT" 04 c6 0000 "text" ${text(hex)} "w" ${broker.login}`)],
  ['the user name', (hex) => packet('10', `"MQTT" 04 c2 0000 "text" ${text(hex)} "p"`)],
];

/** Bytes that no well-formed UTF-8 has. */
const ILL_FORMED: [string, string][] = [
  ['an encoded surrogate U+D800', '61eda080'],
  ['an encoded surrogate U+DFFF', 'edbfbf61'],
  ['a pair of encoded surrogates', 'eda081edb080'],
  ['an overlong form of /', '61c0af'],
  ['an overlong form of U+0000', '61c080'],
  ['a character above U+10FFFF', 'f4908080'],
  ['a character cut short', '61e282'],
  ['a byte that continues nothing', '6180'],
  ['a byte that never occurs', '61ff'],
];

const ill = (packets: typeof WITH_TEXT) =>
  ILL_FORMED.flatMap(([what, hex]) => packets.map(([where, make]) => [what, where, make, hex] as const));

test.each(ill(WITH_TEXT))('[v3 MQTT-1.5.3-1] %s in %s ends the connection', async (_, __, make, hex) => {
  expect(await answersToViolation(broker, make(hex))).toEqual([]);
});

test.each(ill(CONNECT_WITH_TEXT))(
  '[v3 MQTT-1.5.3-1] [v3 MQTT-3.1.3-4] [v3 MQTT-3.1.3-10] [v3 MQTT-3.1.3-11] %s in %s ends the connection',
  async (_, __, make, hex) => {
    expect(await answersToRefused(broker, make(hex))).toEqual([]);
  },
);

test.each(WITH_TEXT)(
  '[v3 MQTT-1.5.3-2] [v3 MQTT-4.7.3-2] U+0000 in %s ends the connection',
  async (_, make) => {
    expect(await answersToViolation(broker, make('610062'))).toEqual([]);
  },
);

test.each(CONNECT_WITH_TEXT)('[v3 MQTT-1.5.3-2] U+0000 in %s ends the connection', async (_, make) => {
  expect(await answersToRefused(broker, make('610062'))).toEqual([]);
});

test('[v3 MQTT-1.5.3-1] well-formed UTF-8 of one to four bytes a character is taken', async () => {
  const topic = 'text/\u007f\u0080ÿ߿ࠀ\ud7ff\ue000\uffff𐀀\u{10ffff}';
  const peer = await subscriber(broker, 'text', topic);
  await publish((await broker.connect3({ clientId: 'text-p' })).peer, topic, 'm');
  expect(seen(await peer.receive(PUBLISH))).toEqual({ topic, qos: 1, retain: false, payload: 'm' });
});

test('[v3 MQTT-1.5.3-3] EF BB BF is a character of a topic like any other', async () => {
  const peer = await subscriber(broker, 'bom', '\ufeffbom/a');
  await subscribe(peer, 'bom/a');
  await subscribe(peer, 'bom/\ufeffa');
  const { peer: publisher } = await broker.connect3({ clientId: 'bom-p' });
  for (const topic of ['\ufeffbom/a', 'bom/a', 'bom/\ufeffa']) {
    await publish(publisher, topic, 'm');
    const { body } = await peer.receive(PUBLISH);
    expect(body.subarray(2, 2 + body.readUInt16BE(0)).toString('hex')).toBe(
      Buffer.from(topic).toString('hex'),
    );
  }
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-1.5.3-3] EF BB BF is not stripped off a client identifier', async () => {
  const { peer } = await broker.connect3({ clientId: 'bom-id' });
  await broker.connect3({ clientId: '\ufeffbom-id' });
  // Another client: the first one would have been disconnected otherwise.
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

// ---------------------------------------------------------------- the fixed header

/** Table 2.2, without PUBLISH: a whole packet for each type that a client sends, and its flags. */
const RIGHT_FLAGS: [string, number, () => Buffer][] = [
  ['CONNECT', 0, () => broker.connect3Bytes({ clientId: 'flags' })],
  ['PUBACK', 0, () => packet('40', '0001')],
  ['PUBREC', 0, () => packet('50', '0001')],
  ['PUBREL', 2, () => packet('62', '0001')],
  ['PUBCOMP', 0, () => packet('70', '0001')],
  ['SUBSCRIBE', 2, () => packet('82', '0001 "flags" 00')],
  ['UNSUBSCRIBE', 2, () => packet('a2', '0001 "flags"')],
  ['PINGREQ', 0, () => packet('c0')],
];

const WRONG_FLAGS = RIGHT_FLAGS.flatMap(([type, right, make]) =>
  Array.from({ length: 16 }, (_, flags) => flags)
    .filter((flags) => flags !== right)
    .map((flags) => [type, flags, make] as const),
);

test.each(WRONG_FLAGS)(
  '[v3 MQTT-2.2.2-1] [v3 MQTT-2.2.2-2] %s with flags %i ends the connection',
  async (type, flags, make) => {
    const wrong = make();
    wrong[0] = (wrong[0] & 0xf0) | flags;
    const answers = type === 'CONNECT' ? answersToRefused : answersToViolation;
    expect(await answers(broker, wrong)).toEqual([]);
  },
);

test('[v3 MQTT-2.2.2-1] packets from the broker have the flags of table 2.2', async () => {
  const { peer, connack } = await broker.connect3({ clientId: 'table' });
  expect(connack.hex).toBe('20 0000');
  peer.send(subscribe3(0x11, 'table', '02'));
  expect((await peer.receive(SUBACK)).hex).toBe('90 001102');
  peer.send(publish3WithId('34', 'table', 0x12, 'm'));
  // Its own message and the answer to it, in whichever order.
  const both = [(await peer.next())!, (await peer.next())!];
  expect(both.find(({ type }) => type === PUBREC)!.hex).toBe('50 0012');
  const message = both.find(({ type }) => type === PUBLISH)!;
  expect(message.flags).toBe(4);
  peer.send(pubrel(0x12), pubrec(message.packetIdentifier));
  const last = [await peer.next(), await peer.next()].map((each) => each?.hex);
  expect(last.sort()).toEqual([`62 ${u16(message.packetIdentifier)}`, '70 0012'].sort());
  peer.send(unsubscribe3(0x13, 'table'));
  expect((await peer.receive(UNSUBACK)).hex).toBe('b0 0013');
  peer.send(publish3WithId('32', 'table', 0x14, 'm'));
  expect((await peer.receive(PUBACK)).hex).toBe('40 0014');
  peer.send(packet('c0'));
  expect((await peer.next())?.hex).toBe('d0 ');
});

// ---------------------------------------------------------------- packet identifiers

test.each([
  ['SUBSCRIBE', packet('82', '0000 "zero" 00')],
  ['UNSUBSCRIBE', packet('a2', '0000 "zero"')],
  ['PUBLISH with QoS 1', publish3WithId('32', 'zero', 0, 'm')],
  ['PUBLISH with QoS 2', publish3WithId('34', 'zero', 0, 'm')],
])('[v3 MQTT-2.3.1-1] %s with packet identifier 0 ends the connection', async (_, sent) => {
  expect(await answersToViolation(broker, sent)).toEqual([]);
});

test.each([
  ['SUBSCRIBE', packet('82')],
  ['UNSUBSCRIBE', packet('a2')],
  ['PUBLISH with QoS 1', packet('32', '"none"')],
  ['PUBLISH with QoS 2', packet('34', '"none" 01')],
])('[v3 MQTT-2.3.1-1] %s without packet identifier ends the connection', async (_, sent) => {
  expect(await answersToViolation(broker, sent)).toEqual([]);
});

test('[v3 MQTT-2.3.1-1] [v3 MQTT-2.3.1-4] no packet identifier of a message in flight is 0 or given twice', async () => {
  const peer = await subscriber(broker, 'inflight', 'inflight', '02');
  const { peer: publisher } = await broker.connect3({ clientId: 'inflight-p' });
  const inFlight = new Map<number, number>();
  const receiveSome = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const { packetIdentifier, qos } = await peer.receive(PUBLISH);
      expect(packetIdentifier).toBeGreaterThan(0);
      expect(inFlight.has(packetIdentifier)).toBe(false);
      inFlight.set(packetIdentifier, qos);
    }
  };
  for (let i = 1; i <= 40; i++) publisher.send(publish3WithId(i % 2 ? '32' : '34', 'inflight', i, 'm'));
  await receiveSome(40);
  // Half of the exchanges end; those of QoS 2 that stop at PUBREC still hold their identifiers.
  const [ended, released] = [[...inFlight].slice(0, 20), [...inFlight].slice(20, 30)];
  for (const [identifier, qos] of ended) {
    if (qos === 1) peer.send(puback(identifier));
    else {
      peer.send(pubrec(identifier));
      await peer.receive(PUBREL);
      peer.send(pubcomp(identifier));
    }
    inFlight.delete(identifier);
  }
  for (const [identifier, qos] of released) {
    if (qos === 1) continue;
    peer.send(pubrec(identifier));
    await peer.receive(PUBREL);
  }
  for (let i = 101; i <= 140; i++) publisher.send(publish3WithId('32', 'inflight', i, 'm'));
  await receiveSome(40);
});

test('[v3 MQTT-2.3.1-4] an identifier in flight before a disconnection is given to no new message after it', async () => {
  const first = await subscriber(broker, 'again', 'again', '02', { flags: RESUME });
  const { peer: publisher } = await broker.connect3({ clientId: 'again-p' });
  for (let i = 0; i < 3; i++) await publish(publisher, 'again', `before ${i}`);
  for (let i = 0; i < 3; i++) await first.receive(PUBLISH);
  await first.drop();
  for (let i = 0; i < 5; i++) await publish(publisher, 'again', `after ${i}`);
  const { peer } = await broker.connect3({ clientId: 'again', flags: RESUME });
  const identifiers = new Set<number>();
  for (let i = 0; i < 8; i++) identifiers.add((await peer.receive(PUBLISH)).packetIdentifier);
  expect(identifiers.size).toBe(8);
});

test('[v3 MQTT-2.3.1-3] the broker takes an identifier for a new packet after its acknowledgement', async () => {
  const peer = await subscriber(broker, 'reuse', 'reuse', '00');
  peer.send(publish3WithId('32', 'reuse', 5, 'one'));
  expect(seen(await peer.receive(PUBLISH)).payload).toBe('one');
  expect((await peer.receive(PUBACK)).hex).toBe('40 0005');
  peer.send(publish3WithId('34', 'reuse', 5, 'two'));
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('two');
  expect((await peer.receive(PUBREC)).hex).toBe('50 0005');
  peer.send(pubrel(5));
  expect((await peer.receive(PUBCOMP)).hex).toBe('70 0005');
  peer.send(publish3WithId('34', 'reuse', 5, 'three'));
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('three');
});

test('[v3 MQTT-2.3.1-5] a QoS 0 PUBLISH from the broker has no packet identifier', async () => {
  const peer = await subscriber(broker, 'bare', 'bare', '00');
  await publish((await broker.connect3({ clientId: 'bare-p' })).peer, 'bare', 'm');
  expect((await peer.receive(PUBLISH)).hex).toBe(
    `30 ${packet('30', '"bare" <m>').subarray(2).toString('hex')}`,
  );
});

test('[v3 MQTT-2.3.1-5] what stands behind the topic of a QoS 0 PUBLISH to the broker is its payload', async () => {
  const peer = await subscriber(broker, 'bare2', 'bare2', '00');
  peer.send(publish3('bare2', '\u0001\u0002m'));
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('\u0001\u0002m');
});

test('[v3 MQTT-2.3.1-6] [v3 MQTT-2.3.1-7] answers carry the identifier of what they answer', async () => {
  const peer = await subscriber(broker, 'same', 'other');
  peer.send(publish3WithId('32', 'same', 0xffff, 'm'));
  expect((await peer.receive(PUBACK)).hex).toBe('40 ffff');
  peer.send(publish3WithId('34', 'same', 0x0100, 'm'));
  expect((await peer.receive(PUBREC)).hex).toBe('50 0100');
  peer.send(pubrel(0x0100));
  expect((await peer.receive(PUBCOMP)).hex).toBe('70 0100');
  peer.send(subscribe3(0xfffe, 'same'));
  expect((await peer.receive(SUBACK)).packetIdentifier).toBe(0xfffe);
  peer.send(unsubscribe3(0x00ff, 'same'));
  expect((await peer.receive(UNSUBACK)).packetIdentifier).toBe(0x00ff);
});

test('[v3 MQTT-2.3.1-6] PUBREL carries the identifier of the broker`s PUBLISH', async () => {
  const peer = await subscriber(broker, 'released', 'released', '02');
  const { peer: publisher } = await broker.connect3({ clientId: 'released-p' });
  publisher.send(publish3WithId('34', 'released', 1, 'a'), publish3WithId('34', 'released', 2, 'b'));
  const [a, b] = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  peer.send(pubrec(b.packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(b.packetIdentifier);
  peer.send(pubrec(a.packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(a.packetIdentifier);
});
