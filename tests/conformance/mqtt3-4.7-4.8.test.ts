/** MQTT 3.1.1, sections 4.7 and 4.8: topic names and filters, handling errors. */
import { bytes, packet, u16 } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { PUBLISH, publish3, publish3WithId, SUBACK, subscribe3, unsubscribe3 } from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import {
  answersToViolation,
  payloadsUntil,
  publish,
  RESUME,
  subscribe,
  subscriber,
  text,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

/** Which of `topics` a subscription of `filter` brings. */
async function matching(filter: string, topics: string[], flags = 0x02): Promise<string[]> {
  const peer = await subscriber(broker, 'matcher', filter, '01', { flags });
  await subscribe(peer, 'the/end');
  for (const topic of topics) await publish(publisher, topic, topic);
  await publish(publisher, 'the/end', 'end');
  const found = await payloadsUntil(peer, 'end');
  await (await broker.connect3({ clientId: 'matcher' })).peer.drop();
  return found;
}

/** Filters, topics that they match, and topics that they do not. */
const MATCHES: [string, string[], string[]][] = [
  [
    'sport/tennis/#',
    ['sport/tennis', 'sport/tennis/a', 'sport/tennis/a/b', 'sport/tennis/'],
    ['sport', 'sport/tennisx'],
  ],
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
];

test.each(MATCHES)(
  '[v3 MQTT-4.7.1-2] [v3 MQTT-4.7.1-3] [v3 MQTT-3.3.2-3] filter %s matches %j, not %j',
  async (filter, yes, no) => {
    const topics = [...no, ...yes];
    for (const flags of [0x02, RESUME]) expect(await matching(filter, topics, flags)).toEqual(yes);
  },
);

test.each(['sport/tennis#', 'sport/#/ranking', '#/a', '##', 'a/##', '#a', 'a/#b', '/#/'])(
  '[v3 MQTT-4.7.1-2] filter %s, with # elsewhere than alone in the last level, is refused',
  async (filter) => {
    expect(await isRefused(filter)).toBe(true);
  },
);

test.each(['sport+', '+sport', 'a/b+', 'a/+b/c', '++', 'a/++/b', '+#', '#+', 'a/+#'])(
  '[v3 MQTT-4.7.1-3] filter %s, with + beside others in a level, is refused',
  async (filter) => {
    expect(await isRefused(filter)).toBe(true);
  },
);

/** Whether SUBSCRIBE ends the connection, or is answered by a failure. */
async function isRefused(filter: string): Promise<boolean> {
  const { peer } = await broker.connect3({ clientId: 'refused-filter' });
  peer.send(subscribe3(1, filter));
  const next = await peer.next();
  await peer.drop();
  return next === null || next.hex === '90 000180';
}

test.each(['#', '+/broker/#', '+', '+/+', '+/#'])(
  '[v3 MQTT-4.7.2-1] filter %s matches no topic that begins with $',
  async (filter) => {
    const topics = ['$SYS', '$SYS/broker', '$SYS/broker/clients', '$other/a', '$/a'];
    expect(await matching(filter, topics)).toEqual([]);
  },
);

test('[v3 MQTT-4.7.2-1] [v3 MQTT-3.3.1-8] the broker`s own $SYS topics come to $SYS/#, not to wildcards at the first level', async () => {
  const wild = await subscriber(broker, 'wild', '#', '00');
  await subscribe(wild, '+/broker/#', '00');
  const system = await subscriber(broker, 'system', '$SYS/#', '00');
  let message = await system.receive(PUBLISH);
  expect([message.topic.startsWith('$SYS/'), message.retain]).toEqual([true, true]);
  // Those at the subscription, then those that the broker publishes from time to time.
  while (message.retain) message = await system.receive(PUBLISH);
  expect(message.topic).toMatch(/^\$SYS\//);
  await publish(publisher, 'the/end', 'end');
  expect(await payloadsUntil(wild, 'end')).toEqual([]);
});

test('[v3 MQTT-4.7.2-1] retained messages of such topics are not matched either', async () => {
  for (const topic of ['$SYS/kept', '$kept']) publisher.send(publish3(topic, 'm', '31'));
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  for (const filter of ['#', '+/kept', '+']) expect(await matching(filter, [])).toEqual([]);
});

test.each([
  ['PUBLISH', packet('30', '"" <m>')],
  ['PUBLISH with QoS 1', packet('32', '"" 0001 <m>')],
  ['SUBSCRIBE', packet('82', '0001 "" 00')],
  ['SUBSCRIBE behind a good filter', packet('82', '0001 "good" 00 "" 00')],
  ['UNSUBSCRIBE', packet('a2', '0001 ""')],
])('[v3 MQTT-4.7.3-1] an empty topic in %s ends the connection', async (_, sent) => {
  expect(await answersToViolation(broker, sent)).toEqual([]);
});

test.each([
  ['PUBLISH', (topic: string) => packet('32', `${topic} 0001`)],
  ['SUBSCRIBE', (topic: string) => packet('82', `0001 ${topic} 00`)],
  ['UNSUBSCRIBE', (topic: string) => packet('a2', `0001 ${topic}`)],
])('[v3 MQTT-4.7.3-2] U+0000 anywhere in the topic of %s ends the connection', async (_, make) => {
  for (const hex of ['00', '6100', '0061', '612f002f62', `${'61'.repeat(100)}00`, `c3a4${'61'.repeat(70)}00`])
    expect(await answersToViolation(broker, make(text(hex)))).toEqual([]);
});

test.each([
  ['clean session', 0x02],
  ['a stored session', RESUME],
])('[v3 MQTT-4.7.3-3] topics and filters of 65,535 bytes serve %s', async (_, flags) => {
  // Nothing that a store could make much shorter.
  const digits = Array.from({ length: 30_000 }, (__, i) => ((i * 7919) % 46_656).toString(36)).join('.');
  const topic = `long/${digits}`.slice(0, 65_535);
  expect(topic).toHaveLength(65_535);
  const peer = await subscriber(broker, 'long', topic, '01', { flags });
  await subscribe(peer, 'the/end');
  await publish(publisher, topic.slice(0, -1), 'shorter');
  await publish(publisher, topic, 'long', '33');
  await publish(publisher, 'the/end', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(['long']);
  const late = await subscriber(broker, 'long-late', 'long/+', '01');
  const retained = await late.receive(PUBLISH);
  expect([retained.topic === topic, retained.payloadV3]).toEqual([true, 'long']);
  peer.send(unsubscribe3(3, topic));
  expect((await peer.next())?.hex).toBe('b0 0003');
  await publish(publisher, topic, '', '33');
});

test('[v3 MQTT-4.7.3-4] topics are compared character by character, without normalization', async () => {
  const topics = ['caf\u00e9', 'cafe\u0301', 'CAF\u00c9', 'café ', ' café', 'caf\u00e9/', '/caf\u00e9'];
  for (const filter of topics) expect(await matching(filter, topics)).toEqual([filter]);
  const others = ['\u212b', '\u00c5', 'A\u030a', '\u2126', '\u03a9', '\ufb01', 'fi', '\uff41', 'a', '\ufffd'];
  for (const filter of others) expect(await matching(filter, others)).toEqual([filter]);
});

test.each([
  '*',
  '?',
  '.*',
  '%',
  '_',
  '\\',
  '%2F',
  '..',
  '.',
  'a|b',
  '[a]',
  '^a$',
  "'",
  '"',
  '\u0001',
  '\u00ad',
])('[v3 MQTT-4.7.3-4] %j has no meaning of its own in a filter', async (character) => {
  const hex = text(Buffer.from(`plain/${character}`).toString('hex'));
  const { peer } = await broker.connect3({ clientId: 'plain' });
  peer.send(packet('82', `0001 ${hex} 01`));
  expect((await peer.receive(SUBACK)).hex).toBe('90 000101');
  await subscribe(peer, 'the/end');
  for (const other of ['plain/x', 'plain/a', 'plain', 'plain/']) await publish(publisher, other, 'wrong');
  publisher.send(packet('30', `${hex} <right>`));
  await publish(publisher, 'the/end', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(['right']);
});

test('[v3 MQTT-4.7.3-4] topics leave as they came, byte by byte', async () => {
  const peer = await subscriber(broker, 'as-is', '#', '00');
  for (const topic of ['a//b', '/a/', 'cafe\u0301', ' a ', 'A\u00ad\u200b', '\ufeffa\ufeff', '\u{1f600}']) {
    await publish(publisher, topic, 'm');
    const { body } = await peer.receive(PUBLISH);
    expect(body.toString('hex')).toBe(bytes(`"${topic}" <m>`).toString('hex'));
  }
});

// ---------------------------------------------------------------- errors

test.each([
  ['a packet of the reserved type 0', packet('00')],
  ['a packet of the reserved type 15', packet('f0')],
  ['CONNACK', packet('20', '0000')],
  ['SUBACK', packet('90', '000100')],
  ['UNSUBACK', packet('b0', '0001')],
  ['PINGRESP', packet('d0')],
  ['a remaining length of five bytes', bytes('30 ffffffff01')],
  ['a PUBLISH with QoS 1 that ends in its packet identifier', packet('32', '"a" 00')],
  ['an UNSUBSCRIBE that ends in its filter', packet('a2', '0001 0003 <a>')],
])('[v3 MQTT-4.8.0-1] %s ends the connection', async (_, sent) => {
  expect(await answersToViolation(broker, sent, PINGREQ)).toEqual([]);
});

test('[v3 MQTT-4.8.0-1] what came before a violation is done, what comes behind it is not', async () => {
  const peer = await subscriber(broker, 'witness', 'violation');
  const { peer: client } = await broker.connect3({ clientId: 'violation' });
  client.send(
    publish3WithId('32', 'violation', 1, 'before'),
    packet('30', '"violation/#" <wrong>'),
    publish3WithId('32', 'violation', 2, 'behind'),
    PINGREQ,
  );
  const answers = (await client.untilClosed()).map(({ hex }) => hex);
  expect([[], ['40 0001']]).toContainEqual(answers);
  await publish(publisher, 'violation', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(['before']);
});

test('[v3 MQTT-4.8.0-1] a violation ends the connection on which it came, no other', async () => {
  const { peer: other } = await broker.connect3({ clientId: 'bystander' });
  expect(await answersToViolation(broker, packet('36', `"a" ${u16(1)}`))).toEqual([]);
  expect(await other.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-4.8.0-1] a packet above the policy`s size ends the connection, no other', async () => {
  const login = await broker.createLogin('small', { maxPacketBytes: 1024 });
  const { peer: other } = await broker.connect3({ clientId: 'small-other', login });
  const { peer } = await broker.connect3({ clientId: 'small', login });
  peer.send(publish3WithId('32', 'small', 1, 'x'.repeat(2000)), PINGREQ);
  expect(await peer.untilClosed()).toEqual([]);
  expect(await other.takeUntilPingAnswer()).toEqual([]);
});
