/** MQTT 5.0, section 3.3.2: topic name and properties of PUBLISH. Message expiry and topic aliases have files of their own. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet } from './bytes.ts';
import {
  AN_HOUR,
  leave,
  MESSAGE_EXPIRY_INTERVAL,
  messagesUntilEnd,
  nextMessage,
  payloadsUntilEnd,
  publish,
  type PublishParts,
  reasonOfViolation,
  subscribe,
  subscriber,
  withLength,
} from './mqtt5-publish-exchange.ts';
import { publish5, PUBLISH } from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

/** The session of an earlier connection. */
const RESUMED = { flags: 0, properties: AN_HOUR };

/** What is no UTF-8 encoded string (section 1.5.4). */
const NO_STRINGS = [
  ['half a character', '0002 61 c3'],
  ['a wrong second byte', '0003 61 c3 28'],
  ['an overlong character', '0002 c0af'],
  ['a surrogate', '0004 61 eda080'],
  ['U+0000', '0003 61 00 62'],
];

describe('section 3.3.2.1, topic name', () => {
  test.each([
    ['is not there', packet('30')],
    ['has half a length', packet('30', '00')],
    ['is shorter than its length', packet('30', '0005 <abc>')],
    ['is shorter than its length, QoS 1', packet('32', '0005 <abc> 00')],
    ['is where the packet identifier should be', packet('32', '0001 "topic" 00 <text>')],
  ])('[MQTT-3.3.2-1] a PUBLISH whose topic name %s is malformed', async (_, sent) => {
    expect(await reasonOfViolation(broker, sent)).toBe(0x81);
  });

  test.each(NO_STRINGS)('[MQTT-3.3.2-1] a topic name with %s is malformed', async (_, topic) => {
    for (const [firstByte, identifier] of [
      ['30', ''],
      ['31', ''],
      ['32', '0001'],
      ['34', '0001'],
    ]) {
      expect(await reasonOfViolation(broker, packet(firstByte, `${topic} ${identifier} 00 <text>`))).toBe(
        0x81,
      );
    }
  });

  test.each([
    ['ASCII', 'name/ first'],
    ['other characters', 'name/Ünïcode/€/𝄞/日本'],
    ['U+FEFF in front', '\ufeffname/first'],
  ])('[MQTT-3.3.2-1] the broker sends topic names as first field: %s', async (_, topic) => {
    const peer = await subscriber(broker, 'name-first', topic, '02');
    for (const [qos, identifier] of [
      [0, ''],
      [1, '0001'],
      [2, '0002'],
    ] as const) {
      await publish(publisher, topic, 'm', { qos });
      const message = await nextMessage(peer);
      expect(message.body.toString('hex')).toBe(bytes(`"${topic}" ${identifier} 00 <m>`).toString('hex'));
    }
  });

  test('section 3.3.2.1: an empty topic name without an alias is a protocol error', async () => {
    for (const sent of [
      packet('30', '"" 00 <m>'),
      packet('32', '"" 0001 00 <m>'),
      packet('34', '"" 0001 00'),
    ]) {
      expect(await reasonOfViolation(broker, sent)).toBe(0x82);
    }
  });

  test.each(['+', '#', 'wild/+', 'wild/#', 'wild/+/x', 'wild+', 'wi#ld', '/+', '/#', '+/wild', 'wild#/x'])(
    '[MQTT-3.3.2-2] topic name %s has a wildcard, and is not accepted',
    async (topic) => {
      const peer = await subscriber(broker, 'wild', 'wild/#');
      for (const sent of [packet('31', `"${topic}" 00 <unwanted>`), packet('32', `"${topic}" 0001 00 <m>`)]) {
        expect([0x81, 0x82, 0x90]).toContain(await reasonOfViolation(broker, sent));
      }
      await publish(publisher, 'wild/x', 'end');
      expect(await payloadsUntilEnd(peer)).toEqual([]);
    },
  );

  test('[MQTT-3.3.2-3] a client gets the topics that match its filter, under their names, and no others', async () => {
    const topics = ['f', 'f/a', 'f/b', 'f/a/b', 'F/a', '/f/a', 'f/a/', 'f//b', 'g', 'end'];
    const matches: [string, string[]][] = [
      ['f', ['f']],
      ['f/a', ['f/a']],
      ['f/#', ['f', 'f/a', 'f/b', 'f/a/b', 'f/a/', 'f//b']],
      ['f/+', ['f/a', 'f/b']],
      ['f/+/b', ['f/a/b', 'f//b']],
      ['+/a', ['f/a', 'F/a']],
      ['+/a/#', ['f/a', 'f/a/b', 'F/a', 'f/a/']],
      ['+', ['f', 'g']],
      ['+/+/+', ['f/a/b', '/f/a', 'f/a/', 'f//b']],
      ['/+/a', ['/f/a']],
      ['f/a/+', ['f/a/b', 'f/a/']],
      ['$share/matching/f/+', ['f/a', 'f/b']],
      ['none', []],
    ];
    for (const properties of [undefined, AN_HOUR]) {
      for (const [filter, expected] of matches) {
        const peer = await subscriber(broker, 'matching', filter, '01', { properties });
        await subscribe(peer, 'end');
        for (const topic of topics) await publish(publisher, topic, topic);
        const received = await messagesUntilEnd(peer);
        expect(received.map(({ topic }) => topic).filter((topic) => topic !== 'end')).toEqual(expected);
        expect(received.every(({ topic, payload }) => topic === payload)).toBe(true);
      }
    }
  });
});

