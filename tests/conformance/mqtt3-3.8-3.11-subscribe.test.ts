/** MQTT 3.1.1, sections 3.8 to 3.11: SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  PUBACK,
  puback,
  pubcomp,
  PUBLISH,
  publish3WithId,
  pubrec,
  PUBREL,
  SUBACK,
  subscribe3,
  UNSUBACK,
  unsubscribe3,
} from './packets.ts';
import type { Peer } from './peer.ts';
import {
  answersToViolation,
  payloadsUntil,
  publish,
  publishQoS2,
  receiveUntil,
  RESUME,
  seen,
  subscribe,
  subscriber,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const SESSIONS: [string, number][] = [
  ['clean session', 0x02],
  ['a stored session', RESUME],
];

/** Ends a session that a test began with clean session 0. */
async function forget(clientId: string): Promise<void> {
  await (await broker.connect3({ clientId })).peer.drop();
}

// ---------------------------------------------------------------- SUBSCRIBE

test.each([0, 1, 3, 4, 6, 8, 10, 15])(
  '[v3 MQTT-3.8.1-1] SUBSCRIBE with flags %i ends the connection without SUBACK',
  async (flags) => {
    const sent = packet((0x80 | flags).toString(16), '0001 "flags" 00');
    expect(await answersToViolation(broker, sent)).toEqual([]);
  },
);

test.each(['61c080', 'eda080', 'ff', '6100'])(
  '[v3 MQTT-3.8.3-1] a SUBSCRIBE whose second filter has the bytes %s ends the connection',
  async (hex) => {
    const length = (hex.length / 2).toString(16).padStart(4, '0');
    expect(await answersToViolation(broker, packet('82', `0001 "good" 00 ${length} ${hex} 00`))).toEqual([]);
  },
);

test.each(['#', '+', 'wild/#', 'wild/+', '+/wild', 'wild/+/#'])(
  '[v3 MQTT-3.8.3-2] filter %s with wildcards is granted and served, or refused',
  async (filter) => {
    const { peer } = await broker.connect3({ clientId: 'wild' });
    peer.send(subscribe3(1, filter));
    const { hex } = await peer.receive(SUBACK);
    expect(['90 000101', '90 000180']).toContain(hex);
    if (hex === '90 000180') return;
    const topic =
      { '+': 'wild', 'wild/+/#': 'wild/a/b' }[filter] ?? (filter === '+/wild' ? 'a/wild' : 'wild/a');
    await publish(publisher, topic, 'm');
    expect((await peer.receive(PUBLISH)).topic).toBe(topic);
  },
);

test('[v3 MQTT-3.8.3-3] a SUBSCRIBE without filters ends the connection', async () => {
  expect(await answersToViolation(broker, packet('82', '0001'))).toEqual([]);
});

test.each(['"a/b"', '"a/b" 00 "c/d"', '0005 <a/b> 00', '"a/b" 00 00'])(
  '[v3 MQTT-3.8.3-3] a SUBSCRIBE whose payload is %s, cut short, ends the connection',
  async (payload) => {
    expect(await answersToViolation(broker, packet('82', `0001 ${payload}`))).toEqual([]);
  },
);

test.each(['03', '04', '08', '10', '11', '20', '21', '40', '42', '80', 'fc', 'ff'])(
  '[v3 MQTT-3-8.3-4] requested QoS %s ends the connection',
  async (qos) => {
    expect(await answersToViolation(broker, subscribe3(1, 'qos', qos))).toEqual([]);
    expect(await answersToViolation(broker, packet('82', `0001 "good" 01 "bad" ${qos}`))).toEqual([]);
  },
);

