/** MQTT 5.0, sections 3.8.1 to 3.8.3: the form of SUBSCRIBE, and its options; section 3.9: SUBACK. */
import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet, u16, u32 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PUBACK,
  puback,
  PUBLISH,
  publish5,
  publish5WithId,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';

const AN_HOUR = '11 00000e10';
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const NO_LOCAL = '05';
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
async function answersTo(sent: Buffer, parts?: ConnectParts): Promise<number[][]> {
  const { peer } = await broker.connect5({ clientId: 'violator', ...parts });
  peer.send(sent, PINGREQ);
  return (await peer.untilClosed()).map(({ type, reasonCode }) => [type, reasonCode]);
}

async function subscribe(peer: Peer, filter: string, options = '01', properties = '00'): Promise<void> {
  peer.send(subscribe5(0x7001, filter, options, properties));
  expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([Number(options) & 3]);
}

async function subscriber(clientId: string, filter: string, options = '01', parts?: ConnectParts) {
  const { peer } = await broker.connect5({ clientId, ...parts });
  await subscribe(peer, filter, options);
  return peer;
}

/** Publishes with QoS 1, and waits for PUBACK: then every session has the message. */
async function publish(topic: string, payload: string, from = publisher): Promise<void> {
  from.send(publish5WithId('32', topic, 0x7002, payload));
  expect((await from.receive(PUBACK)).reasonCode).toBeLessThan(0x80);
}

/** The payloads that come before `end`; acknowledges the messages. What the client published itself may be answered. */
async function payloadsUntilEnd(peer: Peer): Promise<string[]> {
  const payloads: string[] = [];
  for (;;) {
    const next = await peer.next();
    if (next?.type === PUBACK) continue;
    if (next?.type !== PUBLISH) throw new Error(`Neither PUBLISH nor PUBACK but ${next?.hex ?? 'the end'}`);
    if (next.qos === 1) peer.send(puback(next.packetIdentifier));
    if (next.payload === 'end') return payloads;
    payloads.push(next.payload);
  }
}

describe('section 3.8.1', () => {
  test.each([0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])(
    '[MQTT-3.8.1-1] SUBSCRIBE with flags %d is malformed and ends the connection',
    async (flags) => {
      const sent = packet((0x80 | flags).toString(16), '0001 00 "subscribe/flags" 00');
      expect(await answersTo(sent)).toEqual(MALFORMED);
    },
  );

  test('[MQTT-3.8.1-1] nothing is subscribed by a SUBSCRIBE with wrong flags', async () => {
    const { peer: first } = await broker.connect5({ clientId: 'flags', properties: AN_HOUR });
    first.send(packet('80', '0001 00 "subscribe/flagged" 00'));
    await first.untilClosed();
    const { peer, connack } = await broker.connect5({ clientId: 'flags', flags: 0 });
    expect(connack.sessionPresent).toBe(true);
    peer.send(unsubscribe5(1, 'subscribe/flagged'));
    expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0x11]);
  });
});

describe('section 3.8.2', () => {
  test.each([
    ['a subscription identifier of 0', '02 0b00', PROTOCOL_ERROR],
    ['two subscription identifiers', '04 0b01 0b02', PROTOCOL_ERROR],
    ['a subscription identifier of five bytes', '06 0b ffffffff01', MALFORMED],
    ['a property of another packet', '05 11 0000003c', MALFORMED],
    ['properties that are cut short', '03 0b01', MALFORMED],
  ])('[MQTT-4.13.1-1] %s in SUBSCRIBE ends the connection', async (_, properties, expected) => {
    expect(await answersTo(packet('82', `0001 ${properties} "subscribe/p" 00`))).toEqual(expected);
  });

  test.each([
    ['0b 01', 1],
    ['0b 7f', 127],
    ['0b 8001', 128],
    ['0b ffffff7f', 268435455],
  ])('[MQTT-3.3.4-3] subscription identifier %s comes back with messages', async (property, identifier) => {
    const { peer } = await broker.connect5({ clientId: 'identifiers' });
    const length = u16(property.replaceAll(' ', '').length / 2).slice(2);
    await subscribe(peer, 'subscribe/identifier', '01', `${length} ${property}`);
    await subscribe(peer, 'subscribe/none');
    await publish('subscribe/identifier', 'with');
    await publish('subscribe/none', 'without');
    expect((await peer.receive(PUBLISH)).properties.get(SUBSCRIPTION_IDENTIFIER)).toEqual([identifier]);
    expect((await peer.receive(PUBLISH)).properties.has(SUBSCRIPTION_IDENTIFIER)).toBe(false);
  });

  test('[MQTT-3.8.4-1] a SUBSCRIBE with user properties, repeated as one likes, is granted', async () => {
    const { peer } = await broker.connect5({ clientId: 'user-properties' });
    await subscribe(peer, 'subscribe/user', '01', '15 26 "a" "1" 26 "a" "1" 26 "b" "2"');
    await publish('subscribe/user', 'm');
    expect((await peer.receive(PUBLISH)).payload).toBe('m');
  });
});

