/** MQTT 5.0, section 4.8: shared subscriptions. What happens when members go away has a file of its own. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  DISCONNECT,
  PUBACK,
  PUBLISH,
  publish5WithId,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import type { Peer } from './peer.ts';
import {
  AN_HOUR,
  leave,
  nextMessage,
  publish,
  reasonOfDisconnect,
  SUBSCRIPTION_IDENTIFIER,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';
import { collect, numbers, payloadsOf, sorted } from './mqtt5-shared-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const STORED = { properties: AN_HOUR };
const SHARED_SUBSCRIPTION_AVAILABLE = 0x2a;
const NO_SUBSCRIPTION_EXISTED = 0x11;

const SESSIONS = [
  ['sessions that end with their connections', ''],
  ['stored sessions', AN_HOUR],
];

async function members(count: number, filter: string, options = '02', properties = ''): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (let i = 0; i < count; i++) {
    peers.push(await subscriber(broker, `member-${i}`, filter, options, { properties }));
  }
  return peers;
}

async function publishNumbers(topic: string, count: number, qos: 0 | 1 | 2 = 1): Promise<void> {
  for (const payload of numbers(count)) await publish(publisher, topic, payload, { qos });
}

async function unsubscribe(peer: Peer, filter: string): Promise<number> {
  peer.send(unsubscribe5(0x7003, filter));
  return (await peer.receive(UNSUBACK)).reasonCodes(5)[0];
}

// ---------------------------------------------------------------- the filter

/** The reason for which SUBSCRIBE or UNSUBSCRIBE is refused, by its answer or by DISCONNECT; or 0. */
async function reasonOfRefusal(sent: Buffer): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'refused' });
  peer.send(sent);
  const next = (await peer.next())!;
  if (next.type === DISCONNECT) {
    expect(await peer.next()).toBeNull();
    return next.reasonCode;
  }
  expect([SUBACK, UNSUBACK]).toContain(next.type);
  const [reasonCode] = next.reasonCodes(5);
  return reasonCode >= 0x80 ? reasonCode : 0;
}

const WRONG_FILTER = [0x81, 0x82, 0x8f];

async function expectRefused(filter: string): Promise<void> {
  for (const options of ['00', '01', '02']) {
    expect(WRONG_FILTER).toContain(await reasonOfRefusal(subscribe5(1, filter, options)));
  }
  expect(WRONG_FILTER).toContain(await reasonOfRefusal(unsubscribe5(1, filter)));
}

test.each(['$share/', '$share//', '$share//f', '$share//#', '$share///f', '$share//+/f'])(
  '[MQTT-4.8.2-1] filter %s, without a share name, is refused',
  expectRefused,
);