test('[v3 MQTT-3.8.4-1] [v3 MQTT-3.8.4-2] SUBSCRIBE is answered by SUBACK with its identifier', async () => {
  for (const [, flags] of SESSIONS) {
    const { peer } = await broker.connect3({ clientId: 'answered', flags });
    for (const identifier of [1, 0x8001, 0xffff]) {
      peer.send(subscribe3(identifier, 'answered', '02'));
      const suback = await peer.receive(SUBACK);
      expect([suback.flags, suback.packetIdentifier, suback.reasonCodes(3)]).toEqual([0, identifier, [2]]);
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await forget('answered');
  }
});

test.each(SESSIONS)(
  '[v3 MQTT-3.8.4-3] a filter subscribed to again in %s has its new QoS alone',
  async (_, flags) => {
    const peer = await subscriber(broker, 'replaced', 'replaced/+', '01', { flags });
    for (const [qos, expected] of [
      ['00', 0],
      ['02', 2],
      ['01', 1],
    ] as const) {
      await subscribe(peer, 'replaced/+', qos);
      await publishQoS2(publisher, 'replaced/a', 'm');
      const message = await peer.receive(PUBLISH);
      expect(message.qos).toBe(expected);
      if (expected === 1) peer.send(puback(message.packetIdentifier));
      // One subscription, one copy.
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    }
    // One UNSUBSCRIBE ends it.
    peer.send(unsubscribe3(2, 'replaced/+'));
    await peer.receive(UNSUBACK);
    await subscribe(peer, 'replaced-end');
    await publish(publisher, 'replaced/a', 'unwanted');
    await publish(publisher, 'replaced-end', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual([]);
    await forget('replaced');
  },
);

test.each(SESSIONS)(
  '[v3 MQTT-3.8.4-3] messages go on without a gap while %s subscribes again and again',
  async (_, flags) => {
    const peer = await subscriber(broker, 'gapless', 'gapless', '01', { flags });
    const sent = Array.from({ length: 60 }, (_, i) => `${i}`);
    for (const [i, payload] of sent.entries()) {
      publisher.send(publish3WithId('32', 'gapless', i + 1, payload));
      if (i % 5 === 0) peer.send(subscribe3(i + 1, 'gapless', i % 10 ? '01' : '02'));
    }
    publisher.send(publish3WithId('32', 'gapless', 0x7000, 'end'));
    const received: string[] = [];
    for (let payload = ''; payload !== 'end';) {
      const next = await peer.next();
      if (next?.type !== PUBLISH) continue;
      peer.send(puback(next.packetIdentifier));
      payload = next.payloadV3;
      received.push(payload);
    }
    expect(received).toEqual([...sent, 'end']);
    for (let i = 0; i <= 60; i++) await publisher.receive(PUBACK);
    await forget('gapless');
  },
);

test('[v3 MQTT-3.8.4-4] [v3 MQTT-3.8.4-5] [v3 MQTT-3.9.3-1] many filters are answered by one SUBACK, a code each, in order', async () => {
  const acl = [{ effect: 'deny', action: 'subscribe', topicFilter: 'no/#' }];
  const login = await broker.createLogin('many', { maxQoS: 1 }, acl);
  const { peer } = await broker.connect3({ clientId: 'many', login });
  peer.send(packet('82', '0077 "a" 00 "no/a" 01 "b" 01 "c" 02 "no/b" 00 "d" 00'));
  expect((await peer.receive(SUBACK)).hex).toBe('90 0077008001018000');
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-3.8.4-4] each filter of a SUBSCRIBE becomes a subscription with its QoS', async () => {
  const { peer } = await broker.connect3({ clientId: 'sequence' });
  peer.send(
    packet('82', '0001 "sequence/a" 00 "sequence/b" 02 "sequence/c" 01 "sequence/a" 01 "sequence/b" 00'),
  );
  expect((await peer.receive(SUBACK)).hex).toBe('90 00010002010100');
  for (const topic of ['sequence/a', 'sequence/b', 'sequence/c']) await publish(publisher, topic, topic);
  await publish(publisher, 'sequence/c', 'end');
  // As by packets one after another: the later one of a filter replaces the earlier one.
  expect((await receiveUntil(peer, 'end')).map(({ topic, qos }) => [topic, qos])).toEqual([
    ['sequence/a', 1],
    ['sequence/b', 0],
    ['sequence/c', 1],
  ]);
});

test('[v3 MQTT-3.9.3-2] a subscription that is refused has return code 80, and is none', async () => {
  const acl = [{ effect: 'deny', action: 'subscribe', topicFilter: 'secret/#' }];
  const login = await broker.createLogin('curious', { maxSubscriptions: 2 }, acl);
  const { peer } = await broker.connect3({ clientId: 'curious', login });
  for (const filter of ['secret/#', 'secret/a', '#', '+/a']) {
    peer.send(subscribe3(3, filter, '02'));
    const [code, ...others] = (await peer.receive(SUBACK)).reasonCodes(3);
    expect([others, [0, 1, 2, 0x80].includes(code)]).toEqual([[], true]);
    if (filter.startsWith('secret')) expect(code).toBe(0x80);
    peer.send(unsubscribe3(4, filter));
    await peer.receive(UNSUBACK);
  }
  // Too many, and too deep.
  for (const [filter, code] of [
    ['one', '00'],
    ['two', '00'],
    ['three', '80'],
    [Array(200).fill('deep').join('/'), '80'],
  ]) {
    peer.send(subscribe3(5, filter, '00'));
    expect((await peer.receive(SUBACK)).hex).toBe(`90 0005${code}`);
  }
  await publish(publisher, 'secret/a', 'not for you');
  await publish(publisher, 'three', 'not for you');
  await publish(publisher, 'one', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

// ---------------------------------------------------------------- UNSUBSCRIBE

test.each([0, 1, 3, 4, 6, 8, 10, 15])(
  '[v3 MQTT-3.10.1-1] UNSUBSCRIBE with flags %i ends the connection without UNSUBACK',
  async (flags) => {
    const sent = packet((0xa0 | flags).toString(16), '0001 "flags"');
    expect(await answersToViolation(broker, sent)).toEqual([]);
  },
);

test.each(['"good" 0003 61c080', '"good" 0001 ff', '"good" 0003 610062', '"good" 0009 <short>', '"good" 00'])(
  '[v3 MQTT-3.10.3-1] an UNSUBSCRIBE whose filters are %s ends the connection',
  async (payload) => {
    expect(await answersToViolation(broker, packet('a2', `0001 ${payload}`))).toEqual([]);
  },
);

test('[v3 MQTT-3.10.3-2] an UNSUBSCRIBE without filters ends the connection', async () => {
  expect(await answersToViolation(broker, packet('a2', '0001'))).toEqual([]);
});

test.each(SESSIONS)(
  '[v3 MQTT-3.10.4-1] filters are compared character by character in %s',
  async (_, flags) => {
    const filters = ['exact/a', 'exact/+', 'exact/#', 'Exact/a', 'exact/a/', 'exact/ä'];
    const { peer } = await broker.connect3({ clientId: 'exact', flags });
    for (const filter of filters) await subscribe(peer, filter);
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
    ]) {
      peer.send(unsubscribe3(2, other));
      expect((await peer.receive(UNSUBACK)).hex).toBe('b0 0002');
    }
    for (const filter of ['exact/+', 'exact/#', 'exact/a/']) {
      peer.send(unsubscribe3(3, filter));
      await peer.receive(UNSUBACK);
    }
    for (const topic of ['exact/b', 'exact/a', 'Exact/a', 'exact/a/', 'exact/ä', 'exact/a/b'])
      await publish(publisher, topic, topic);
    await publish(publisher, 'exact/a', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual(['exact/a', 'Exact/a', 'exact/ä']);
    await forget('exact');
  },
);

test.each(SESSIONS)(
  '[v3 MQTT-3.10.4-2] after UNSUBSCRIBE no new messages are added in %s',
  async (_, flags) => {
    const peer = await subscriber(broker, 'stopped', 'stopped/a', '01', { flags });
    await subscribe(peer, 'stopped/b');
    await publish(publisher, 'stopped/a', 'before');
    expect((await peer.receive(PUBLISH)).payloadV3).toBe('before');
    peer.send(unsubscribe3(2, 'stopped/a'));
    await peer.receive(UNSUBACK);
    await publish(publisher, 'stopped/a', 'after');
    await publish(publisher, 'stopped/b', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual([]);
    await forget('stopped');
  },
);

test('[v3 MQTT-3.10.4-2] after UNSUBSCRIBE no messages are added while the client is away', async () => {
  const first = await subscriber(broker, 'away', 'away/a', '01', { flags: RESUME });
  await subscribe(first, 'away/b');
  first.send(unsubscribe3(2, 'away/a'));
  await first.receive(UNSUBACK);
  await first.drop();
  await publish(publisher, 'away/a', 'after');
  await publish(publisher, 'away/b', 'end');
  const { peer } = await broker.connect3({ clientId: 'away', flags: RESUME });
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test.each(SESSIONS)(
  '[v3 MQTT-3.10.4-3] messages whose delivery began are completed after UNSUBSCRIBE in %s',
  async (_, flags) => {
    const peer = await subscriber(broker, 'complete', 'complete', '02', { flags });
    await publishQoS2(publisher, 'complete', 'one');
    await publishQoS2(publisher, 'complete', 'two');
    const [one, two] = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    peer.send(pubrec(one.packetIdentifier));
    await peer.receive(PUBREL);
    peer.send(unsubscribe3(2, 'complete'));
    await peer.receive(UNSUBACK);
    peer.send(pubcomp(one.packetIdentifier), pubrec(two.packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(two.packetIdentifier);
    peer.send(pubcomp(two.packetIdentifier));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await forget('complete');
  },
);

test('[v3 MQTT-3.10.4-3] they are completed in the next connection as well', async () => {
  const first = await subscriber(broker, 'completed', 'completed', '02', { flags: RESUME });
  await publish(publisher, 'completed', 'one');
  await publishQoS2(publisher, 'completed', 'two');
  const sent = [await first.receive(PUBLISH), await first.receive(PUBLISH)].map(seen);
  first.send(unsubscribe3(2, 'completed'));
  await first.receive(UNSUBACK);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'completed', flags: RESUME });
  const again = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(again.map(seen)).toEqual(sent);
  peer.send(puback(again[0].packetIdentifier), pubrec(again[1].packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(again[1].packetIdentifier);
});

test('[v3 MQTT-3.10.4-4] UNSUBSCRIBE is answered by UNSUBACK with its identifier', async () => {
  for (const [, flags] of SESSIONS) {
    const peer = await subscriber(broker, 'unsuback', 'unsuback', '01', { flags });
    peer.send(unsubscribe3(0xabcd, 'unsuback'));
    expect((await peer.receive(UNSUBACK)).hex).toBe('b0 abcd');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await forget('unsuback');
  }
});

test('[v3 MQTT-3.10.4-5] also where there was no subscription', async () => {
  for (const [, flags] of SESSIONS) {
    const { peer } = await broker.connect3({ clientId: 'none', flags });
    for (const filter of ['none', '#', 'none/+']) {
      peer.send(unsubscribe3(0x0101, filter));
      expect((await peer.receive(UNSUBACK)).hex).toBe('b0 0101');
    }
    await forget('none');
  }
});

test.each(SESSIONS)(
  '[v3 MQTT-3.10.4-6] all filters of one UNSUBSCRIBE end in %s, by one UNSUBACK',
  async (_, flags) => {
    const { peer } = await broker.connect3({ clientId: 'all', flags });
    for (const filter of ['all/a', 'all/b', 'all/+/c', 'all/end']) await subscribe(peer, filter);
    peer.send(packet('a2', '0009 "all/a" "all/none" "all/+/c" "all/b" "all/a"'));
    expect((await peer.receive(UNSUBACK)).hex).toBe('b0 0009');
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    for (const topic of ['all/a', 'all/b', 'all/x/c']) await publish(publisher, topic, topic);
    await publish(publisher, 'all/end', 'end');
    expect(await payloadsUntil(peer, 'end')).toEqual([]);
    await forget('all');
  },
);
