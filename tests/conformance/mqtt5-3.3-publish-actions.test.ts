/** MQTT 5.0, section 3.3.4: what PUBLISH does. Topic aliases and receive maximum have files of their own. */
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  AN_HOUR,
  leave,
  messagesUntilEnd,
  nextMessage,
  payloadsUntilEnd,
  publish,
  reasonOfViolation,
  subscribe,
  subscriber,
  SUBSCRIPTION_IDENTIFIER,
  withLength,
} from './mqtt5-publish-exchange.ts';
import {
  PUBACK,
  PUBCOMP,
  publish5,
  publish5WithId,
  PUBLISH,
  PUBREC,
  pubrel,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
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

const RESUMED = { flags: 0, properties: AN_HOUR };
const QOS = [0, 1, 2] as const;

const SESSIONS: [string, string | undefined][] = [
  ['a session of one connection', undefined],
  ['a stored session', AN_HOUR],
];

const identifiersOf = ({ properties }: ReceivedPacket) =>
  ((properties.get(SUBSCRIPTION_IDENTIFIER) ?? []) as number[]).sort((a, b) => a - b);

describe.each(SESSIONS)('the answer to PUBLISH in %s', (_, properties) => {
  const IDENTIFIERS = [1, 2, 0xff, 0x100, 0x8000, 0xffff];
  let peer: Peer;
  beforeEach(async () => {
    ({ peer } = await broker.connect5({ clientId: 'answered', properties }));
  });

  test('[MQTT-3.3.4-1] is none with QoS 0', async () => {
    await subscriber(broker, 'answer-observer', 'answer/some');
    for (const [topic, firstByte] of [
      ['answer/none', '30'],
      ['answer/some', '30'],
      ['answer/retained', '31'],
      ['$SYS/forbidden', '30'],
    ]) {
      peer.send(publish5(topic, 'm', '00', firstByte));
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    }
  });

  test.each(['32', '33', '3a', '3b'])('[MQTT-3.3.4-1] is PUBACK with QoS 1, first byte %s', async (first) => {
    for (const topic of ['answer/none', 'answer/some', '$SYS/forbidden']) {
      for (const identifier of IDENTIFIERS) {
        peer.send(publish5WithId(first, topic, identifier, 'm'));
        const answer = await peer.receive(PUBACK);
        expect([answer.flags, answer.packetIdentifier]).toEqual([0, identifier]);
        expect(answer.reasonCode < 0x80).toBe(topic !== '$SYS/forbidden');
      }
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test.each(['34', '35', '3c', '3d'])('[MQTT-3.3.4-1] is PUBREC with QoS 2, first byte %s', async (first) => {
    for (const topic of ['answer/none', 'answer/some', '$SYS/forbidden']) {
      for (const identifier of IDENTIFIERS) {
        peer.send(publish5WithId(first, topic, identifier, 'm'));
        const answer = await peer.receive(PUBREC);
        expect([answer.flags, answer.packetIdentifier]).toEqual([0, identifier]);
        expect(answer.reasonCode < 0x80).toBe(topic !== '$SYS/forbidden');
        if (answer.reasonCode >= 0x80) continue;
        peer.send(pubrel(identifier));
        expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(identifier);
      }
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.3.4-1] is the same for each of many at once, and for an empty payload', async () => {
    const sent: Buffer[] = [];
    for (let identifier = 1; identifier <= 60; identifier++) {
      const payload = identifier % 5 === 0 ? '' : 'm';
      sent.push(publish5WithId(identifier % 2 ? '32' : '34', 'answer/many', identifier, payload));
      sent.push(publish5('answer/many', payload));
    }
    peer.send(...sent);
    const answers: [number, number][] = [];
    for (let i = 0; i < 60; i++) {
      const answer = (await peer.next())!;
      answers.push([answer.packetIdentifier, answer.type]);
    }
    answers.sort(([a], [b]) => a - b);
    expect(answers).toEqual(Array.from({ length: 60 }, (_, i) => [i + 1, i % 2 === 0 ? PUBACK : PUBREC]));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});

/** Makes a client with these subscriptions, has it get a message, and returns all copies of that message. */
type Way = (subscriptions: Subscription[], qos: 0 | 1 | 2) => Promise<ReceivedPacket[]>;

interface Subscription {
  filter: string;
  options: string;
  /** Subscription identifier. */
  identifier?: number;
}

async function overlapping(subscriptions: Subscription[], properties?: string): Promise<Peer> {
  const peer = await subscriber(broker, 'overlap', 'overlap-end', '01', { properties });
  for (const { filter, options, identifier } of subscriptions) {
    const notation = identifier === undefined ? '' : `0b ${identifier.toString(16).padStart(2, '0')}`;
    await subscribe(peer, filter, options, withLength(notation));
  }
  return peer;
}

async function copiesOf(peer: Peer): Promise<ReceivedPacket[]> {
  const copies = await messagesUntilEnd(peer, 1);
  expect(copies.every(({ topic, payload }) => topic === 'overlap/a/b' && payload === 'm')).toBe(true);
  return copies;
}

const straight =
  (properties?: string): Way =>
  async (subscriptions, qos) => {
    const peer = await overlapping(subscriptions, properties);
    await publish(publisher, 'overlap/a/b', 'm', { qos });
    await publish(publisher, 'overlap-end', 'end');
    return copiesOf(peer);
  };

const waited: Way = async (subscriptions, qos) => {
  await leave(await overlapping(subscriptions, AN_HOUR));
  // QoS 0 messages need not wait for a client.
  await publish(publisher, 'overlap/a/b', 'm', { qos: qos === 0 ? 1 : qos });
  await publish(publisher, 'overlap-end', 'end');
  return copiesOf((await broker.connect5({ clientId: 'overlap', ...RESUMED })).peer);
};

const sentAgain: Way = async (subscriptions, qos) => {
  const first = await overlapping(subscriptions, AN_HOUR);
  await publish(publisher, 'overlap/a/b', 'm', { qos: qos === 0 ? 1 : qos });
  await first.receive(PUBLISH);
  await first.drop();
  await publish(publisher, 'overlap-end', 'end');
  return copiesOf((await broker.connect5({ clientId: 'overlap', ...RESUMED })).peer);
};

describe.each<[string, Way]>([
  ['a session of one connection', straight()],
  ['a stored session', straight(AN_HOUR)],
])('overlapping subscriptions in %s', (_, way) => {
  test.each(QOS)('[MQTT-3.3.4-2] get a QoS %d message with the highest QoS they have', async (qos) => {
    for (const granted of [
      ['00', '01', '02'],
      ['02', '01', '00'],
      ['01', '02', '00'],
      ['00', '01', '00'],
      ['01', '01', '00'],
      ['00', '00', '00'],
    ]) {
      const filters = ['overlap/a/b', 'overlap/+/b', 'overlap/#'];
      const copies = await way(
        filters.map((filter, i) => ({ filter, options: granted[i] })),
        qos,
      );
      const highest = Math.max(...granted.map(Number));
      expect(Math.max(...copies.map((copy) => copy.qos))).toBe(Math.min(qos, highest));
      expect(copies.length).toBeLessThanOrEqual(filters.length);
    }
  });
});

describe.each<[string, Way]>([
  ['in a session of one connection', straight()],
  ['in a stored session', straight(AN_HOUR)],
  ['when they waited', waited],
  ['when they are sent again', sentAgain],
])('messages of overlapping subscriptions, %s', (_, way) => {
  /** Expects these identifiers: all in one copy, or each in its own. */
  async function expectIdentifiers(subscriptions: Subscription[], expected: number[]): Promise<void> {
    for (const qos of QOS) {
      const copies = await way(subscriptions, qos);
      const all = copies.flatMap(identifiersOf).sort((a, b) => a - b);
      expect(all).toEqual(expected);
      if (copies.length === 1) continue;
      expect(copies).toHaveLength(subscriptions.length);
      for (const copy of copies) expect(identifiersOf(copy).length).toBeLessThan(2);
    }
  }

  test('[MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.3.4-5] have the identifiers of all that match', async () => {
    await expectIdentifiers(
      [
        { filter: 'overlap/a/b', options: '01', identifier: 7 },
        { filter: 'overlap/+/b', options: '01', identifier: 3 },
        { filter: 'overlap/#', options: '01', identifier: 0x7f },
      ],
      [3, 7, 0x7f],
    );
  });

  test('[MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.3.4-5] so for subscriptions of different QoS', async () => {
    for (const granted of [
      ['02', '01'],
      ['01', '02'],
      ['00', '01'],
      ['02', '00'],
    ]) {
      await expectIdentifiers(
        [
          { filter: 'overlap/a/#', options: granted[0], identifier: 1 },
          { filter: 'overlap/+/+', options: granted[1], identifier: 2 },
        ],
        [1, 2],
      );
    }
  });

  test('[MQTT-3.3.4-3] [MQTT-3.3.4-4] have those alone that there are, of matching subscriptions', async () => {
    await expectIdentifiers(
      [
        { filter: 'overlap/a/b', options: '01' },
        { filter: 'overlap/+/b', options: '01', identifier: 5 },
      ],
      [5],
    );
    await expectIdentifiers([{ filter: 'overlap/a/b', options: '01' }], []);
    const others = [
      { filter: 'overlap/a/b', options: '01', identifier: 9 },
      { filter: 'overlap/b', options: '01', identifier: 10 },
      { filter: 'overlap/+', options: '01', identifier: 11 },
    ];
    for (const qos of QOS) expect((await way(others, qos)).map(identifiersOf)).toEqual([[9]]);
  });

  test('section 3.3.4: the same identifier of two subscriptions comes twice', async () => {
    await expectIdentifiers(
      [
        { filter: 'overlap/a/b', options: '01', identifier: 6 },
        { filter: 'overlap/#', options: '01', identifier: 6 },
      ],
      [6, 6],
    );
  });
});

describe.each(SESSIONS)('subscription identifiers in %s', (_, properties) => {
  test('[MQTT-3.3.4-3] come as they were given, for each QoS', async () => {
    const { peer } = await broker.connect5({ clientId: 'values', properties });
    for (const [notation, value] of [
      ['0b 01', 1],
      ['0b 7f', 127],
      ['0b 8001', 128],
      ['0b ffff7f', 2_097_151],
      ['0b ffffff7f', 268_435_455],
    ] as const) {
      await subscribe(peer, 'identifier/value', '02', withLength(notation));
      for (const qos of QOS) {
        await publish(publisher, 'identifier/value', 'm', { qos });
        expect(identifiersOf(await nextMessage(peer))).toEqual([value]);
      }
    }
  });

  test('[MQTT-3.3.4-4] are gone with their subscription', async () => {
    const { peer } = await broker.connect5({ clientId: 'gone', properties });
    await subscribe(peer, 'identifier/gone', '01', '02 0b01');
    await subscribe(peer, 'identifier/#', '01', '02 0b02');
    peer.send(unsubscribe5(3, 'identifier/gone'));
    await peer.receive(UNSUBACK);
    await publish(publisher, 'identifier/gone', 'm');
    await publish(publisher, 'identifier/end', 'end');
    expect((await messagesUntilEnd(peer)).map(identifiersOf)).toEqual([[2]]);
  });

  test('[MQTT-3.3.4-3] come with retained messages: that of the subscription for which they are sent', async () => {
    const topic = properties === undefined ? 'kept/one' : 'kept-stored/one';
    await publish(publisher, topic, 'm', { retain: true });
    const { peer } = await broker.connect5({ clientId: 'retained', properties });
    for (const [filter, identifier] of [
      [topic, 1],
      [topic.replace('one', '+'), 2],
      [topic.replace('one', '#'), 3],
    ] as const) {
      await subscribe(peer, filter, '01', `02 0b0${identifier}`);
      const message = await nextMessage(peer);
      expect([message.retain, identifiersOf(message)]).toEqual([true, [identifier]]);
    }
  });

  test("section 3.3.4: a message of a shared subscription has the receiving client's own", async () => {
    const filter = `$share/own-${properties === undefined}/shared/own`;
    const members: [Peer, number][] = [];
    for (const identifier of [1, 2]) {
      const { peer } = await broker.connect5({ clientId: `${filter} ${identifier}`, properties });
      await subscribe(peer, filter, '01', `02 0b0${identifier}`);
      await subscribe(peer, 'shared/end');
      members.push([peer, identifier]);
    }
    const { peer: other } = await broker.connect5({ clientId: 'no-member' });
    await subscribe(other, 'shared/own', '01', '02 0b09');
    for (const payload of ['1', '2', '3', '4', '5', '6']) await publish(publisher, 'shared/own', payload);
    await publish(publisher, 'shared/end', 'end');
    const received: string[] = [];
    for (const [peer, identifier] of members) {
      for (const message of await messagesUntilEnd(peer)) {
        expect(identifiersOf(message)).toEqual([identifier]);
        received.push(message.payload);
      }
    }
    expect(received.sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const payload of received) {
      const message = await nextMessage(other);
      expect([message.payload, identifiersOf(message)]).toEqual([payload, [9]]);
    }
  });

  test('[MQTT-3.3.4-4] [MQTT-3.3.4-5] a shared and another subscription of a client: each its own, or one copy', async () => {
    const { peer } = await broker.connect5({ clientId: 'shared-too', properties });
    await subscribe(peer, 'shared/too', '01', '02 0b01');
    await subscribe(peer, '$share/too/shared/+', '01', '02 0b02');
    await publish(publisher, 'shared/too', 'm');
    const copies = [await nextMessage(peer)];
    if (identifiersOf(copies[0]).length === 1) copies.push(await nextMessage(peer));
    expect(copies.flatMap(identifiersOf).sort()).toEqual([1, 2]);
  });
});

describe('a PUBLISH from a client', () => {
  test.each(['0b 01', '0b 7f', '0b ffffff7f', '0b 01 0b 02', '26 "a" "b" 0b 01'])(
    '[MQTT-3.3.4-6] with a subscription identifier (%s) is a protocol error',
    async (properties) => {
      const observer = await subscriber(broker, 'from-observer', 'from/client');
      // Not even with one that the client uses.
      const { peer } = await broker.connect5({ clientId: 'from' });
      await subscribe(peer, 'from/other', '01', '02 0b01');
      for (const sent of [
        publish5('from/client', 'unwanted', withLength(properties)),
        publish5('from/client', 'unwanted', withLength(properties), '31'),
        publish5WithId('32', 'from/client', 1, 'unwanted', withLength(properties)),
        publish5WithId('34', 'from/client', 1, 'unwanted', withLength(properties)),
      ]) {
        expect(await reasonOfViolation(broker, sent)).toBe(0x82);
      }
      await publish(publisher, 'from/client', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual([]);
    },
  );

  test('[MQTT-3.3.4-6] with subscription identifier 0 is not accepted either', async () => {
    expect([0x81, 0x82]).toContain(await reasonOfViolation(broker, publish5('from/client', 'm', '02 0b00')));
  });

  test('[MQTT-3.3.4-1] whose identifier is 0 has no answer but the end', async () => {
    for (const first of ['32', '34']) {
      const reasonCode = await reasonOfViolation(broker, publish5WithId(first, 'from/client', 0, 'm'));
      expect([0x81, 0x82]).toContain(reasonCode);
    }
  });
});
