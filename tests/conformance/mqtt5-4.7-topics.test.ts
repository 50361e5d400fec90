/** MQTT 5.0, section 4.7: topic names and filters. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet, u16 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBLISH,
  publish5,
  publish5WithId,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import type { Peer } from './peer.ts';
import {
  acknowledge,
  AN_HOUR,
  leave,
  messagesUntilEnd,
  nextMessage,
  payloadsUntilEnd,
  publish,
  reasonOfViolation,
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

/** A UTF-8 encoded string, of bytes in hexadecimal. */
const text = (hex: string) => `${u16(hex.length / 2)} ${hex}`;
const hexOf = (characters: string) => Buffer.from(characters).toString('hex');

/** Which of `topics` a subscription of `filter` brings, in their order. */
async function matching(filter: string, topics: string[], properties = ''): Promise<string[]> {
  const { peer } = await broker.connect5({ clientId: 'matcher', properties });
  peer.send(packet('82', `0001 00 ${text(hexOf(filter))} 01`));
  expect((await peer.receive(SUBACK)).hex).toBe('90 00010001');
  await subscribe(peer, 'the/end', '01');
  for (const topic of topics) {
    publisher.send(packet('32', `${text(hexOf(topic))} 0001 00 ${hexOf(topic)}`));
    await publisher.receive(PUBACK);
  }
  await publish(publisher, 'the/end', 'end');
  const messages = await messagesUntilEnd(peer);
  for (const { topic, payload } of messages) expect(topic).toBe(payload);
  await peer.drop();
  return messages.map(({ topic }) => topic);
}

/** Filters, topics that they match, and topics that they do not. */
const MATCHES: [string, string[], string[]][] = [
  [
    'sport/tennis/#',
    ['sport/tennis', 'sport/tennis/a', 'sport/tennis/a/b', 'sport/tennis/'],
    ['sport', 'sport/tennisx', 'x/sport/tennis'],
  ],
  ['sport/#', ['sport', 'sport/', 'sport/a'], ['/sport', 'sports', 'Sport/a']],
  ['#', ['sport', '/sport', 'a/b/c', '/', 'a//b'], []],
  ['/#', ['/', '/a', '/a/b', '//'], ['a', 'a/b']],
  ['sport/tennis/+', ['sport/tennis/a', 'sport/tennis/'], ['sport/tennis', 'sport/tennis/a/b']],
  ['sport/+', ['sport/', 'sport/a'], ['sport', 'sport/a/']],
  ['+', ['sport', 'a b'], ['/sport', 'sport/', '/', 'a/b']],
  ['/+', ['/sport', '/'], ['sport', '//', '/a/b']],
  ['+/+', ['/finance', 'a/b', '/', 'a/'], ['finance', '/a/b', '//']],
  ['+/tennis/#', ['x/tennis', '/tennis', 'x/tennis/a/b'], ['tennis', 'x/y/tennis', 'a/Tennis']],
  [
    'sport/+/player',
    ['sport/a/player', 'sport//player'],
    ['sport/player', 'sport/a/b/player', 'sport/a/player/'],
  ],
  ['a/+/+/b/#', ['a/x/y/b', 'a///b/c'], ['a/x/b', 'a/x/y/c']],
  ['/', ['/'], ['//', 'a', 'a/', '/a']],
  ['a//b', ['a//b'], ['a/b', 'a/ /b', 'a///b']],
];

const WRONG_NAME = [0x81, 0x82, 0x90];
const WRONG_FILTER = [0x81, 0x82, 0x8f];

/** The reason for which SUBSCRIBE or UNSUBSCRIBE of a filter is refused, by its answer or by DISCONNECT; or 0. */
async function reasonOfRefusal(sent: Buffer): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'refused-filter' });
  peer.send(sent);
  const next = (await peer.next())!;
  if (next.type === DISCONNECT) {
    expect(await peer.next()).toBeNull();
    return next.reasonCode;
  }
  expect([SUBACK, UNSUBACK]).toContain(next.type);
  const [reasonCode] = next.reasonCodes(5);
  await peer.drop();
  return reasonCode >= 0x80 ? reasonCode : 0;
}

