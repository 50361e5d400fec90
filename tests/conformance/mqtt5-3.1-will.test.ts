import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet, u32 } from './bytes.ts';
import { DISCONNECT_NORMALLY, PINGRESP, publish5, PUBLISH, SUBACK, subscribe5 } from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const WILL = 0x04;
const CLEAN = 0x02;
const RETAIN = 0x20;
const DISCONNECT_WITH_WILL = packet('e0', '04');

const expiry = (seconds: number) => `11 ${u32(seconds)}`;
const delay = (seconds: number) => `18 ${u32(seconds)}`;

/** Properties with their length in front, which must be below 128. */
function withLength(properties: string): string {
  const content = bytes(properties);
  return Buffer.concat([Buffer.from([content.length]), content]).toString('hex');
}

interface Will {
  topic: string;
  payload?: string;
  /** Of the will, without their length. */
  properties?: string;
  /** Connect flags besides that of the will. */
  flags?: number;
  /** Seconds. */
  sessionExpiry?: number;
}

/** A client with a will, which has its topic for a name. */
async function clientWith(will: Will): Promise<Peer> {
  const { peer } = await broker.connect5({
    clientId: `will ${will.topic}`,
    flags: WILL | (will.flags ?? CLEAN),
    properties: expiry(will.sessionExpiry ?? 0),
    will: `${withLength(will.properties ?? '')} "${will.topic}" "${will.payload ?? 'gone'}"`,
  });
  return peer;
}

/** Connects as the client of `clientWith`, without a will. */
async function returnWithout(topic: string, flags: number, sessionExpiry = 0) {
  return broker.connect5({ clientId: `will ${topic}`, flags, properties: expiry(sessionExpiry) });
}

/** Subscribes to `filter`, with QoS 2 and retain as published by default. */
async function observe(filter: string, options = '0a'): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId: `observer ${filter}` });
  peer.send(subscribe5(1, filter, options));
  await peer.receive(SUBACK);
  return peer;
}

async function leave(peer: Peer, disconnect = DISCONNECT_NORMALLY): Promise<void> {
  peer.send(disconnect);
  await peer.untilClosed();
}

/** What came to the observer until a message that a third client publishes to `topic` now. */
async function untilWitness(observer: Peer, topic: string): Promise<ReceivedPacket[]> {
  const { peer } = await broker.connect5({ clientId: `witness ${topic}` });
  peer.send(publish5(topic, 'witness'), PINGREQ);
  await peer.receive(PINGRESP);
  const before: ReceivedPacket[] = [];
  for (;;) {
    const next = await observer.receive(PUBLISH);
    if (next.payload === 'witness') return before;
    before.push(next);
  }
}

/** As {@link untilWitness}, of the will of a client that breaks off now and has this delay. */
async function untilLaterWill(observer: Peer, topic: string, seconds: number): Promise<ReceivedPacket[]> {
  const { peer } = await broker.connect5({
    clientId: `later ${topic}`,
    flags: WILL | CLEAN,
    properties: expiry(3_600),
    will: `${withLength(delay(seconds))} "${topic}" "witness"`,
  });
  await peer.drop();
  const before: ReceivedPacket[] = [];
  for (;;) {
    const next = await observer.receive(PUBLISH);
    if (next.payload === 'witness') return before;
    before.push(next);
  }
}

