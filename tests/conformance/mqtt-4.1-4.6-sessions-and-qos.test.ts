import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import { DIALECTS, type Dialect, subscribed } from './dialects.ts';
import {
  DISCONNECT_NORMALLY,
  puback,
  PUBACK,
  pubcomp,
  PUBCOMP,
  PUBLISH,
  publish5WithId,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
} from './packets.ts';
import { type Peer } from './peer.ts';
import { type ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** QoS 2 from a publisher's side, to its end. */
async function publishExactlyOnce(peer: Peer, publish: Buffer, identifier: number): Promise<void> {
  peer.send(publish);
  expect((await peer.receive(PUBREC)).packetIdentifier).toBe(identifier);
  peer.send(pubrel(identifier));
  expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(identifier);
}

const publishes = (packets: ReceivedPacket[]) => packets.filter(({ type }) => type === PUBLISH);

describe.each(DIALECTS)('MQTT %s', (name, dialect: Dialect) => {
  const id = (text: string) => `${text}-${name}`;
  let publisher: Peer;
  beforeAll(async () => {
    publisher = (await dialect.connect(broker, id('publisher'))).peer;
  });

  async function publishAtLeastOnce(topic: string, payload: string): Promise<void> {
    publisher.send(dialect.publishWithId('32', topic, 9, payload));
    expect((await publisher.receive(PUBACK)).packetIdentifier).toBe(9);
  }

  /** A kept session with one subscription, online. */
  async function kept(clientId: string, topic: string, qos: 0 | 1 | 2): Promise<Peer> {
    const { peer } = await dialect.resume(broker, clientId);
    await subscribed(dialect, peer, topic, qos);
    return peer;
  }

  test('[MQTT-4.1.0-1] [v3 MQTT-4.1.0-1] [v3 MQTT-4.1.0-2] the session is there as long as the connection, and after it while it may', async () => {
    const peer = await kept(id('stored'), id('stored/a'), 1);
    await publishAtLeastOnce(id('stored/a'), 'online');
    peer.send(puback((await peer.receive(PUBLISH)).packetIdentifier));
    peer.send(DISCONNECT_NORMALLY);
    await peer.untilClosed();
    await publishAtLeastOnce(id('stored/a'), 'absent');
    const back = await dialect.resume(broker, id('stored'));
    expect(back.connack.sessionPresent).toBe(true);
    expect(dialect.payloadOf(await back.peer.receive(PUBLISH))).toBe('absent');
  });

  test('[MQTT-4.3.1-1] [v3 MQTT-4.3.1-1] QoS 0 goes out with QoS 0 and without DUP, whatever came in', async () => {
    const { peer } = await dialect.connect(broker, id('qos0'));
    await subscribed(dialect, peer, id('qos0/a'), 0);
    publisher.send(dialect.publish(id('qos0/a'), 'x'));
    expect((await peer.receive(PUBLISH)).flags).toBe(0);
    publisher.send(dialect.publishWithId('3a', id('qos0/a'), 7, 'y'));
    await publisher.receive(PUBACK);
    expect((await peer.receive(PUBLISH)).flags).toBe(0);
  });

  test('[MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3] [v3 MQTT-4.3.2-1] QoS 1 goes out with unused identifiers, without DUP, and stays unacknowledged until PUBACK', async () => {
    const peer = await kept(id('qos1'), id('qos1/a'), 1);
    for (const payload of ['one', 'two', 'three']) await publishAtLeastOnce(id('qos1/a'), payload);
    const sent = [await peer.receive(PUBLISH), await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect(sent.map(({ flags }) => flags)).toEqual([2, 2, 2]);
    expect(new Set(sent.map(({ packetIdentifier }) => packetIdentifier)).size).toBe(3);
    peer.send(puback(sent[1].packetIdentifier));
    await peer.takeUntilPingAnswer();
    await peer.drop();
    const { peer: back } = await dialect.resume(broker, id('qos1'));
    const again = [await back.receive(PUBLISH), await back.receive(PUBLISH)];
    expect(again.map(dialect.payloadOf)).toEqual(['one', 'three']);
  });

  test('[MQTT-4.3.2-4] [MQTT-4.3.2-5] [v3 MQTT-4.3.2-2] a received QoS 1 message is acknowledged, and after that its identifier is a new message', async () => {
    const { peer } = await dialect.connect(broker, id('qos1-in'));
    await subscribed(dialect, peer, id('qos1-in/a'), 0);
    for (const firstByte of ['32', '3a']) {
      publisher.send(dialect.publishWithId(firstByte, id('qos1-in/a'), 77, 'x'));
      expect((await publisher.receive(PUBACK)).packetIdentifier).toBe(77);
    }
    expect(publishes(await peer.takeUntilPingAnswer())).toHaveLength(2);
  });

  test('[MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-3] [MQTT-4.3.3-4] [MQTT-4.3.3-5] [MQTT-4.3.3-6] [v3 MQTT-4.3.3-1] QoS 2 goes out step by step, each repeated after a reconnect until it is answered', async () => {
    const peer = await kept(id('qos2'), id('qos2/a'), 2);
    await publishExactlyOnce(publisher, dialect.publishWithId('34', id('qos2/a'), 8, 'x'), 8);
    const first = await peer.receive(PUBLISH);
    expect(first.flags).toBe(4);
    await peer.drop();

    const second = (await dialect.resume(broker, id('qos2'))).peer;
    const repeated = await second.receive(PUBLISH);
    expect(repeated.flags).toBe(0x0c);
    expect(repeated.packetIdentifier).toBe(first.packetIdentifier);
    second.send(pubrec(first.packetIdentifier));
    expect((await second.receive(PUBREL)).packetIdentifier).toBe(first.packetIdentifier);
    await second.drop();

    const third = (await dialect.resume(broker, id('qos2'))).peer;
    const release = await third.receive(PUBREL);
    expect(release.flags).toBe(2);
    expect(release.packetIdentifier).toBe(first.packetIdentifier);
    third.send(pubcomp(first.packetIdentifier));
    expect(await third.takeUntilPingAnswer()).toEqual([]);
    await third.drop();

    const fourth = (await dialect.resume(broker, id('qos2'))).peer;
    expect(await fourth.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12] [v3 MQTT-4.3.3-2] a received QoS 2 message is delivered once until PUBREL, and its identifier is free after PUBCOMP', async () => {
    const { peer } = await dialect.connect(broker, id('qos2-in'));
    await subscribed(dialect, peer, id('qos2-in/a'), 0);
    publisher.send(dialect.publishWithId('34', id('qos2-in/a'), 0x1234, 'x'));
    expect((await publisher.receive(PUBREC)).packetIdentifier).toBe(0x1234);
    publisher.send(dialect.publishWithId('3c', id('qos2-in/a'), 0x1234, 'x'));
    expect((await publisher.receive(PUBREC)).packetIdentifier).toBe(0x1234);
    publisher.send(pubrel(0x1234));
    expect((await publisher.receive(PUBCOMP)).packetIdentifier).toBe(0x1234);
    expect(publishes(await peer.takeUntilPingAnswer())).toHaveLength(1);
    await publishExactlyOnce(publisher, dialect.publishWithId('34', id('qos2-in/a'), 0x1234, 'y'), 0x1234);
    expect(publishes(await peer.takeUntilPingAnswer()).map(dialect.payloadOf)).toEqual(['y']);
  });

  test('[MQTT-4.4.0-1] [v3 MQTT-4.4.0-1] what was not acknowledged is sent again at a reconnect, with its identifier, and at no other time', async () => {
    const peer = await kept(id('again'), id('again/a'), 1);
    for (const payload of ['one', 'two']) await publishAtLeastOnce(id('again/a'), payload);
    const sent = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await peer.drop();
    const { peer: back } = await dialect.resume(broker, id('again'));
    const again = [await back.receive(PUBLISH), await back.receive(PUBLISH)];
    expect(again.map(({ flags }) => flags)).toEqual([0x0a, 0x0a]);
    const identifiers = (packets: ReceivedPacket[]) =>
      packets.map(({ packetIdentifier }) => packetIdentifier);
    expect(identifiers(again)).toEqual(identifiers(sent));
    expect(await back.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-4.5.0-1] [v3 MQTT-4.5.0-1] a message is added to every session that matches, absent ones included', async () => {
    const names = ['one', 'two', 'three'].map((text) => id(`match-${text}`));
    for (const clientId of names) await (await kept(clientId, `${id('match')}/+`, 1)).drop();
    await publishAtLeastOnce(`${id('match')}/a`, 'x');
    for (const clientId of names) {
      const { peer } = await dialect.resume(broker, clientId);
      expect(dialect.payloadOf(await peer.receive(PUBLISH))).toBe('x');
    }
  });

  test.each(['30', '32', '34'])(
    '[MQTT-4.6.0-5] [MQTT-4.6.0-6] [v3 MQTT-4.6.0-5] [v3 MQTT-4.6.0-6] messages of one publisher go out in their order (first byte %s)',
    async (firstByte) => {
      const topic = id(`order-${firstByte}/a`);
      const { peer } = await dialect.connect(broker, id(`order-${firstByte}`));
      await subscribed(dialect, peer, topic, 2);
      const payloads = Array.from({ length: 50 }, (_, index) => `${index}`);
      publisher.send(
        ...payloads.map((payload, index) =>
          firstByte === '30'
            ? dialect.publish(topic, payload)
            : dialect.publishWithId(firstByte, topic, 100 + index, payload),
        ),
      );
      const seen: string[] = [];
      while (seen.length < payloads.length) {
        const received = await peer.receive(PUBLISH);
        seen.push(dialect.payloadOf(received));
      }
      expect(seen).toEqual(payloads);
      await publisher.takeUntilPingAnswer();
      if (firstByte === '34') {
        publisher.send(...payloads.map((_, index) => pubrel(100 + index)));
        for (const _ of payloads) await publisher.receive(PUBCOMP);
      }
    },
  );

  test('[v3 MQTT-4.6.0-1] what is sent again is sent in its first order', async () => {
    const peer = await kept(id('resend-order'), id('resend-order/a'), 1);
    for (const payload of ['1', '2', '3', '4']) await publishAtLeastOnce(id('resend-order/a'), payload);
    for (let count = 0; count < 4; count++) await peer.receive(PUBLISH);
    await peer.drop();
    const { peer: back } = await dialect.resume(broker, id('resend-order'));
    const again = [];
    for (let count = 0; count < 4; count++) again.push(dialect.payloadOf(await back.receive(PUBLISH)));
    expect(again).toEqual(['1', '2', '3', '4']);
  });

  test('[v3 MQTT-4.6.0-2] [v3 MQTT-4.6.0-3] [v3 MQTT-4.6.0-4] PUBACK, PUBREC and PUBREL leave in the order of what they answer', async () => {
    const { peer } = await dialect.connect(broker, id('answers'));
    const identifiers = [5, 3, 9, 1, 7];
    const ofType = (packets: ReceivedPacket[], type: number) =>
      packets.filter((each) => each.type === type).map(({ packetIdentifier }) => packetIdentifier);
    const receive = async (type: number) => {
      const packets = [];
      while (packets.length < identifiers.length) packets.push(await peer.receive(type));
      return ofType(packets, type);
    };
    peer.send(...identifiers.map((each) => dialect.publishWithId('32', id('answers/a'), each, 'x')));
    expect(await receive(PUBACK)).toEqual(identifiers);
    peer.send(...identifiers.map((each) => dialect.publishWithId('34', id('answers/a'), each, 'x')));
    expect(await receive(PUBREC)).toEqual(identifiers);
    peer.send(...identifiers.map(pubrel));
    expect(await receive(PUBCOMP)).toEqual(identifiers);

    await subscribed(dialect, peer, id('answers/b'), 2);
    for (const each of identifiers) {
      await publishExactlyOnce(publisher, dialect.publishWithId('34', id('answers/b'), each, 'x'), each);
    }
    const sent = await receive(PUBLISH);
    peer.send(...sent.map(pubrec));
    expect(await receive(PUBREL)).toEqual(sent);
    peer.send(...sent.map(pubcomp));
  });
});

describe('MQTT 5.0', () => {
  const AN_HOUR = '11 00000e10';

  async function exactlyOnceDevice(clientId: string, topic: string): Promise<Peer> {
    const { peer } = await broker.connect5({ clientId, flags: 0, properties: AN_HOUR });
    peer.send(packet('82', `0001 00 "${topic}" 02`));
    await peer.receive(9);
    return peer;
  }

  test('[MQTT-4.1.0-2] the session is discarded when its expiry interval has passed', async () => {
    const { peer } = await broker.connect5({ clientId: 'expiring', flags: 0, properties: '11 00000001' });
    await peer.drop();
    // A client that is silent for longer than that.
    const { peer: watcher } = await broker.connect5({ clientId: 'expiry-watch', keepAlive: '0001' });
    await watcher.untilClosed(5_000);
    const back = await broker.connect5({ clientId: 'expiring', flags: 0, properties: '11 00000001' });
    expect(back.connack.sessionPresent).toBe(false);
  });

  test('[MQTT-4.3.3-7] a PUBLISH that was sent does not expire', async () => {
    const peer = await exactlyOnceDevice('sent-before', 'sent-before/a');
    const { peer: publisher } = await broker.connect5({
      clientId: 'sent-before-publisher',
      keepAlive: '0001',
    });
    // Message expiry interval: 1 s.
    await publishExactlyOnce(publisher, publish5WithId('34', 'sent-before/a', 1, 'x', '05 02 00000001'), 1);
    const first = await peer.receive(PUBLISH);
    await peer.drop();
    await publisher.untilClosed(5_000);
    const { peer: back } = await broker.connect5({ clientId: 'sent-before', flags: 0, properties: AN_HOUR });
    const again = await back.receive(PUBLISH);
    expect([again.packetIdentifier, again.dup, again.payload]).toEqual([first.packetIdentifier, true, 'x']);
  });

  test('[MQTT-4.3.3-9] after a PUBREC with an error the identifier is a new message', async () => {
    const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'forbidden' }];
    const login = await broker.createLogin('limited', undefined, acl);
    const { peer } = await broker.connect5({ clientId: 'limited', login });
    peer.send(publish5WithId('34', 'forbidden', 5, 'x'));
    expect((await peer.receive(PUBREC)).reasonCode).toBe(0x87);
    const { peer: watcher } = await broker.connect5({ clientId: 'limited-watcher' });
    watcher.send(packet('82', '0001 00 "allowed" 00'));
    await watcher.receive(9);
    await publishExactlyOnce(peer, publish5WithId('34', 'allowed', 5, 'y'), 5);
    expect((await watcher.receive(PUBLISH)).payload).toBe('y');
  });

  test('[MQTT-4.3.3-13] the exchange of an expired message is completed', async () => {
    const { peer } = await broker.connect5({ clientId: 'expired-exchange', keepAlive: '0004' });
    peer.send(publish5WithId('34', 'expired/a', 3, 'x', '05 02 00000001'));
    expect((await peer.receive(PUBREC)).packetIdentifier).toBe(3);
    const { peer: clock } = await broker.connect5({ clientId: 'clock', keepAlive: '0001' });
    await clock.untilClosed(5_000);
    peer.send(pubrel(3));
    const pubcompleted = await peer.receive(PUBCOMP);
    expect([pubcompleted.packetIdentifier, pubcompleted.reasonCode]).toEqual([3, 0]);
  });

  test.each([
    ['PUBACK', '32', (identifier: number) => packet('40', `${u16(identifier)} 80`)],
    ['PUBREC', '34', (identifier: number) => packet('50', `${u16(identifier)} 80`)],
  ])('[MQTT-4.4.0-2] what a client refused by %s is not sent again', async (type, firstByte, refusal) => {
    const clientId = `refusing-${type}`;
    const peer = await exactlyOnceDevice(clientId, `${clientId}/a`);
    const { peer: publisher } = await broker.connect5({ clientId: `${clientId}-publisher` });
    publisher.send(publish5WithId(firstByte, `${clientId}/a`, 1, 'x'));
    peer.send(refusal((await peer.receive(PUBLISH)).packetIdentifier));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await peer.drop();
    const { peer: back } = await broker.connect5({ clientId, flags: 0, properties: AN_HOUR });
    expect(await back.takeUntilPingAnswer()).toEqual([]);
  });
});