describe('section 3.8.3', () => {
  test.each(['61c080', 'eda080', 'edbfbf', 'ff', 'c3', '6100', 'f4908080'])(
    '[MQTT-3.8.3-1] a filter with the bytes %s is malformed, be it the first one or another',
    async (hex) => {
      const filter = `${u16(hex.length / 2)} ${hex}`;
      expect(await answersTo(packet('82', `0001 00 ${filter} 00`))).toEqual(MALFORMED);
      expect(await answersTo(packet('82', `0001 00 "good" 00 ${filter} 00`))).toEqual(MALFORMED);
    },
  );

  test('[MQTT-3.8.3-1] a filter may have any characters that are well-formed', async () => {
    const filter = 'subscribe/äöü/日本/🙂/ \u0001/+';
    const peer = await subscriber('characters', filter);
    const topic = filter.replace('+', '\ufeff');
    await publish(topic, 'm');
    expect((await peer.receive(PUBLISH)).topic).toBe(topic);
  });

  test('[MQTT-3.8.3-2] a SUBSCRIBE without a filter is a protocol error', async () => {
    expect(await answersTo(packet('82', '0001 00'))).toEqual(PROTOCOL_ERROR);
    expect(await answersTo(packet('82', '0001 02 0b01'))).toEqual(PROTOCOL_ERROR);
  });

  test.each(['"a/b"', '"a/b" 00 "c/d"', '0005 <a/b> 00', '"a/b" 00 00', '00'])(
    '[MQTT-3.8.3-2] a SUBSCRIBE whose payload is %s, cut short, is malformed',
    async (payload) => {
      expect(await answersTo(packet('82', `0001 00 ${payload}`))).toEqual(MALFORMED);
    },
  );

  test.each(['03', '07', '0b', '13', '2f'])(
    '[MQTT-4.13.1-1] maximum QoS 3 (options %s) is a protocol error',
    async (options) => {
      expect(await answersTo(subscribe5(1, 'subscribe/qos', options))).toEqual(PROTOCOL_ERROR);
      const second = packet('82', `0001 00 "good" 01 "bad" ${options}`);
      expect(await answersTo(second)).toEqual(PROTOCOL_ERROR);
    },
  );

  test.each(['30', '31', '3e'])(
    '[MQTT-4.13.1-1] retain handling 3 (options %s) is a protocol error',
    async (options) => {
      expect(await answersTo(subscribe5(1, 'subscribe/retain', options))).toEqual(PROTOCOL_ERROR);
    },
  );

  test.each(['40', '41', '80', '82', 'c0', 'ee', 'ff'])(
    '[MQTT-3.8.3-5] reserved options (%s) are malformed, with the first filter or another',
    async (options) => {
      expect(await answersTo(subscribe5(1, 'subscribe/reserved', options))).toEqual(MALFORMED);
      const second = packet('82', `0001 00 "good" 01 "bad" ${options} "good" 01`);
      expect(await answersTo(second)).toEqual(MALFORMED);
    },
  );

  test('[MQTT-3.8.3-5] all subscription options but the reserved ones are taken', async () => {
    const { peer } = await broker.connect5({ clientId: 'options' });
    for (let options = 0; options < 0x30; options++) {
      if ((options & 3) === 3) continue;
      peer.send(subscribe5(options + 1, 'subscribe/options', u16(options).slice(2)));
      const suback = await peer.receive(SUBACK);
      expect([suback.packetIdentifier, suback.reasonCodes(5)]).toEqual([options + 1, [options & 3]]);
    }
  });
});