describe('the end of a connection', () => {
  test.each<[string, (peer: Peer) => unknown]>([
    ['it breaks', (peer) => peer.drop()],
    ['the client sends a malformed packet', (peer) => peer.send(packet('c1'))],
    ['the client breaks the protocol', (peer) => peer.send(broker.connect5Bytes())],
    ['DISCONNECT has reason code 0x04', (peer) => peer.send(DISCONNECT_WITH_WILL)],
    ['DISCONNECT has reason code 0x80', (peer) => peer.send(packet('e0', '80'))],
    ['DISCONNECT has reason code 0x83', (peer) => peer.send(packet('e0', '83 00'))],
    ['DISCONNECT is malformed', (peer) => peer.send(packet('e0', '00 05'))],
    ['DISCONNECT raises the session expiry from 0', (peer) => peer.send(packet('e0', '00 05 11 00000001'))],
  ])('[MQTT-3.1.2-7] [MQTT-3.1.2-8] the will is published when %s', async (how, end) => {
    const topic = `will/${how.replaceAll(' ', '-')}`;
    const observer = await observe(topic);
    const peer = await clientWith({ topic, payload: how });
    expect(await untilWitness(observer, topic)).toEqual([]);
    await end(peer);
    const will = await observer.receive(PUBLISH);
    expect([will.topic, will.payload, will.qos, will.retain]).toEqual([topic, how, 0, false]);
    await peer.untilClosed();
    expect(await untilWitness(observer, topic)).toEqual([]);
  });

  test.each([CLEAN, 0])(
    '[MQTT-3.1.2-8] the will is published when another connection takes over with connect flags %d',
    async (flags) => {
      const topic = `will/taken-over/${flags}`;
      const observer = await observe(topic);
      await clientWith({ topic, sessionExpiry: 3_600 });
      await returnWithout(topic, flags, 3_600);
      expect((await observer.receive(PUBLISH)).payload).toBe('gone');
    },
  );

  test.each([
    ['without a reason code', DISCONNECT_NORMALLY],
    ['with reason code 0x00', packet('e0', '00')],
    ['with reason code 0x00 and no properties', packet('e0', '00 00')],
    ['with reason code 0x00 and properties', packet('e0', '00 07 26 "a" "b"')],
  ])(
    '[MQTT-3.1.2-8] [MQTT-3.1.2-10] the will is not published after DISCONNECT %s',
    async (how, disconnect) => {
      const topic = `will/normal/${how.replaceAll(' ', '-')}`;
      const observer = await observe(topic);
      await leave(await clientWith({ topic }), disconnect);
      expect(await untilWitness(observer, topic)).toEqual([]);
    },
  );

  test('[MQTT-3.1.2-7] without a will nothing is published', async () => {
    // Everything, but nothing that is retained already.
    const observer = await observe('#', '2a');
    const { peer } = await broker.connect5({ clientId: 'will/none' });
    await peer.drop();
    const returned = await broker.connect5({ clientId: 'will/none', flags: 0 });
    expect(returned.connack.sessionPresent).toBe(false);
    expect(await untilWitness(observer, 'will/none')).toEqual([]);
  });

  test('[MQTT-3.1.2-7] a will may have no payload', async () => {
    const observer = await observe('will/empty');
    const { peer } = await broker.connect5({
      clientId: 'will/empty',
      flags: 0x06,
      will: '00 "will/empty" ""',
    });
    await peer.drop();
    expect((await observer.receive(PUBLISH)).hex).toBe(`30 ${bytes('"will/empty" 00').toString('hex')}`);
  });

  test('[MQTT-3.1.2-7] a will waits for those who subscribed and are absent', async () => {
    const properties = expiry(3_600);
    const { peer: absent } = await broker.connect5({ clientId: 'will-absent', properties });
    absent.send(subscribe5(1, 'will/absent', '01'));
    await absent.receive(SUBACK);
    await leave(absent);
    const observer = await observe('will/absent');
    await (await clientWith({ topic: 'will/absent', flags: CLEAN | 0x08 })).drop();
    await observer.receive(PUBLISH);
    const { peer } = await broker.connect5({ clientId: 'will-absent', flags: 0, properties });
    expect((await peer.receive(PUBLISH)).payload).toBe('gone');
  });
});

describe('a will that is over', () => {
  test('[MQTT-3.1.2-10] a will that was published is not published again', async () => {
    const topic = 'will/published';
    const observer = await observe(topic);
    await (await clientWith({ topic, sessionExpiry: 3_600 })).drop();
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
    const { peer, connack } = await returnWithout(topic, 0, 3_600);
    expect(connack.sessionPresent).toBe(true);
    await peer.drop();
    await leave((await returnWithout(topic, 0, 0)).peer, DISCONNECT_WITH_WILL);
    await returnWithout(topic, CLEAN);
    expect(await untilWitness(observer, topic)).toEqual([]);
  });

  test('[MQTT-3.1.2-10] a will that was published is not published again when the session ends', async () => {
    const topic = 'will/published-end';
    const observer = await observe(topic);
    await (await clientWith({ topic, sessionExpiry: 1 })).drop();
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
    expect(await untilLaterWill(observer, topic, 2)).toEqual([]);
    const { connack } = await returnWithout(topic, 0);
    expect(connack.sessionPresent).toBe(false);
  });

  test('[MQTT-3.1.2-10] a will that DISCONNECT removed is not published when the session is used again', async () => {
    const topic = 'will/removed';
    const observer = await observe(topic);
    await leave(await clientWith({ topic, sessionExpiry: 3_600 }));
    const { peer, connack } = await returnWithout(topic, 0, 3_600);
    expect(connack.sessionPresent).toBe(true);
    await peer.drop();
    await returnWithout(topic, CLEAN);
    expect(await untilWitness(observer, topic)).toEqual([]);
  });

  test('[MQTT-3.1.2-10] a will that DISCONNECT removed is not published when the session ends', async () => {
    const topic = 'will/removed-end';
    const observer = await observe(topic);
    await leave(await clientWith({ topic, sessionExpiry: 1, properties: delay(1) }));
    expect(await untilLaterWill(observer, topic, 2)).toEqual([]);
  });

  test('[MQTT-3.1.2-7] the will of the last CONNECT counts', async () => {
    const topic = 'will/last';
    const observer = await observe(topic);
    const first = await clientWith({ topic, payload: 'first', sessionExpiry: 3_600 });
    await leave(first);
    await (await clientWith({ topic, payload: 'second', flags: 0, sessionExpiry: 3_600 })).drop();
    expect((await observer.receive(PUBLISH)).payload).toBe('second');
    expect(await untilWitness(observer, topic)).toEqual([]);
  });
});