test.each([
  '$SHARE/g/case',
  '$Share/g/case',
  '/$share/g/case',
  'share/g/case',
  '$shared/g/case',
  '$share /g/case',
])('[MQTT-4.8.2-1] filter %s does not start with $share/ and is no shared subscription', async (filter) => {
  const { peer } = await broker.connect5({ clientId: 'no-share' });
  peer.send(subscribe5(1, filter, '01'));
  await peer.receive(SUBACK);
  await publishNumbers('case', 1);
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test.each(['$share/g', '$share/g/', '$share/#', '$share/+', '$share/+/', '$share/#/'])(
  '[MQTT-4.8.2-2] filter %s, without a filter behind the share name, is refused',
  expectRefused,
);

test.each([
  '$share/+/f',
  '$share/#/f',
  '$share/g+/f',
  '$share/+g/f',
  '$share/g#/f',
  '$share/#g/f',
  '$share/a+b/f',
])('[MQTT-4.8.2-2] filter %s, with a wildcard in the share name, is refused', expectRefused);

test.each(['$share/g/f#', '$share/g/#/f', '$share/g/f+', '$share/g/+f/x', '$share/g/##', '$share/g/f/#/'])(
  '[MQTT-4.8.2-2] filter %s, whose filter part is none, is refused',
  expectRefused,
);

test.each([
  [
    '$share/g/shared/f',
    ['shared/f'],
    ['shared/f/', '/shared/f', 'g/shared/f', '$share/g/shared/f', 'shared/F'],
  ],
  ['$share/g//shared', ['/shared'], ['shared', '//shared', 'g//shared']],
  ['$share/g//', ['/'], ['g/', '//']],
  ['$share/g/shared/+', ['shared/', 'shared/a'], ['shared', 'shared/a/b']],
  ['$share/g/shared/#', ['shared', 'shared/a/b'], ['g/shared/a']],
  ['$share/g/+', ['f', 'g'], ['/f', 'f/']],
  ['$share/g/#', ['f', '/', 'a/b'], []],
  ['$share/a name of $, \u20ac and more/f', ['f'], ['a name']],
  ['$share/$share/f', ['f'], ['$share/f']],
])('[MQTT-4.8.2-1] [MQTT-4.8.2-2] [MQTT-4.7.2-1] filter %s matches %j, not %j', async (filter, yes, no) => {
  for (const options of ['00', '01', '02']) {
    const peer = await subscriber(broker, 'matcher', filter, options);
    for (const topic of ['$SYS/f', ...no, ...yes]) {
      publisher.send(publish5WithId('32', topic, 1, topic));
      // Topics that begin with $ may be refused.
      await publisher.receive(PUBACK);
    }
    const [messages] = await collect([peer], yes.length);
    expect(messages.map(({ topic, payload }) => [topic, payload])).toEqual(yes.map((each) => [each, each]));
    await peer.drop();
  }
});

test.each(['04', '05', '06', '0c', '2d'])(
  '[MQTT-3.8.3-4] no local (options %s) with a shared subscription is a protocol error',
  async (options) => {
    for (const filters of [`"$share/g/f" ${options}`, `"plain" 00 "$share/g/f" ${options}`]) {
      const { peer } = await broker.connect5({ clientId: 'no-local' });
      peer.send(packet('82', `0001 00 ${filters}`));
      expect(await reasonOfDisconnect(peer)).toBe(0x82);
    }
  },
);

test('[section 4.8.2] shared subscriptions are available', async () => {
  const { peer, connack } = await broker.connect5({ clientId: 'available' });
  expect(connack.properties.get(SHARED_SUBSCRIPTION_AVAILABLE) ?? [1]).toEqual([1]);
  peer.send(packet('82', `0001 00 "$share/g/a" 02 "plain" 01 "$share/h/a" 00`));
  expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([2, 1, 0]);
});

// ---------------------------------------------------------------- who gets what

describe.each(SESSIONS)('%s', (_, properties) => {
  test.each([0, 1, 2] as const)(
    '[section 4.8.2] each message with QoS %d goes to one member, and to one only',
    async (qos) => {
      for (const count of [1, 2, 5]) {
        const peers = await members(count, '$share/g/one/+', '02', properties);
        await publishNumbers('one/x', 40, qos);
        const found = await collect(peers, 40);
        expect(sorted(found)).toEqual(numbers(40));
        expect(new Set(found.flat().map((each) => each.qos))).toEqual(new Set([qos]));
        for (const peer of peers) await unsubscribe(peer, '$share/g/one/+');
      }
    },
  );

  test('[section 4.8.2] each share, and each plain subscription, has a copy of its own', async () => {
    const filters = ['$share/g1/copy', '$share/g2/copy', '$share/G1/copy'];
    const groups: Peer[][] = [];
    for (const [i, filter] of filters.entries()) {
      groups.push([]);
      for (const name of ['a', 'b'])
        groups[i].push(await subscriber(broker, `copy-${i}-${name}`, filter, '01', { properties }));
    }
    for (const name of ['a', 'b'])
      groups.push([await subscriber(broker, `copy-plain-${name}`, 'copy', '01', { properties })]);
    await publishNumbers('copy', 20);
    for (const peers of groups) expect(sorted(await collect(peers, 20))).toEqual(numbers(20));
  });

  test('[section 4.8.2] shares of one name with different filters have nothing to do with each other', async () => {
    const filters = ['$share/g/same/+', '$share/g/same/#', '$share/g/same/x', '$share/g//same/x'];
    const peers: Peer[] = [];
    for (const [i, filter] of filters.entries())
      peers.push(await subscriber(broker, `same-${i}`, filter, '01', { properties }));
    await publishNumbers('same/x', 10);
    const found = await collect(peers, 30);
    expect(found.map(payloadsOf)).toEqual([numbers(10), numbers(10), numbers(10), []]);
  });

  test('[section 4.8.2] a client with a shared and a plain subscription has its plain copy, and its share', async () => {
    const [one, two] = await members(2, '$share/g/both', '01', properties);
    await subscribe(one, 'both', '01');
    await publishNumbers('both', 20);
    const [ofOne, ofTwo] = await collect([one, two], 40);
    const times = (payload: string) => payloadsOf(ofOne).filter((each) => each === payload).length;
    for (const payload of numbers(20)) {
      const isWithTwo = payloadsOf(ofTwo).includes(payload);
      expect([payload, times(payload)]).toEqual([payload, isWithTwo ? 1 : 2]);
    }
    expect(new Set(payloadsOf(ofTwo)).size).toBe(ofTwo.length);
  });

  test('[section 4.8.2] a client in two shares has a copy for each', async () => {
    const [peer] = await members(1, '$share/g/two', '01', properties);
    await subscribe(peer, '$share/h/two', '01');
    await publishNumbers('two', 5);
    const found = await collect([peer], 10);
    expect(sorted(found)).toEqual([...numbers(5), ...numbers(5)].sort());
  });

  test('[section 4.8.2] the publisher may be a member, and gets its own messages', async () => {
    const [peer] = await members(1, '$share/g/own', '01', properties);
    peer.send(publish5WithId('32', 'own', 1, 'm'));
    const packets = [await peer.next(), await peer.next()];
    expect(packets.map((each) => each?.type).sort()).toEqual([PUBLISH, PUBACK]);
    expect(packets.find((each) => each?.type === PUBACK)?.reasonCode).toBe(0);
  });

  test('[section 4.8.2] of a single member the share is like a plain subscription: all messages, in order', async () => {
    const [peer] = await members(1, '$share/g/single', '02', `21 0004 ${properties}`);
    for (const payload of numbers(30)) await publish(publisher, 'single', payload, { qos: 1 });
    const found = await collect([peer], 30);
    expect(found.map(payloadsOf)).toEqual([numbers(30)]);
  });

  test('[section 4.8.2] retained messages are not sent to members, neither to the first nor to others', async () => {
    await publish(publisher, 'kept', 'retained', { retain: true });
    for (const options of ['00', '01', '02', '08', '10', '20']) {
      const peers = await members(2, '$share/g/kept', options, properties);
      await subscribe(peers[0], '$share/g/kept', options);
      await subscribe(peers[1], '$share/g/+', options);
      expect(sorted(await collect(peers, 0))).toEqual([]);
      for (const peer of peers) await unsubscribe(peer, '$share/g/kept');
      await unsubscribe(peers[1], '$share/g/+');
    }
    const plain = await subscriber(broker, 'kept-plain', 'kept');
    expect((await nextMessage(plain)).payload).toBe('retained');
    await publish(publisher, 'kept', '', { retain: true });
  });

  test('[section 4.8.2] messages that are published retained come, with RETAIN as the member asked for', async () => {
    const peer = await subscriber(broker, 'as-published', '$share/g/as/1', '09', { properties });
    await subscribe(peer, '$share/g/as/2', '01');
    for (const topic of ['as/1', 'as/2']) await publish(publisher, topic, topic, { retain: true });
    const [messages] = await collect([peer], 2);
    expect(new Map(messages.map(({ topic, retain }) => [topic, retain]))).toEqual(
      new Map([
        ['as/1', true],
        ['as/2', false],
      ]),
    );
    for (const topic of ['as/1', 'as/2']) await publish(publisher, topic, '', { retain: true });
  });

  test('[section 4.8.2] a message comes with the subscription identifier of the member that gets it', async () => {
    const peers: Peer[] = [];
    for (const i of [1, 2, 3]) {
      const { peer } = await broker.connect5({ clientId: `identified-${i}`, properties });
      await subscribe(peer, '$share/g/identified', '01', i === 3 ? '00' : `02 0b0${i}`);
      peers.push(peer);
    }
    await publishNumbers('identified', 20);
    const found = await collect(peers, 20);
    expect(sorted(found)).toEqual(numbers(20));
    for (const [i, messages] of found.entries()) {
      const expected = i === 2 ? undefined : [i + 1];
      for (const each of messages) expect(each.properties.get(SUBSCRIPTION_IDENTIFIER)).toEqual(expected);
    }
  });

  test('[MQTT-4.8.2-3] messages come with no more than the QoS granted to the member', async () => {
    const peers: Peer[] = [];
    for (const qos of [0, 1, 2])
      peers.push(await subscriber(broker, `granted-${qos}`, '$share/g/granted', `0${qos}`, { properties }));
    for (const qos of [0, 1, 2] as const) {
      await publishNumbers('granted', 30, qos);
      const found = await collect(peers, 30);
      expect(sorted(found)).toEqual(numbers(30));
      for (const [granted, messages] of found.entries()) {
        for (const each of messages) expect(each.qos).toBe(Math.min(granted, qos));
      }
    }
  });

  test('[MQTT-4.8.2-3] also when a single member has changed it, up or down', async () => {
    const [peer] = await members(1, '$share/g/changed', '02', properties);
    for (const granted of [2, 0, 1, 2, 1, 0]) {
      await subscribe(peer, '$share/g/changed', `0${granted}`);
      for (const qos of [0, 1, 2] as const) {
        await publish(publisher, 'changed', `${qos}`, { qos });
        const message = await nextMessage(peer);
        expect([message.payload, message.qos]).toEqual([`${qos}`, Math.min(granted, qos)]);
      }
    }
  });

  // -------------------------------------------------------------- leaving by UNSUBSCRIBE

  test('[section 4.8.2] UNSUBSCRIBE of the whole filter leaves the share; of other filters it does not', async () => {
    const peers = await members(3, '$share/g/left', '01', properties);
    for (const filter of ['left', '$share/h/left', '$share/g/left/', '$share/g/+', '$share/G/left'])
      expect(await unsubscribe(peers[0], filter)).toBe(NO_SUBSCRIPTION_EXISTED);
    // The one that came first may leave: the share goes on.
    for (let remaining = 3; remaining > 0; remaining--) {
      await publishNumbers('left', 12);
      const found = await collect(peers, 12);
      expect(sorted(found)).toEqual(numbers(12));
      expect(found.slice(0, 3 - remaining).flat()).toEqual([]);
      expect(await unsubscribe(peers[3 - remaining], '$share/g/left')).toBe(0);
    }
    publisher.send(publish5WithId('32', 'left', 1, 'nobody'));
    expect((await publisher.receive(PUBACK)).reasonCode).toBe(0x10);
    expect(sorted(await collect(peers, 0))).toEqual([]);
  });

  test('[section 4.8.2] a second SUBSCRIBE makes nobody a member twice', async () => {
    const [one, two] = await members(2, '$share/g/twice', '01', properties);
    for (let i = 0; i < 3; i++) await subscribe(one, '$share/g/twice', '01');
    await publishNumbers('twice', 20);
    expect(sorted(await collect([one, two], 20))).toEqual(numbers(20));
    expect(await unsubscribe(one, '$share/g/twice')).toBe(0);
    expect(await unsubscribe(one, '$share/g/twice')).toBe(NO_SUBSCRIPTION_EXISTED);
    await publishNumbers('twice', 10);
    expect((await collect([one, two], 10)).map(payloadsOf)).toEqual([[], numbers(10)]);
  });

  test('[section 4.8.2] when the last member leaves, what was not delivered is deleted', async () => {
    const [first] = await members(1, '$share/g/ended', '01', `21 0001 ${properties}`);
    await publishNumbers('ended', 10);
    await first.receive(PUBLISH);
    await unsubscribe(first, '$share/g/ended');
    const second = await subscriber(broker, 'ended-second', '$share/g/ended', '02', { properties });
    await publish(publisher, 'ended', 'new');
    expect((await collect([second], 1)).map(payloadsOf)).toEqual([['new']]);
  });
});

test('[section 4.8.2] when the session of the last member ends, what was not delivered is deleted', async () => {
  await leave(await subscriber(broker, 'last', '$share/g/last', '02', STORED));
  await publishNumbers('last', 5);
  await publishNumbers('last', 5, 2);
  await broker.connect5({ clientId: 'last' });
  const second = await subscriber(broker, 'last-second', '$share/g/last', '02');
  await publish(publisher, 'last', 'new');
  expect((await collect([second], 1)).map(payloadsOf)).toEqual([['new']]);
});

test('[section 4.8.2] with its single member absent, the share keeps QoS 1 and 2 messages in order', async () => {
  await leave(await subscriber(broker, 'absent', '$share/g/absent', '02', STORED));
  for (const [i, payload] of numbers(30).entries())
    await publish(publisher, 'absent', payload, { qos: i % 2 ? 1 : 2 });
  const { peer, connack } = await broker.connect5({ clientId: 'absent', flags: 0, ...STORED });
  expect(connack.sessionPresent).toBe(true);
  const found = await collect([peer], 30);
  expect(sorted(found)).toEqual(numbers(30));
  for (const qos of [1, 2]) {
    const payloads = payloadsOf(found[0].filter((each) => each.qos === qos));
    expect(payloads).toEqual(numbers(30).filter((each) => Number(each) % 2 === (qos === 1 ? 1 : 0)));
  }
});

test('[section 4.8.2] a share name may be as long as a filter may be', async () => {
  const name = 'n'.repeat(65_535 - '$share//f'.length);
  const peer = await subscriber(broker, 'long-name', `$share/${name}/f`, '01');
  await publish(publisher, 'f', 'm');
  expect((await nextMessage(peer)).payload).toBe('m');
  peer.send(packet('a2', `${u16(2)} 00 "$share/${name}/f"`));
  expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0]);
});
