import net from 'node:net';
import { within } from '../harness/eventually.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet } from './bytes.ts';
import { CONNACK, DISCONNECT, publish5, PUBLISH, SUBACK, subscribe5 } from './packets.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** Properties with their length in front, which must be below 128. */
function withLength(properties: string): string {
  const content = bytes(properties);
  return Buffer.concat([Buffer.from([content.length]), content]).toString('hex');
}

/** A string by the bytes that it claims to be. */
function text(hex: string): string {
  const content = Buffer.from(hex, 'hex');
  return `${content.length.toString(16).padStart(4, '0')} ${hex}`;
}

/** Sends a packet on a connection of its own. @returns the reason code of DISCONNECT, behind which nothing came */
async function reasonOfDisconnect(sent: Buffer): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'data' });
  peer.send(sent);
  const disconnect = await peer.receive(DISCONNECT);
  expect(await peer.next()).toBeNull();
  return disconnect.reasonCode;
}

/** @returns the reason code with which a CONNECT was refused, behind which nothing came */
async function reasonOfRefusal(connect: Buffer): Promise<number> {
  const peer = await broker.open();
  peer.send(connect);
  const connack = await peer.receive(CONNACK);
  expect(await peer.next()).toBeNull();
  return connack.reasonCode;
}

/** Subscribes to `filter` on a new connection. */
async function subscriber(clientId: string, filter: string, options?: string, properties?: string) {
  const { peer } = await broker.connect5({ clientId });
  peer.send(subscribe5(1, filter, options, properties));
  await peer.receive(SUBACK);
  return peer;
}

/** Where packets that a client sends hold a text. */
const TEXTS: [string, (text: string) => Buffer][] = [
  ['the topic of PUBLISH', (it) => packet('30', `${it} 00`)],
  ['the content type of PUBLISH', (it) => packet('30', `"data/a" ${withLength(`03 ${it}`)}`)],
  ['the response topic of PUBLISH', (it) => packet('30', `"data/a" ${withLength(`08 ${it}`)}`)],
  ['the filter of SUBSCRIBE', (it) => packet('82', `0001 00 ${it} 00`)],
  ['the filter of UNSUBSCRIBE', (it) => packet('a2', `0001 00 ${it}`)],
  ['the reason string of PUBACK', (it) => packet('40', `0001 00 ${withLength(`1f ${it}`)}`)],
  ['the reason string of PUBREC', (it) => packet('50', `0001 80 ${withLength(`1f ${it}`)}`)],
  ['the reason string of PUBREL', (it) => packet('62', `0001 92 ${withLength(`1f ${it}`)}`)],
  ['the reason string of PUBCOMP', (it) => packet('70', `0001 92 ${withLength(`1f ${it}`)}`)],
  ['the reason string of DISCONNECT', (it) => packet('e0', `00 ${withLength(`1f ${it}`)}`)],
];

/** As {@link TEXTS}, of both texts of a pair. */
const PAIRS: [string, (pair: string) => Buffer][] = [
  ['PUBLISH', (it) => packet('30', `"data/a" ${withLength(`26 ${it}`)}`)],
  ['SUBSCRIBE', (it) => packet('82', `0001 ${withLength(`26 ${it}`)} "data/a" 00`)],
  ['UNSUBSCRIBE', (it) => packet('a2', `0001 ${withLength(`26 ${it}`)} "data/a"`)],
  ['PUBACK', (it) => packet('40', `0001 00 ${withLength(`26 ${it}`)}`)],
  ['PUBREL', (it) => packet('62', `0001 92 ${withLength(`26 ${it}`)}`)],
  ['DISCONNECT', (it) => packet('e0', `00 ${withLength(`26 ${it}`)}`)],
];

const willWith = (properties: string, topic = '"data/will"') =>
  packet('10', `"MQTT" 05 c6 0000 00 "data" ${withLength(properties)} ${topic} "gone" ${broker.login}`);

const CONNECT_TEXTS: [string, (text: string) => Buffer][] = [
  ['the client identifier', (it) => packet('10', `"MQTT" 05 c2 0000 00 ${it} ${broker.login}`)],
  ['the user name', (it) => packet('10', `"MQTT" 05 c2 0000 00 "data" ${it} "password"`)],
  ['the authentication method', (it) => broker.connect5Bytes({ properties: `15 ${it}` })],
  ['the topic of the will', (it) => willWith('', it)],
  ['the content type of the will', (it) => willWith(`03 ${it}`)],
  ['the response topic of the will', (it) => willWith(`08 ${it}`)],
];