describe('will delay interval', () => {
  /** Milliseconds from `end` until the will is published. */
  async function timeUntilPublished(observer: Peer, end: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await end();
    expect((await observer.receive(PUBLISH, 10_000)).payload).toBe('gone');
    return performance.now() - start;
  }

  test('[MQTT-3.1.2-8] the will is published after its delay, and not before', async () => {
    const topic = 'will/delayed';
    const observer = await observe(topic);
    const peer = await clientWith({ topic, properties: delay(1), sessionExpiry: 3_600 });
    expect(await timeUntilPublished(observer, () => peer.drop())).toBeGreaterThanOrEqual(1_000);
  });

  test('[MQTT-3.1.2-8] the delay is kept after DISCONNECT with will, too', async () => {
    const topic = 'will/delayed-disconnect';
    const observer = await observe(topic);
    const peer = await clientWith({ topic, properties: delay(1), sessionExpiry: 3_600 });
    const end = () => leave(peer, DISCONNECT_WITH_WILL);
    expect(await timeUntilPublished(observer, end)).toBeGreaterThanOrEqual(1_000);
  });

  test('[MQTT-3.1.2-8] the will is published when the session ends before the delay is over', async () => {
    const topic = 'will/expired';
    const observer = await observe(topic);
    const peer = await clientWith({ topic, properties: delay(3_600), sessionExpiry: 1 });
    expect(await timeUntilPublished(observer, () => peer.drop())).toBeGreaterThanOrEqual(1_000);
  });

  test('[MQTT-3.1.2-8] the will is published at once when the session ends with the connection', async () => {
    const topic = 'will/ended';
    const observer = await observe(topic);
    const peer = await clientWith({ topic, properties: delay(3_600), sessionExpiry: 0 });
    await peer.drop();
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
  });

  test('[MQTT-3.1.2-8] the will is published at once when DISCONNECT ends the session', async () => {
    const topic = 'will/ended-disconnect';
    const observer = await observe(topic);
    const peer = await clientWith({ topic, properties: delay(3_600), sessionExpiry: 3_600 });
    await leave(peer, packet('e0', `04 ${withLength(expiry(0))}`));
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
  });

  test('[MQTT-3.1.2-8] the will is published when a clean start ends the session before the delay is over', async () => {
    const topic = 'will/clean';
    const observer = await observe(topic);
    await (await clientWith({ topic, properties: delay(3_600), sessionExpiry: 3_600 })).drop();
    expect(await untilWitness(observer, topic)).toEqual([]);
    await returnWithout(topic, CLEAN);
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
  });

  test('[MQTT-3.1.2-8] the will is published when a clean start takes over the connection', async () => {
    const topic = 'will/clean-over';
    const observer = await observe(topic);
    await clientWith({ topic, properties: delay(3_600), sessionExpiry: 3_600 });
    await returnWithout(topic, CLEAN);
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
  });

  test('[MQTT-3.1.3-9] the will is not sent when the client returns to its session in time', async () => {
    const topic = 'will/returned';
    const observer = await observe(topic);
    await leave(
      await clientWith({ topic, properties: delay(2), sessionExpiry: 3_600 }),
      DISCONNECT_WITH_WILL,
    );
    const { peer, connack } = await returnWithout(topic, 0, 3_600);
    expect(connack.sessionPresent).toBe(true);
    expect(await untilLaterWill(observer, topic, 3)).toEqual([]);
    // It was the will of the connection that ended, and is gone with it.
    await peer.drop();
    await returnWithout(topic, CLEAN);
    expect(await untilWitness(observer, topic)).toEqual([]);
  });

  test('[MQTT-3.1.3-9] the will is not sent when another connection takes over the session', async () => {
    const topic = 'will/returned-over';
    const observer = await observe(topic);
    await clientWith({ topic, properties: delay(1), sessionExpiry: 3_600 });
    const { connack } = await returnWithout(topic, 0, 3_600);
    expect(connack.sessionPresent).toBe(true);
    expect(await untilLaterWill(observer, topic, 2)).toEqual([]);
  });

  test('[MQTT-3.1.3-9] the will is not sent when the client returns with another', async () => {
    const topic = 'will/returned-other';
    const observer = await observe(topic);
    const first = { topic, payload: 'first', properties: delay(1), sessionExpiry: 3_600 };
    await leave(await clientWith(first), DISCONNECT_WITH_WILL);
    const peer = await clientWith({ topic, payload: 'second', flags: 0, sessionExpiry: 3_600 });
    expect(await untilLaterWill(observer, topic, 2)).toEqual([]);
    await peer.drop();
    expect((await observer.receive(PUBLISH)).payload).toBe('second');
    expect(await untilWitness(observer, topic)).toEqual([]);
  });
});