/** Publishes a message in some way, and returns it as a client gets it. */
type Way = (topic: string, properties: string) => Promise<ReceivedPacket>;

const straight =
  (parts: PublishParts): Way =>
  async (topic, properties) => {
    const peer = await subscriber(broker, 'way', topic, '02');
    await publish(publisher, topic, 'm', { ...parts, properties });
    return nextMessage(peer);
  };

const retained =
  (parts: PublishParts): Way =>
  async (topic, properties) => {
    await publish(publisher, topic, 'm', { ...parts, retain: true, properties });
    return nextMessage(await subscriber(broker, 'way', topic, '02'));
  };

const stored =
  (parts: PublishParts): Way =>
  async (topic, properties) => {
    await leave(await subscriber(broker, 'way', topic, '02', { properties: AN_HOUR }));
    await publish(publisher, topic, 'm', { ...parts, properties });
    return nextMessage((await broker.connect5({ clientId: 'way', ...RESUMED })).peer);
  };

const sentAgain: Way = async (topic, properties) => {
  const first = await subscriber(broker, 'way', topic, '02', { properties: AN_HOUR });
  await publish(publisher, topic, 'm', { properties });
  await first.receive(PUBLISH);
  await first.drop();
  return nextMessage((await broker.connect5({ clientId: 'way', ...RESUMED })).peer);
};

const shared: Way = async (topic, properties) => {
  const peer = await subscriber(broker, 'way', `$share/way/${topic}`, '02');
  await publish(publisher, topic, 'm', { properties });
  return nextMessage(peer);
};

const lowered: Way = async (topic, properties) => {
  const peer = await subscriber(broker, 'way', topic, '00');
  await publish(publisher, topic, 'm', { qos: 2, properties });
  return nextMessage(peer);
};

/** Topics of retained messages are used once. */
let topics = 0;