const CONNECT_PAIRS: [string, (pair: string) => Buffer][] = [
  ['CONNECT', (it) => broker.connect5Bytes({ clientId: 'data', properties: `26 ${it}` })],
  ['the will', (it) => willWith(`26 ${it}`)],
];

/** Section 3 of RFC 3629: what no UTF-8 text holds. */
const ILL_FORMED: [string, string][] = [
  ['U+D800', '61eda080'],
  ['U+DFFF', '61edbfbf'],
  ['a pair of surrogates', 'eda0bdedb880'],
  ['an overlong U+0000', '61c080'],
  ['an overlong U+20AC', 'f08282ac'],
  ['U+110000', 'f4908080'],
  ['a continuation byte alone', '6180'],
  ['a sequence that ends early', '61e282'],
  ['0xFF', 'ff'],
];

const NULL = '610062';

/** Of a packet with a pair, one with a text: its value. */
function ofPair([name, toPacket]: (typeof PAIRS)[number]): (typeof TEXTS)[number] {
  return [`the user property of ${name}`, (it) => toPacket(`"name" ${it}`)];
}

describe('section 1.5.4', () => {
  test.each(TEXTS)('[MQTT-1.5.4-1] %s must be well-formed UTF-8', async (_, toPacket) => {
    for (const [, hex] of ILL_FORMED) expect(await reasonOfDisconnect(toPacket(text(hex)))).toBe(0x81);
  });

  test.each(CONNECT_TEXTS)('[MQTT-1.5.4-1] %s must be well-formed UTF-8', async (_, toPacket) => {
    for (const [, hex] of ILL_FORMED) expect(await reasonOfRefusal(toPacket(text(hex)))).toBe(0x81);
  });

  test.each(TEXTS)('[MQTT-1.5.4-2] %s must not hold U+0000', async (_, toPacket) => {
    expect(await reasonOfDisconnect(toPacket(text(NULL)))).toBe(0x81);
    expect(await reasonOfDisconnect(toPacket(text('00')))).toBe(0x81);
  });

  test.each(CONNECT_TEXTS)('[MQTT-1.5.4-2] %s must not hold U+0000', async (_, toPacket) => {
    expect(await reasonOfRefusal(toPacket(text(NULL)))).toBe(0x81);
    expect(await reasonOfRefusal(toPacket(text('00')))).toBe(0x81);
  });

  test.each([...TEXTS, ...PAIRS.map(ofPair)])(
    '[MQTT-1.5.4-1] [MQTT-1.5.7-1] %s may be any well-formed text',
    async (_, toPacket) => {
      const { peer } = await broker.connect5({ clientId: 'well-formed' });
      peer.send(toPacket('"A\u{2a6d4}"'), packet('c0'), packet('e0'));
      const reasons = (await peer.untilClosed()).filter(({ type }) => type === DISCONNECT);
      expect(reasons).toEqual([]);
    },
  );

  test.each([...CONNECT_TEXTS, ...CONNECT_PAIRS.map(ofPair)])(
    '[MQTT-1.5.4-1] [MQTT-1.5.7-1] %s may be any well-formed text of CONNECT',
    async (_, toPacket) => {
      const peer = await broker.open();
      peer.send(toPacket('"A\u{2a6d4}"'));
      expect((await peer.receive(CONNACK)).reasonCode).not.toBe(0x81);
      await peer.drop();
    },
  );

  test('[MQTT-1.5.4-1] well-formed text of any length comes through as it is', async () => {
    const topics = [
      'A\u{2a6d4}',
      'data/\u{d7ff}\u{e000}',
      'data/\u{10fffd}',
      'data/é€',
      `data/${'ü'.repeat(100)}`,
    ];
    const { peer } = await broker.connect5({ clientId: 'well-formed' });
    for (const topic of topics) {
      peer.send(subscribe5(1, topic, '00'), publish5(topic, 'x', withLength('03 "ä€\u{2a6d4}"')));
      await peer.receive(SUBACK);
      const publish = await peer.receive(PUBLISH);
      expect(publish.hex).toBe(
        `30 ${bytes(`"${topic}" ${withLength('03 "ä€\u{2a6d4}"')} <x>`).toString('hex')}`,
      );
    }
  });

  test('[MQTT-1.5.4-1] [MQTT-1.5.4-2] payload and correlation data are bytes, not text', async () => {
    const peer = await subscriber('binary', 'data/binary', '00');
    peer.send(packet('30', `"data/binary" ${withLength('09 0004 00 c0 80 ff')} 00 c0 80 ff`));
    const publish = await peer.receive(PUBLISH);
    expect(publish.properties.get(0x09)).toEqual([bytes('00 c0 80 ff')]);
    expect(publish.body.subarray(-4)).toEqual(bytes('00 c0 80 ff'));
  });

  test('[MQTT-1.5.4-3] U+FEFF in a topic is neither skipped nor stripped', async () => {
    const { peer } = await broker.connect5({ clientId: 'bom' });
    peer.send(packet('82', '0001 00 "data/bom" 00 "\u{feff}data/bom" 00 "data/\u{feff}bom" 00'));
    await peer.receive(SUBACK);
    peer.send(
      publish5('\u{feff}data/bom', '1'),
      publish5('data/\u{feff}bom', '2'),
      publish5('data/bom', '3'),
    );
    const received = await peer.takeUntilPingAnswer();
    expect(received.map(({ body }) => body.subarray(2, -2).toString('hex'))).toEqual([
      `efbbbf${Buffer.from('data/bom').toString('hex')}`,
      `${Buffer.from('data/').toString('hex')}efbbbf${Buffer.from('bom').toString('hex')}`,
      Buffer.from('data/bom').toString('hex'),
    ]);
    expect(received.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  test('[MQTT-1.5.4-3] U+FEFF in a topic filter is neither skipped nor stripped', async () => {
    const peer = await subscriber('bom-filter', '\u{feff}data/filter', '00');
    peer.send(publish5('data/filter', 'without'), publish5('\u{feff}data/filter', 'with'));
    expect((await peer.takeUntilPingAnswer()).map(({ payload }) => payload)).toEqual(['with']);
  });

  test('[MQTT-1.5.4-3] U+FEFF in a client identifier makes it another one', async () => {
    const { peer: first } = await broker.connect5({ clientId: 'bom-client' });
    await broker.connect5({ clientId: '\u{feff}bom-client' });
    expect(await first.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-1.5.4-3] U+FEFF in texts that are passed on is neither skipped nor stripped', async () => {
    const peer = await subscriber('bom-properties', 'data/properties', '00');
    const properties = withLength('03 "\u{feff}a" 08 "b\u{feff}" 26 "\u{feff}" "c\u{feff}d"');
    peer.send(publish5('data/properties', '', properties));
    expect((await peer.receive(PUBLISH)).hex).toBe(
      `30 ${bytes(`"data/properties" ${properties}`).toString('hex')}`,
    );
  });
});

describe('section 1.5.7', () => {
  test.each(PAIRS)('[MQTT-1.5.7-1] both texts of a pair in %s must be well-formed', async (_, toPacket) => {
    for (const hex of [...ILL_FORMED.map(([, hex]) => hex), NULL]) {
      expect(await reasonOfDisconnect(toPacket(`${text(hex)} "value"`))).toBe(0x81);
      expect(await reasonOfDisconnect(toPacket(`"name" ${text(hex)}`))).toBe(0x81);
    }
  });

  test.each(CONNECT_PAIRS)(
    '[MQTT-1.5.7-1] both texts of a pair in %s must be well-formed',
    async (_, toPacket) => {
      for (const hex of [...ILL_FORMED.map(([, hex]) => hex), NULL]) {
        expect(await reasonOfRefusal(toPacket(`${text(hex)} "value"`))).toBe(0x81);
        expect(await reasonOfRefusal(toPacket(`"name" ${text(hex)}`))).toBe(0x81);
      }
    },
  );

  test('[MQTT-1.5.7-1] well-formed pairs are taken and passed on', async () => {
    const peer = await subscriber('pairs', 'data/pairs', '00', withLength('26 "" "" 26 "ä" "€\u{2a6d4}"'));
    peer.send(publish5('data/pairs', '', withLength('26 "" "" 26 "ä" "€\u{2a6d4}"')));
    expect((await peer.receive(PUBLISH)).properties.get(0x26)).toEqual([
      ['', ''],
      ['ä', '€\u{2a6d4}'],
    ]);
  });
});

describe('section 1.5.5', () => {
  /** Sends `packets` behind a CONNECT; resolves when the last bytes that came are those of `expected`. */
  async function untilReceived(port: number, packets: Buffer[], expected: Buffer): Promise<void> {
    const socket = net.connect({ host: '127.0.0.1', port });
    const chunks: Buffer[] = [];
    let length = 0;
    const received = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= expected.length && Buffer.concat(chunks).subarray(-expected.length).equals(expected))
          resolve();
      });
    });
    socket.write(Buffer.concat(packets));
    try {
      await within(`${expected.length} bytes as expected`, received);
    } finally {
      socket.destroy();
    }
  }

  test.each([
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2_097_151, 'ffff7f'],
    [2_097_152, '80808001'],
  ])('[MQTT-1.5.5-1] a remaining length of %d is sent as %s', async (remainingLength, encoded) => {
    const login = await broker.createLogin(`length-${remainingLength}`, { maxPacketBytes: 4 * 1024 * 1024 });
    const payload = Buffer.alloc(remainingLength - 5, 'x');
    const publish = Buffer.concat([bytes(`30 ${encoded} "ab" 00`), payload]);
    const connect = broker.connect5Bytes({ clientId: `length-${remainingLength}`, login });
    await untilReceived(broker.port, [connect, subscribe5(1, 'ab', '00'), publish], publish);
  });

  test.each([
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
  ])('[MQTT-1.5.5-1] a property length of %d is sent as %s', async (propertyLength, encoded) => {
    const value = Buffer.alloc(propertyLength - 5, 'x').toString();
    const { peer } = await broker.connect5({ clientId: 'property-length' });
    peer.send(subscribe5(1, 'data/length', '00'));
    await peer.receive(SUBACK);
    peer.send(publish5('data/length', '', `${encoded} 26 "" "${value}"`));
    expect((await peer.receive(PUBLISH)).hex).toBe(
      `30 ${bytes(`"data/length" ${encoded} 26 "" "${value}"`).toString('hex')}`,
    );
  });

  test.each([
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2_097_151, 'ffff7f'],
    [2_097_152, '80808001'],
    [268_435_455, 'ffffff7f'],
  ])('[MQTT-1.5.5-1] a subscription identifier of %d is sent as %s', async (_, encoded) => {
    const properties = withLength(`0b ${encoded}`);
    const peer = await subscriber('identifier', 'data/identifier', '00', properties);
    peer.send(publish5('data/identifier', ''));
    expect((await peer.receive(PUBLISH)).hex).toBe(
      `30 ${bytes(`"data/identifier" ${properties}`).toString('hex')}`,
    );
  });

  test.each([
    ['the remaining length of PINGREQ, in two bytes', 'c0 80 00'],
    ['the remaining length of PINGREQ, in four bytes', 'c0 80 80 80 00'],
    ['the remaining length of PUBLISH', '30 84 00 "a" 00'],
    ['the remaining length of SUBSCRIBE', '82 87 80 00 0001 00 "a" 00'],
    ['the property length of PUBLISH', '30 05 "a" 80 00'],
    ['the property length of SUBSCRIBE', '82 08 0001 80 00 "a" 00'],
    ['the property length of UNSUBSCRIBE', 'a2 07 0001 80 00 "a"'],
    ['a subscription identifier', '82 0a 0001 03 0b 81 00 "a" 00'],
  ])('[MQTT-1.5.5-1] %s must not take more bytes than needed', async (_, sent) => {
    expect(await reasonOfDisconnect(bytes(sent))).toBe(0x81);
  });

  test('[MQTT-1.5.5-1] the lengths of CONNECT must not take more bytes than needed', async () => {
    const body = bytes(`"MQTT" 05 c2 0000 00 "data" ${broker.login}`);
    expect(body.length).toBeLessThan(128);
    const overlong = Buffer.concat([Buffer.from([0x10, body.length | 0x80, 0]), body]);
    expect(await reasonOfRefusal(overlong)).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 c2 0000 8000 "data" ${broker.login}`))).toBe(0x81);
  });

  test('[MQTT-1.5.5-1] a remaining length never takes more than four bytes', async () => {
    expect(await reasonOfDisconnect(bytes('30 80 80 80 80 01'))).toBe(0x81);
    expect(await reasonOfDisconnect(bytes('c0 80 80 80 80 00'))).toBe(0x81);
  });
});