describe('what is published', () => {
  test.each([0, 1, 2])('[MQTT-3.1.2-12] a will with QoS %d is published with it', async (qos) => {
    const topic = `will/qos/${qos}`;
    const observer = await observe(topic);
    await (await clientWith({ topic, flags: CLEAN | (qos << 3) })).drop();
    const will = await observer.receive(PUBLISH);
    expect([will.qos, will.payload]).toEqual([qos, 'gone']);
  });

  test('[MQTT-3.1.2-14] a will without will retain is published as a message that is not retained', async () => {
    const topic = 'will/not-retained';
    const observer = await observe(topic);
    observer.send(publish5('will/not-retained', 'retained before', '00', '31'));
    expect((await observer.receive(PUBLISH)).retain).toBe(true);
    await (await clientWith({ topic })).drop();
    const will = await observer.receive(PUBLISH);
    expect([will.payload, will.retain]).toEqual(['gone', false]);
    const late = await observe('will/not-retained/#');
    const retained = await late.receive(PUBLISH);
    expect([retained.payload, retained.retain]).toEqual(['retained before', true]);
  });

  test.each([0, 1, 2])(
    '[MQTT-3.1.2-15] a will with will retain and QoS %d is published as a retained message',
    async (qos) => {
      const topic = `will/retained/${qos}`;
      const observer = await observe(topic);
      await (await clientWith({ topic, flags: CLEAN | RETAIN | (qos << 3) })).drop();
      const will = await observer.receive(PUBLISH);
      expect([will.payload, will.retain, will.qos]).toEqual(['gone', true, qos]);
      const late = await observe(`${topic}/#`);
      const retained = await late.receive(PUBLISH);
      expect([retained.payload, retained.retain, retained.qos]).toEqual(['gone', true, qos]);
    },
  );

  test('[MQTT-3.1.3-10] the user properties of a will come in their order', async () => {
    const topic = 'will/user-properties';
    const observer = await observe(topic);
    const pairs = [
      ['b', '1'],
      ['a', '2'],
      ['b', '1'],
      ['b', '0'],
      ['', ''],
      ['a', '1'],
    ];
    const properties = pairs.map(([name, value]) => `26 "${name}" "${value}"`);
    // Another property in between changes nothing in their order.
    properties.splice(2, 0, '03 "text"', delay(0));
    await (await clientWith({ topic, properties: properties.join(' ') })).drop();
    expect((await observer.receive(PUBLISH)).properties.get(0x26)).toEqual(pairs);
  });

  test('[MQTT-3.1.2-7] a will has all its properties but the delay when it is published', async () => {
    const topic = 'will/properties';
    const observer = await observe(topic);
    const properties = '01 01 02 00000e10 03 "text" 08 "answer" 09 0003 00ff80 26 "a" "b"';
    await (await clientWith({ topic, properties: `${delay(0)} ${properties}` })).drop();
    const will = await observer.receive(PUBLISH);
    const sent = [...will.properties].toSorted(([a], [b]) => a - b);
    expect(sent).toEqual([
      [0x01, [1]],
      [0x02, [expect.any(Number)]],
      [0x03, ['text']],
      [0x08, ['answer']],
      [0x09, [bytes('00ff80')]],
      [0x26, [['a', 'b']]],
    ]);
    const [expiryInterval] = will.properties.get(0x02)!;
    expect(expiryInterval).toBeLessThanOrEqual(3_600);
    expect(expiryInterval).toBeGreaterThan(3_500);
  });

  test('[MQTT-3.1.2-7] the message expiry interval of a will begins when it is published', async () => {
    const topic = 'will/expiry';
    const observer = await observe(topic);
    const properties = `${delay(1)} 02 00000001`;
    await (await clientWith({ topic, properties, sessionExpiry: 3_600 })).drop();
    const will = await observer.receive(PUBLISH, 10_000);
    expect([will.payload, will.properties.get(0x02)]).toEqual(['gone', [1]]);
  });
});
