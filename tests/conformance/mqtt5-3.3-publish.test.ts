/** MQTT 5.0, section 3.3.1: the fixed header of PUBLISH, and topic names. */
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  PUBACK,
  PUBLISH,
  publish5,
  publish5WithId,
  PUBREC,
  pubrec,
  PUBREL,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
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

const QOS = [0, 1, 2] as const;
const ACKNOWLEDGED_QOS = [1, 2] as const;

/** A session that stays, without its connection. */
const RESUMED = { flags: 0, properties: AN_HOUR };

const seen = ({ dup, qos, retain, payload }: ReceivedPacket) => ({ dup, qos, retain, payload });

describe('section 3.3.1.1, DUP', () => {
  test.each(ACKNOWLEDGED_QOS)(
    '[MQTT-3.3.1-1] [MQTT-3.3.1-3] QoS %d: DUP is set when a PUBLISH is sent again, and only then',
    async (qos) => {
      const topic = `dup/again/${qos}`;
      // Two messages at a time: the third is not sent by the first connection.
      const properties = `${AN_HOUR} 21 0002`;
      const clientId = `dup-again-${qos}`;
      const first = await subscriber(broker, clientId, topic, `0${qos}`, { properties });
      for (const payload of ['1', '2', '3']) await publish(publisher, topic, payload, { qos });
      const sent = [await first.receive(PUBLISH), await first.receive(PUBLISH)];
      expect(sent.map(seen)).toEqual(
        ['1', '2'].map((payload) => ({ dup: false, qos, retain: false, payload })),
      );
      await first.drop();

      const { peer } = await broker.connect5({ clientId, flags: 0, properties });
      const again = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
      expect(again.map(seen)).toEqual(
        ['1', '2'].map((payload) => ({ dup: true, qos, retain: false, payload })),
      );
      expect(again.map(({ packetIdentifier }) => packetIdentifier)).toEqual(
        sent.map(({ packetIdentifier }) => packetIdentifier),
      );
      await acknowledge(peer, again[0]);
      expect(seen(await nextMessage(peer))).toEqual({ dup: false, qos, retain: false, payload: '3' });
    },
  );

  test.each(ACKNOWLEDGED_QOS)(
    '[MQTT-3.3.1-1] QoS %d: DUP is set in every connection that sends it again',
    async (qos) => {
      const topic = `dup/thrice/${qos}`;
      const parts = { clientId: `dup-thrice-${qos}`, ...RESUMED };
      const first = await subscriber(broker, parts.clientId, topic, `0${qos}`, parts);
      await publish(publisher, topic, 'm', { qos });
      expect((await first.receive(PUBLISH)).dup).toBe(false);
      await first.drop();
      for (let connection = 0; connection < 3; connection++) {
        const { peer } = await broker.connect5(parts);
        expect(seen(await peer.receive(PUBLISH))).toEqual({ dup: true, qos, retain: false, payload: 'm' });
        await leave(peer);
      }
    },
  );

  test('[MQTT-3.3.1-1] a retained message that is sent again has DUP and RETAIN', async () => {
    await publish(publisher, 'dup/retained', 'm', { retain: true });
    const first = await subscriber(broker, 'dup-retained', 'dup/retained', '01', { properties: AN_HOUR });
    const sent = await first.receive(PUBLISH);
    expect(seen(sent)).toEqual({ dup: false, qos: 1, retain: true, payload: 'm' });
    await first.drop();
    const { peer } = await broker.connect5({ clientId: 'dup-retained', ...RESUMED });
    const again = await peer.receive(PUBLISH);
    expect(seen(again)).toEqual({ dup: true, qos: 1, retain: true, payload: 'm' });
    expect(again.packetIdentifier).toBe(sent.packetIdentifier);
  });

  test.each(['38', '39'])('[MQTT-3.3.1-2] QoS 0 with DUP (first byte %s) is not accepted', async (first) => {
    const observer = await subscriber(broker, 'dup-zero', 'dup/zero', '00');
    expect([0x81, 0x82]).toContain(
      await reasonOfViolation(broker, publish5('dup/zero', 'unwanted', '00', first)),
    );
    await publish(publisher, 'dup/zero', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test('[MQTT-3.3.1-2] messages go out with QoS 0 and without DUP however they came', async () => {
    const peer = await subscriber(broker, 'dup-to-zero', 'dup/to/zero', '00');
    publisher.send(
      publish5('dup/to/zero', '0'),
      publish5WithId('3a', 'dup/to/zero', 1, '1'),
      publish5WithId('3c', 'dup/to/zero', 2, '2'),
    );
    for (const payload of ['0', '1', '2']) {
      expect(seen(await peer.receive(PUBLISH))).toEqual({ dup: false, qos: 0, retain: false, payload });
    }
  });

  test.each([
    ['3a', 1],
    ['3c', 2],
  ] as const)('[MQTT-3.3.1-3] DUP of an incoming PUBLISH (%s) is not passed on', async (firstByte, qos) => {
    const topic = `dup/incoming/${qos}`;
    const peer = await subscriber(broker, 'dup-incoming', topic, '02');
    const away = await subscriber(broker, 'dup-away', topic, '02', { properties: AN_HOUR });
    await leave(away);
    publisher.send(publish5WithId(firstByte, topic, 9, 'm'));
    expect((await publisher.receive(qos === 1 ? PUBACK : PUBREC)).packetIdentifier).toBe(9);
    expect(seen(await peer.receive(PUBLISH))).toEqual({ dup: false, qos, retain: false, payload: 'm' });
    const { peer: back } = await broker.connect5({ clientId: 'dup-away', ...RESUMED });
    expect(seen(await back.receive(PUBLISH))).toEqual({ dup: false, qos, retain: false, payload: 'm' });
  });

  test('[MQTT-3.3.1-3] DUP of an incoming retained PUBLISH is not passed on', async () => {
    publisher.send(publish5WithId('3b', 'dup/incoming/retained', 9, 'm'));
    await publisher.receive(PUBACK);
    const peer = await subscriber(broker, 'dup-retained-in', 'dup/incoming/retained');
    expect(seen(await peer.receive(PUBLISH))).toEqual({ dup: false, qos: 1, retain: true, payload: 'm' });
  });

  test('[MQTT-3.3.1-1] after PUBREC it is PUBREL that is sent again, not PUBLISH', async () => {
    const first = await subscriber(broker, 'dup-rel', 'dup/rel', '02', { properties: AN_HOUR });
    await publish(publisher, 'dup/rel', 'm', { qos: 2 });
    const { packetIdentifier } = await first.receive(PUBLISH);
    first.send(pubrec(packetIdentifier));
    await first.receive(PUBREL);
    await first.drop();
    const { peer } = await broker.connect5({ clientId: 'dup-rel', ...RESUMED });
    const again = await peer.receive(PUBREL);
    expect([again.packetIdentifier, again.flags]).toEqual([packetIdentifier, 2]);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('section 3.3.1.2, QoS', () => {
  test.each(['36', '37', '3e', '3f'])('[MQTT-3.3.1-4] first byte %s, QoS 3, is malformed', async (first) => {
    const observer = await subscriber(broker, 'qos-three', 'qos/three', '02');
    expect(await reasonOfViolation(broker, publish5WithId(first, 'qos/three', 1, 'unwanted'))).toBe(0x81);
    await publish(publisher, 'qos/three', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test('[MQTT-3.3.1-4] messages of each QoS go out with a QoS that exists', async () => {
    const peer = await subscriber(broker, 'qos-all', 'qos/all', '02');
    for (const qos of QOS) {
      await publish(publisher, 'qos/all', 'm', { qos });
      expect(seen(await nextMessage(peer))).toEqual({ dup: false, qos, retain: false, payload: 'm' });
    }
  });
});

describe('section 3.3.1.3, RETAIN', () => {
  /** Expects what a new subscriber gets, as payload and QoS; all of it has RETAIN set. */
  async function expectRetained(filter: string, expected: string[]): Promise<void> {
    const peer = await subscriber(broker, 'retained', 'retain/end');
    await subscribe(peer, filter, '02');
    await publish(publisher, 'retain/end', 'end');
    const messages = await messagesUntilEnd(peer, expected.length);
    expect(messages.every(({ retain }) => retain)).toBe(true);
    expect(messages.map(({ payload, qos }) => `${payload} ${qos}`).sort()).toEqual(expected);
    await leave(peer);
  }

  test('[MQTT-3.3.1-5] the last retained message of a topic replaces the one before, whatever their QoS', async () => {
    for (const before of QOS) {
      for (const after of QOS) {
        const topic = `retain/replace/${before}/${after}`;
        await publish(publisher, topic, 'before', { qos: before, retain: true });
        await expectRetained(topic, [`before ${before}`]);
        await publish(publisher, topic, 'after', { qos: after, retain: true });
        await expectRetained(topic, [`after ${after}`]);
      }
    }
  });

  test('[MQTT-3.3.1-5] it is replaced with its properties, and for its topic alone', async () => {
    await publish(publisher, 'retain/whole', 'before', { retain: true, properties: '03 "text" 26 "a" "b"' });
    await publish(publisher, 'retain/whole', 'after', { retain: true, properties: '01 01' });
    await publish(publisher, 'retain/whole/', 'deeper', { retain: true });
    await publish(publisher, 'retain/Whole', 'other', { retain: true });
    await expectRetained('retain/whole/#', ['after 1', 'deeper 1']);
    const peer = await subscriber(broker, 'retain-whole', 'retain/whole');
    const properties = [...(await peer.receive(PUBLISH)).properties];
    expect(properties).toEqual([[0x01, [1]]]);
  });

  test('[MQTT-3.3.1-5] many retained messages of many topics are each stored', async () => {
    const topics = Array.from({ length: 50 }, (_, i) => `retain/many/${i}`);
    for (const [i, topic] of topics.entries()) {
      await publish(publisher, topic, `${i}`, { qos: QOS[i % 3], retain: true });
    }
    await expectRetained('retain/many/#', topics.map((_, i) => `${i} ${i % 3}`).sort());
  });

  test('[MQTT-3.3.1-5] a retained message stays when its publisher has gone', async () => {
    const { peer } = await broker.connect5({ clientId: 'retain-gone' });
    await publish(peer, 'retain/gone', 'm', { retain: true });
    await peer.drop();
    await broker.connect5({ clientId: 'retain-gone' });
    await expectRetained('retain/gone', ['m 1']);
  });

  test.each(QOS)('[MQTT-3.3.1-6] an empty payload with QoS %d removes what is retained', async (qos) => {
    const topic = `retain/remove/${qos}`;
    for (const stored of QOS) {
      await publish(publisher, topic, 'm', { qos: stored, retain: true });
      await publish(publisher, `${topic}/other`, 'other', { retain: true });
      await publish(publisher, topic, '', { qos, retain: true, properties: '03 "text"' });
      await expectRetained(`${topic}/#`, ['other 1']);
    }
    // The topic can have one again.
    await publish(publisher, topic, 'new', { retain: true });
    await expectRetained(topic, ['new 1']);
  });

  test.each(QOS)('[MQTT-3.3.1-6] an empty payload with QoS %d is a message like others', async (qos) => {
    const topic = `retain/empty/${qos}`;
    const peer = await subscriber(broker, 'retain-empty', topic, '02');
    const away = await subscriber(broker, 'retain-empty-away', topic, '0a', { properties: AN_HOUR });
    await leave(away);
    await publish(publisher, topic, '', { qos, retain: true });
    expect(seen(await nextMessage(peer))).toEqual({ dup: false, qos, retain: false, payload: '' });
    if (qos === 0) return;
    const { peer: back } = await broker.connect5({ clientId: 'retain-empty-away', ...RESUMED });
    expect(seen(await nextMessage(back))).toEqual({ dup: false, qos, retain: true, payload: '' });
  });

  test.each(QOS)('[MQTT-3.3.1-7] an empty payload with QoS %d is not stored', async (qos) => {
    await publish(publisher, `retain/none/${qos}`, '', { qos, retain: true });
    await expectRetained(`retain/none/${qos}`, []);
    await publish(publisher, `retain/none/${qos}`, '', { qos, retain: true });
    await expectRetained('retain/none/+', []);
  });

  test.each(QOS)('[MQTT-3.3.1-8] without RETAIN a QoS %d message is not stored', async (qos) => {
    await publish(publisher, `retain/not/${qos}`, 'm', { qos });
    await expectRetained(`retain/not/${qos}`, []);
  });

  test.each(QOS)('[MQTT-3.3.1-8] without RETAIN a QoS %d message does not replace or remove', async (qos) => {
    const topic = `retain/keep/${qos}`;
    await publish(publisher, topic, 'kept', { qos: 1, retain: true });
    await publish(publisher, topic, 'passing', { qos });
    await expectRetained(topic, ['kept 1']);
    await publish(publisher, topic, '', { qos });
    await expectRetained(topic, ['kept 1']);
  });
});

describe('section 3.3.1.3, retain handling', () => {
  const topics = ['handling/a', 'handling/b', 'handling/a/c'];
  beforeAll(async () => {
    const { peer } = await broker.connect5({ clientId: 'handling' });
    for (const topic of topics) await publish(peer, topic, topic, { retain: true });
    await leave(peer);
  });

  /** Subscribes once more, and expects the topics of what comes then with RETAIN. */
  async function expectRetained(
    peer: Peer,
    filter: string,
    options: string,
    expected: string[],
  ): Promise<void> {
    await subscribe(peer, filter, options);
    await publish(publisher, 'handling-end', 'end');
    const messages = await messagesUntilEnd(peer, expected.length);
    expect(messages.every(({ retain }) => retain)).toBe(true);
    expect(messages.map(({ topic }) => topic).sort()).toEqual(expected);
  }

  test.each([
    ['handling/a', ['handling/a']],
    ['handling/+', ['handling/a', 'handling/b']],
    ['handling/#', ['handling/a', 'handling/a/c', 'handling/b']],
    ['+/b', ['handling/b']],
    ['handling/A', []],
  ])('[MQTT-3.3.1-9] %s with retain handling 0 gets what matches, each time', async (filter, expected) => {
    const peer = await subscriber(broker, 'handling-0', 'handling-end');
    for (let time = 0; time < 3; time++) {
      await expectRetained(peer, filter, '01', expected);
    }
  });

  test('[MQTT-3.3.1-10] with retain handling 1 a new subscription gets what matches, an existing one does not', async () => {
    const peer = await subscriber(broker, 'handling-1', 'handling-end');
    for (const filter of ['handling/#', 'handling/+']) {
      const expected = topics.filter((topic) => filter.endsWith('#') || topic.length === 10).sort();
      await expectRetained(peer, filter, '11', expected);
      for (const options of ['11', '10', '12']) {
        await expectRetained(peer, filter, options, []);
      }
      peer.send(unsubscribe5(1, filter));
      await peer.receive(UNSUBACK);
      await expectRetained(peer, filter, '11', expected);
    }
  });

  test('[MQTT-3.3.1-10] a subscription exists from an earlier connection of the session', async () => {
    const first = await subscriber(broker, 'handling-kept', 'handling-end', '01', { properties: AN_HOUR });
    await expectRetained(first, 'handling/b', '21', []);
    await leave(first);
    const { peer } = await broker.connect5({ clientId: 'handling-kept', ...RESUMED });
    await expectRetained(peer, 'handling/b', '11', []);
    await leave(peer);
    // Nothing of it is left by clean start.
    const anew = await subscriber(broker, 'handling-kept', 'handling-end');
    await expectRetained(anew, 'handling/b', '11', ['handling/b']);
  });

  test('[MQTT-3.3.1-11] with retain handling 2 none are sent, be the subscription new or not', async () => {
    const peer = await subscriber(broker, 'handling-2', 'handling-end');
    for (const filter of ['handling/#', 'handling/a']) {
      for (const options of ['21', '21', '20', '22']) {
        await expectRetained(peer, filter, options, []);
      }
    }
    await publish(publisher, 'handling/b', 'live');
    expect(seen(await nextMessage(peer))).toMatchObject({ retain: false, payload: 'live' });
  });
});

describe('section 3.3.1.3, retain as published', () => {
  describe.each([
    ['a session of one connection', undefined],
    ['a stored session', AN_HOUR],
  ])('in %s', (_, properties) => {
    test.each(QOS)('[MQTT-3.3.1-12] 0: QoS %d messages are forwarded without RETAIN', async (qos) => {
      const topic = `as-published/0/${qos}/${properties}`;
      const peer = await subscriber(broker, 'rap-0', topic, '02', { properties });
      for (const retain of [true, false, true]) {
        await publish(publisher, topic, 'm', { qos, retain });
        expect(seen(await nextMessage(peer))).toEqual({ dup: false, qos, retain: false, payload: 'm' });
      }
    });

    test.each(QOS)('[MQTT-3.3.1-13] 1: QoS %d messages are forwarded with RETAIN as it was', async (qos) => {
      const topic = `as-published/1/${qos}/${properties}`;
      const peer = await subscriber(broker, 'rap-1', topic, '0a', { properties });
      for (const retain of [true, false, true]) {
        await publish(publisher, topic, 'm', { qos, retain });
        expect(seen(await nextMessage(peer))).toEqual({ dup: false, qos, retain, payload: 'm' });
      }
    });
  });

  test('[MQTT-3.3.1-12] [MQTT-3.3.1-13] so are messages that waited for the client', async () => {
    for (const [options, asPublished] of [
      ['02', false],
      ['0a', true],
    ] as const) {
      const clientId = `rap-waiting-${options}`;
      const first = await subscriber(broker, clientId, 'rap/waiting', `2${options[1]}`, {
        properties: AN_HOUR,
      });
      await leave(first);
      for (const retain of [true, false]) await publish(publisher, 'rap/waiting', 'm', { retain });
      const { peer } = await broker.connect5({ clientId, ...RESUMED });
      const received = [await nextMessage(peer), await nextMessage(peer)];
      expect(received.map(({ retain }) => retain)).toEqual([asPublished, false]);
    }
  });

  test('[MQTT-3.3.1-12] [MQTT-3.3.1-13] each client gets RETAIN by its own subscription', async () => {
    const plain = await subscriber(broker, 'rap-plain', 'rap/each', '01');
    const asPublished = await subscriber(broker, 'rap-as-published', 'rap/each', '09');
    const shared = await subscriber(broker, 'rap-shared', '$share/rap/rap/each', '09');
    const sharedPlain = await subscriber(broker, 'rap-shared-plain', '$share/plain/rap/each', '01');
    await publish(publisher, 'rap/each', 'm', { retain: true });
    const received = [];
    for (const peer of [plain, asPublished, shared, sharedPlain]) received.push(await nextMessage(peer));
    expect(received.map(({ retain }) => retain)).toEqual([false, true, true, false]);
  });

  test('[MQTT-3.3.1-9] retained messages of a new subscription have RETAIN whatever it says', async () => {
    await publish(publisher, 'rap/new', 'm', { retain: true });
    for (const options of ['01', '09', '11', '19']) {
      const peer = await subscriber(broker, 'rap-new', 'rap/new', options);
      expect((await peer.receive(PUBLISH)).retain).toBe(true);
    }
  });
});