describe.each([
  ['a session of one connection', undefined],
  ['a stored session', AN_HOUR],
])('no local in %s', (_, properties) => {
  test("[MQTT-3.8.3-3] with no local a client's own messages do not come, those of others do", async () => {
    const peer = await subscriber('local', 'local/a', NO_LOCAL, { properties });
    peer.send(publish5('local/a', 'own'));
    await publish('local/a', 'own too', peer);
    await publish('local/a', "another's");
    // An identifier that is almost the same is another client's.
    const { peer: almost } = await broker.connect5({ clientId: 'Local' });
    await publish('local/a', 'almost', almost);
    await publish('local/a', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual(["another's", 'almost']);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test("[MQTT-3.8.3-3] without no local a client's own messages come", async () => {
    const peer = await subscriber('not-local', 'local/b', '01', { properties });
    peer.send(publish5WithId('32', 'local/b', 1, 'own'));
    // PUBACK and the message come in either order.
    const received = [await peer.next(), await peer.next()];
    expect(received.map((each) => each?.type).sort()).toEqual([PUBLISH, PUBACK]);
  });

  test('[MQTT-3.8.3-3] no local ends and begins with a subscription that replaces the first', async () => {
    const peer = await subscriber('changing', 'local/c', NO_LOCAL, { properties });
    peer.send(publish5('local/c', '1'));
    await subscribe(peer, 'local/c', '01');
    peer.send(publish5('local/c', '2'));
    expect((await peer.receive(PUBLISH)).payload).toBe('2');
    await subscribe(peer, 'local/c', NO_LOCAL);
    peer.send(publish5('local/c', '3'));
    await publish('local/c', 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });

  test('[MQTT-3.8.3-3] no local binds its own subscription alone', async () => {
    const { peer } = await broker.connect5({ clientId: 'both', properties });
    await subscribe(peer, 'local/+/d', NO_LOCAL, '02 0b01');
    await subscribe(peer, 'local/d/+', '00', '02 0b02');
    peer.send(publish5('local/d/d', 'own'));
    const message = await peer.receive(PUBLISH);
    expect(message.payload).toBe('own');
    expect(message.properties.get(SUBSCRIPTION_IDENTIFIER)).toContain(2);
    peer.send(publish5('local/x/d', 'own'));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.8.3-3] with no local an own message with RETAIN does not come when it is published', async () => {
    const topic = `local/retained/${properties}`;
    const peer = await subscriber('retaining', topic, NO_LOCAL, { properties });
    peer.send(publish5WithId('33', topic, 1, 'own'));
    await peer.receive(PUBACK);
    await publish(topic, 'end');
    expect(await payloadsUntilEnd(peer)).toEqual([]);
  });
});

test("[MQTT-3.8.3-3] with no local a client's own messages do not come in its next connection either", async () => {
  const first = await subscriber('leaving', 'local/leaving', NO_LOCAL, { properties: AN_HOUR });
  await subscribe(first, 'local/end');
  first.send(publish5WithId('32', 'local/leaving', 1, 'own'), DISCONNECT_NORMALLY);
  await first.untilClosed();
  await publish('local/leaving', "another's");
  await publish('local/end', 'end');
  const { peer } = await broker.connect5({ clientId: 'leaving', flags: 0, properties: AN_HOUR });
  expect(await payloadsUntilEnd(peer)).toEqual(["another's"]);
  await publish('local/leaving', 'own', peer);
  await publish('local/end', 'end');
  expect(await payloadsUntilEnd(peer)).toEqual([]);
});

test("[MQTT-3.8.3-3] with no local the will of a client's own connection does not come", async () => {
  const observer = await subscriber('local-will-observer', 'local/will');
  const will = '00 "local/will" "gone"';
  const first = await subscriber('mortal', 'local/will', NO_LOCAL, {
    flags: 0x0e,
    will,
    properties: AN_HOUR,
  });
  await subscribe(first, 'local/will/end');
  await first.drop();
  expect((await observer.receive(PUBLISH)).payload).toBe('gone');
  await publish('local/will/end', 'end');
  const { peer } = await broker.connect5({ clientId: 'mortal', flags: 0, properties: AN_HOUR });
  expect(await payloadsUntilEnd(peer)).toEqual([]);
});

test.each(['04', '05', '06', '0e', '24'])(
  '[MQTT-3.8.3-4] no local (options %s) on a shared subscription is a protocol error',
  async (options) => {
    expect(await answersTo(subscribe5(1, '$share/group/local', options))).toEqual(PROTOCOL_ERROR);
    const second = packet('82', `0001 00 "good" ${options} "$share/group/local/#" ${options}`);
    expect(await answersTo(second)).toEqual(PROTOCOL_ERROR);
  },
);

test("[MQTT-3.8.3-4] a shared subscription without no local is granted, and gets the client's own messages", async () => {
  const peer = await subscriber('sharing', '$share/group/local/shared', '01');
  peer.send(publish5('local/shared', 'own'));
  expect((await peer.receive(PUBLISH)).payload).toBe('own');
});

describe('section 3.9', () => {
  const acl = [{ effect: 'deny', action: 'subscribe', topicFilter: 'secret/#' }];
  let login: string;
  beforeAll(async () => {
    login = await broker.createLogin('curious', { maxQoS: 1, maxSubscriptions: 4, maxTopicLevels: 5 }, acl);
  });

  test('[MQTT-3.9.2-1] [MQTT-3.9.2-2] SUBACK has no properties that make it larger than the client takes', async () => {
    // As large as SUBACK is without properties, and large enough for CONNACK.
    const size = 120;
    const filters = Array.from({ length: size - 5 }, (_, i) => `"secret/${i}" 01`);
    for (const maximum of [size, size + 1, size + 4, size + 20]) {
      const { peer } = await broker.connect5({ login, properties: `27 ${u32(maximum)}` });
      peer.send(packet('82', `0001 00 ${filters.join(' ')}`));
      const suback = await peer.receive(SUBACK);
      expect(2 + suback.body.length).toBeLessThanOrEqual(maximum);
      expect(suback.reasonCodes(5)).toEqual(filters.map(() => 0x87));
    }
  });

  test('[MQTT-3.9.3-1] the reason codes of SUBACK come in the order of the filters', async () => {
    const { peer } = await broker.connect5({ clientId: 'order', login });
    peer.send(
      packet('82', '0077 00 "a" 00 "secret/a" 01 "b" 01 "c" 02 "a/b/c/d/e/f" 00 "secret/b" 00 "d" 00'),
    );
    expect((await peer.receive(SUBACK)).hex).toBe('90 007700008701018f8700');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test.each([
    ['secret/a', 0x87],
    ['secret/#', 0x87],
    ['a/b/c/d/e/f', 0x8f],
    ['fifth', 0x97],
    ['$share/group/secret/a', 0x87],
    ['$share/group/a/b/c/d/e/f', 0x8f],
    ['$share/group/fifth', 0x97],
  ])(
    '[MQTT-3.9.3-2] filter %s, which is not accepted, has a reason for it, and is no subscription',
    async (filter, reason) => {
      const { peer } = await broker.connect5({ clientId: 'refused', login });
      peer.send(packet('82', '0001 00 "1" 00 "2" 00 "3" 00 "refused/end" 00'));
      expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([0, 0, 0, 0]);
      if (reason !== 0x97) {
        peer.send(unsubscribe5(2, '3'));
        await peer.receive(UNSUBACK);
      }
      peer.send(subscribe5(3, filter, '01'));
      expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([reason]);
      await publish(filter.replace('$share/group/', '').replace('#', 'a'), 'unwanted');
      await publish('refused/end', 'end');
      expect(await payloadsUntilEnd(peer)).toEqual([]);
      peer.send(unsubscribe5(4, filter));
      expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0x11]);
    },
  );

  test('[MQTT-3.9.3-2] a subscription that is there may be replaced when there are as many as there may be', async () => {
    const { peer } = await broker.connect5({ clientId: 'full', login });
    peer.send(
      packet('82', '0001 00 "full/1" 00 "full/2" 00 "full/3" 00 "full/4" 00 "full/5" 00 "full/2" 01'),
    );
    expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([0, 0, 0, 0, 0x97, 1]);
  });

  test('[MQTT-3.9.3-2] a lower QoS than the one asked for is granted where the client is told of it in CONNACK', async () => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: 'granted', login }));
    expect((await peer.receive(CONNACK)).properties.get(0x24)).toEqual([1]);
    peer.send(subscribe5(1, 'granted', '02'));
    expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([1]);
  });
});