describe.each<[string, Way]>([
  ['with QoS 0', straight({ qos: 0 })],
  ['with QoS 1', straight({ qos: 1 })],
  ['with QoS 2', straight({ qos: 2 })],
  ['with QoS lowered to 0', lowered],
  ['to a shared subscription', shared],
  ['retained with QoS 0', retained({ qos: 0 })],
  ['retained with QoS 1', retained({ qos: 1 })],
  ['retained with QoS 2', retained({ qos: 2 })],
  ['stored with QoS 1', stored({ qos: 1 })],
  ['stored with QoS 2', stored({ qos: 2 })],
  ['sent again', sentAgain],
])('properties of a message %s', (_, way) => {
  const send = (properties: string) => way(`way/${++topics}`, properties);

  const values = async (identifier: number, properties: string) =>
    (await send(properties)).properties.get(identifier);

  test('[MQTT-3.3.2-4] the payload format indicator is forwarded unaltered', async () => {
    expect(await values(0x01, '01 00')).toEqual([0]);
    expect(await values(0x01, '01 01')).toEqual([1]);
  });

  test('[MQTT-3.3.2-15] the response topic is forwarded unaltered', async () => {
    for (const topic of ['r', 'answers/to/Ünïcode/𝄞', '/', '\ufeffr', '$answers/x', 'r'.repeat(300)]) {
      expect(await values(0x08, `08 "${topic}"`)).toEqual([topic]);
    }
  });

  test('[MQTT-3.3.2-16] correlation data are forwarded unaltered', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex');
    for (const [length, data] of [
      ['0000', ''],
      ['0001', '00'],
      ['0003', 'ff00c3'],
      ['0100', all],
    ]) {
      const [received] = (await values(0x09, `09 ${length} ${data}`))!;
      expect((received as Buffer).toString('hex')).toBe(data);
    }
  });

  test('[MQTT-3.3.2-17] [MQTT-3.3.2-18] user properties are forwarded unaltered, in their order', async () => {
    const pairs = [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
      ['b', '1'],
      ['', ''],
      ['name', ''],
      ['', 'value'],
      ['Ünïcode', '\ufeff𝄞'],
    ];
    const notation = (all: string[][]) => all.map(([name, value]) => `26 "${name}" "${value}"`).join(' ');
    expect(await values(0x26, notation(pairs))).toEqual(pairs);
    expect(await values(0x26, notation([...pairs].reverse()))).toEqual([...pairs].reverse());
    const many = Array.from({ length: 100 }, (_, i) => [`name ${i % 10}`, `${i}`]);
    expect(await values(0x26, notation(many))).toEqual(many);
  });

  test('[MQTT-3.3.2-20] the content type is forwarded unaltered', async () => {
    for (const type of [
      '',
      'text/plain; charset=UTF-8',
      'Ünïcode 𝄞\ufeff',
      'no type\u0001',
      't'.repeat(1000),
    ]) {
      expect(await values(0x03, `03 "${type}"`)).toEqual([type]);
    }
  });

  test('[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] so are all together', async () => {
    const { properties } = await send(`26 "b" "1" 03 "type" 02 00000e10 26 "a" "2" 23 0001 01 01 26 "b" "0"
      09 0002 0fff 08 "response" 26 "" ""`);
    expect(properties.get(MESSAGE_EXPIRY_INTERVAL)).toHaveLength(1);
    properties.delete(MESSAGE_EXPIRY_INTERVAL);
    expect([...properties].sort(([a], [b]) => a - b)).toEqual([
      [0x01, [1]],
      [0x03, ['type']],
      [0x08, ['response']],
      [0x09, [bytes('0fff')]],
      [
        0x26,
        [
          ['b', '1'],
          ['a', '2'],
          ['b', '0'],
          ['', ''],
        ],
      ],
    ]);
  });

  test('[MQTT-3.3.2-17] a message without properties comes without', async () => {
    const message = await send('');
    expect([...message.properties]).toEqual([]);
    expect(message.payload).toBe('m');
  });
});

test('[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20] all subscribers get the properties', async () => {
  const subscribers: Peer[] = [];
  for (const [i, filter] of ['to/all', 'to/#', '$share/all/to/all', '+/all', 'to/all'].entries()) {
    subscribers.push(await subscriber(broker, `to-all-${i}`, filter, `0${i % 3}`));
  }
  await publish(publisher, 'to/all', 'm', {
    qos: 2,
    properties: '01 01 03 "c" 08 "r" 09 0001 80 26 "a" "b"',
  });
  for (const peer of subscribers) {
    expect([...(await peer.receive(PUBLISH)).properties].sort(([a], [b]) => a - b)).toEqual([
      [0x01, [1]],
      [0x03, ['c']],
      [0x08, ['r']],
      [0x09, [bytes('80')]],
      [0x26, [['a', 'b']]],
    ]);
  }
});

describe('properties that are not accepted', () => {
  const reasonFor = async (properties: string) => {
    const peer = await subscriber(broker, 'not-accepted', 'not/accepted');
    const reasonCode = await reasonOfViolation(
      broker,
      publish5('not/accepted', 'unwanted', withLength(properties)),
    );
    await publish(publisher, 'not/accepted', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
    return reasonCode;
  };

  test.each(NO_STRINGS)('[MQTT-3.3.2-13] a response topic with %s is malformed', async (_, topic) => {
    expect(await reasonFor(`08 ${topic}`)).toBe(0x81);
  });

  test.each(['+', '#', 'a/+', 'a/#', 'a/+/b', 'a+', 'a#b'])(
    '[MQTT-3.3.2-14] response topic %s has a wildcard, and is not accepted',
    async (topic) => {
      expect([0x81, 0x82, 0x90]).toContain(await reasonFor(`08 "${topic}"`));
    },
  );

  test.each(NO_STRINGS)('[MQTT-3.3.2-19] a content type with %s is malformed', async (_, type) => {
    expect(await reasonFor(`03 ${type}`)).toBe(0x81);
  });

  test.each([
    ['topic alias', '23 0001 23 0001'],
    ['response topic', '08 "a" 08 "a"'],
    ['correlation data', '09 0001 00 09 0001 00'],
    ['content type', '03 "a" 26 "a" "b" 03 "b"'],
  ])('section 3.3.2.3: %s twice is a protocol error', async (_, properties) => {
    expect(await reasonFor(properties)).toBe(0x82);
  });

  test.each(['02', '80', 'ff'])('section 3.3.2.3.2: there is no payload format %s', async (format) => {
    expect([0x81, 0x82]).toContain(await reasonFor(`01 ${format}`));
  });
});