describe('section 4.7.1', () => {
  test.each(['#', '+', 'a/#', 'a/+', '+/a', 'a/+/b', 'a+', 'a/b#c', '/+', '/#'])(
    '[MQTT-4.7.0-1] %s is no topic name, in PUBLISH or of a will',
    async (topic) => {
      const observer = await subscriber(broker, 'wild-observer', '#', '00');
      for (const sent of [
        publish5(topic, 'm'),
        publish5WithId('32', topic, 1, 'm'),
        publish5(topic, 'm', '00', '31'),
      ])
        expect(WRONG_NAME).toContain(await reasonOfViolation(broker, sent));
      const peer = await broker.open();
      peer.send(broker.connect5Bytes({ clientId: 'wild-will', flags: 0x06, will: `00 "${topic}" "gone"` }));
      for (const { type, reasonCode } of await peer.untilClosed()) {
        expect(type).toBe(CONNACK);
        expect(WRONG_NAME).toContain(reasonCode);
      }
      await publish(publisher, 'wild', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual([]);
    },
  );

  test.each(MATCHES)(
    '[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-4] filter %s matches %j, not %j',
    async (filter, yes, no) => {
      for (const properties of ['', AN_HOUR])
        expect(await matching(filter, [...no, ...yes], properties)).toEqual(yes);
    },
  );

  test.each(['sport/tennis#', 'sport/tennis/#/ranking', '#/a', '##', 'a/##', '#a', 'a/#b', '/#/', '#/#'])(
    '[MQTT-4.7.1-1] filter %s, with # elsewhere than alone in the last level, is refused',
    async (filter) => {
      for (const options of ['00', '02']) {
        expect(WRONG_FILTER).toContain(await reasonOfRefusal(subscribe5(1, filter, options)));
      }
      expect(WRONG_FILTER).toContain(await reasonOfRefusal(unsubscribe5(1, filter)));
    },
  );

  test.each(['sport+', '+sport', 'a/b+', 'a/+b/c', '++', 'a/++/b', '+#', '#+', 'a/+#', '+/a+'])(
    '[MQTT-4.7.1-2] filter %s, with + beside others in a level, is refused',
    async (filter) => {
      for (const options of ['00', '02']) {
        expect(WRONG_FILTER).toContain(await reasonOfRefusal(subscribe5(1, filter, options)));
      }
      expect(WRONG_FILTER).toContain(await reasonOfRefusal(unsubscribe5(1, filter)));
    },
  );
});

describe('section 4.7.2', () => {
  test.each(['#', '+/broker/#', '+', '+/+', '+/#', '+/broker/+'])(
    '[MQTT-4.7.2-1] filter %s matches no topic that begins with $',
    async (filter) => {
      const { peer } = await broker.connect5({ clientId: 'dollar', ...STORED });
      await subscribe(peer, filter, '02');
      await subscribe(peer, 'the/end', '01');
      for (const topic of ['$SYS', '$SYS/broker', '$SYS/broker/clients', '$other/a', '$', '$/a']) {
        publisher.send(publish5(topic, 'm', '00', '31'), publish5WithId('33', topic, 1, 'm'));
        // Whether it is accepted or refused is the server's own affair.
        await publisher.receive(PUBACK);
      }
      await publish(publisher, 'the/end', 'end');
      expect(await payloadsUntilEnd(peer)).toEqual([]);
      // Nor what is retained.
      await subscribe(peer, filter, '02');
      await publish(publisher, 'the/end', 'end');
      const again = await messagesUntilEnd(peer);
      expect(again.filter(({ topic }) => topic.startsWith('$'))).toEqual([]);
    },
  );

  test('[MQTT-4.7.2-1] the broker`s own $SYS topics come to $SYS filters, and to no wildcard at the first level', async () => {
    const wild = await subscriber(broker, 'wild', '#', '00');
    await subscribe(wild, '+/broker/#', '00');
    const system = await subscriber(broker, 'system', '$SYS/#', '00');
    let message = await system.receive(PUBLISH);
    expect([message.topic.startsWith('$SYS/'), message.retain]).toEqual([true, true]);
    // Those at the subscription, then those that the broker publishes from time to time.
    while (message.retain) message = await system.receive(PUBLISH);
    expect(message.topic).toMatch(/^\$SYS\//);
    await publish(publisher, 'the/end', 'end');
    expect(await payloadsUntilEnd(wild)).toEqual([]);
  });
});

describe('section 4.7.3', () => {
  test.each([
    ['PUBLISH', () => packet('30', '"" 00 <m>')],
    ['PUBLISH with QoS 1', () => packet('32', '"" 0001 00 <m>')],
    ['SUBSCRIBE', () => packet('82', '0001 00 "" 00')],
    ['SUBSCRIBE behind a good filter', () => packet('82', '0001 00 "good" 00 "" 00')],
    ['UNSUBSCRIBE', () => packet('a2', '0001 00 ""')],
  ])('[MQTT-4.7.3-1] an empty topic in %s is an error', async (name, make) => {
    const allowed = name.startsWith('PUBLISH') ? WRONG_NAME : WRONG_FILTER;
    expect(allowed).toContain(await reasonOfViolation(broker, make()));
  });

  test('[MQTT-4.7.3-1] an empty will topic is an error; names and filters of one character are valid', async () => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: 'empty-will', flags: 0x06, will: '00 "" "gone"' }));
    for (const { type, reasonCode } of await peer.untilClosed()) {
      expect(type).toBe(CONNACK);
      expect(WRONG_NAME).toContain(reasonCode);
    }
    for (const topic of ['a', '/', ' ', '\u{1f600}', '0'])
      expect(await matching(topic, [topic])).toEqual([topic]);
  });

  test.each([
    ['PUBLISH', (topic: string) => packet('32', `${topic} 0001 00`)],
    ['SUBSCRIBE', (topic: string) => packet('82', `0001 00 ${topic} 00`)],
    ['UNSUBSCRIBE', (topic: string) => packet('a2', `0001 00 ${topic}`)],
  ])('[MQTT-4.7.3-2] U+0000 anywhere in the topic of %s is an error', async (name, make) => {
    const allowed = name === 'PUBLISH' ? WRONG_NAME : WRONG_FILTER;
    for (const hex of [
      '00',
      '6100',
      '0061',
      '612f002f62',
      `${'61'.repeat(100)}00`,
      `c3a4${'61'.repeat(70)}00`,
    ])
      expect(allowed).toContain(await reasonOfViolation(broker, make(text(hex))));
  });

  test.each(SESSIONS)('[MQTT-4.7.3-3] topics and filters of 65,535 bytes serve %s', async (_, properties) => {
    // Nothing that a store could make much shorter; some characters take more bytes than one.
    const digits = Array.from({ length: 30_000 }, (__, i) => ((i * 7919) % 46_656).toString(36)).join('.');
    for (const topic of [`long/${digits}`.slice(0, 65_535), `long/${'\u20ac'.repeat(21_843)}x`]) {
      expect(Buffer.from(topic)).toHaveLength(65_535);
      const peer = await subscriber(broker, 'long', topic, '01', { properties });
      await subscribe(peer, 'the/end', '01');
      await publish(publisher, topic.slice(0, -1), 'shorter');
      await publish(publisher, topic, 'long', { retain: true });
      await publish(publisher, 'the/end', 'end');
      expect(await payloadsUntilEnd(peer)).toEqual(['long']);
      const retained = await nextMessage(await subscriber(broker, 'long-late', 'long/+', '01'));
      expect([retained.topic === topic, retained.payload]).toEqual([true, 'long']);
      peer.send(unsubscribe5(3, topic));
      expect((await peer.receive(UNSUBACK)).hex).toBe('b0 00030000');
      await publish(publisher, topic, '', { retain: true });
    }
  });

  test('[MQTT-4.7.3-4] names and filters are compared character by character, without normalization', async () => {
    const topics = ['caf\u00e9', 'cafe\u0301', 'CAF\u00c9', 'café ', ' café', 'caf\u00e9/', '/caf\u00e9'];
    for (const filter of topics) expect(await matching(filter, topics)).toEqual([filter]);
    const others = [
      '\u212b',
      '\u00c5',
      'A\u030a',
      '\u2126',
      '\u03a9',
      '\ufb01',
      'fi',
      '\uff41',
      'a',
      '\ufffd',
    ];
    for (const filter of others) expect(await matching(filter, others)).toEqual([filter]);
    for (const filter of ['ACCOUNTS', 'Accounts'])
      expect(await matching(filter, ['ACCOUNTS', 'Accounts'])).toEqual([filter]);
    const dots = ['a/../b', 'a/./b', 'b', 'a/b', 'a//b', 'a/%2e/b'];
    for (const filter of dots) expect(await matching(filter, dots)).toEqual([filter]);
  });

  test.each([...'*?%_\\.|\'"\u0001\u00ad$', '.*', '%2F', '..', '[a]', '^a$', '\ufeff', ':', "' OR 1"])(
    '[MQTT-4.7.3-4] %j has no meaning of its own in a filter',
    async (characters) => {
      const filter = `plain/${characters}`;
      const topics = ['plain/x', 'plain/a', 'plain', 'plain/', filter];
      expect(await matching(filter, topics)).toEqual([filter]);
    },
  );

  test('[MQTT-4.7.3-4] names leave as they came, byte by byte, also from the store', async () => {
    const names = [
      'a//b',
      '/a/',
      'cafe\u0301',
      ' a ',
      'A\u00ad\u200b',
      '\ufeffa\ufeff',
      '\u{1f600}',
      '\uffff',
    ];
    const peer = await subscriber(broker, 'as-is', '#', '00');
    await leave(await subscriber(broker, 'as-is-absent', '#', '01', STORED));
    for (const topic of names) {
      await publish(publisher, topic, 'm');
      const { body } = await peer.receive(PUBLISH);
      expect(body.toString('hex')).toBe(bytes(`"${topic}" 00 <m>`).toString('hex'));
    }
    const absent = await resume('as-is-absent');
    for (const topic of names) {
      const message = await absent.receive(PUBLISH);
      expect(message.body.subarray(2, 2 + Buffer.byteLength(topic)).toString('hex')).toBe(hexOf(topic));
      await acknowledge(absent, message);
    }
    await broker.connect5({ clientId: 'as-is-absent' });
  });
});
