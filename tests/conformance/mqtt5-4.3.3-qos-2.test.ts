/** MQTT 5.0, section 4.3.3: QoS 2, in both directions. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
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
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  AN_HOUR,
  leave,
  passTime,
  payloadsUntilEnd,
  publish,
  subscriber,
  withLength,
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
const ONE_SECOND = '02 00000001';

const SESSIONS = [
  ['a session that ends with its connection', ''],
  ['a stored session', AN_HOUR],
];

async function resume(clientId: string): Promise<Peer> {
  const { peer, connack } = await broker.connect5({ clientId, ...RESUME });
  expect(connack.sessionPresent).toBe(true);
  return peer;
}

/** The next messages, and nothing behind them. */
async function receiveOnly(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  while (messages.length < count) messages.push(await peer.receive(PUBLISH));
  expect((await peer.takeUntilPingAnswer()).map(({ hex }) => hex)).toEqual([]);
  return messages;
}

const identifiersOf = (packets: ReceivedPacket[]) => packets.map((each) => each.packetIdentifier);

/** Publishes with QoS 2 and this identifier. @returns the reason code of PUBREC */
async function answerTo(peer: Peer, ...parts: Parameters<typeof publish5WithId>): Promise<number> {
  peer.send(publish5WithId(...parts));
  const answer = await peer.receive(PUBREC);
  expect(answer.packetIdentifier).toBe(parts[2]);
  return answer.reasonCode;
}

async function release(peer: Peer, identifier: number): Promise<void> {
  peer.send(pubrel(identifier));
  const answer = await peer.receive(PUBCOMP);
  expect([answer.packetIdentifier, answer.reasonCode]).toEqual([identifier, 0]);
}

describe('the broker sends', () => {
  test.each(SESSIONS)(
    '[MQTT-4.3.3-1] [MQTT-4.3.3-2] to %s each new message goes with an identifier that is not in use, QoS 2 and without DUP',
    async (_, properties) => {
      const peer = await subscriber(broker, 'unused', 'unused', '02', { properties });
      const { peer: client } = await broker.connect5({ clientId: 'unused-publisher' });
      const inUse = new Set<number>();
      for (let i = 0; i < 40; i++) {
        // With DUP: what the publisher does is not told.
        await answerTo(client, i % 2 ? '3c' : '34', 'unused', 1, `${i}`);
        await release(client, 1);
        const message = await peer.receive(PUBLISH);
        expect([message.flags, message.payload]).toEqual([4, `${i}`]);
        expect(message.packetIdentifier).toBeGreaterThan(0);
        expect(inUse).not.toContain(message.packetIdentifier);
        inUse.add(message.packetIdentifier);
        if (i % 4 > 1) {
          // Some are in use as PUBREL.
          peer.send(pubrec(message.packetIdentifier));
          await peer.receive(PUBREL);
        }
        if (i % 4 === 3) {
          peer.send(pubcomp(message.packetIdentifier));
          inUse.delete(message.packetIdentifier);
        }
      }
    },
  );

  test('[MQTT-4.3.3-1] [MQTT-4.3.3-5] the identifier of a PUBREL without PUBCOMP is in use, also after a return', async () => {
    const first = await subscriber(broker, 'held', 'held', '02', STORED);
    await publish(publisher, 'held', 'm', { qos: 2 });
    const { packetIdentifier } = await first.receive(PUBLISH);
    first.send(pubrec(packetIdentifier));
    await first.receive(PUBREL);
    await first.drop();
    const peer = await resume('held');
    await peer.receive(PUBREL);
    for (let i = 0; i < 30; i++) {
      await publish(publisher, 'held', `${i}`);
      const message = await peer.receive(PUBLISH);
      expect(message.packetIdentifier).not.toBe(packetIdentifier);
      peer.send(puback(message.packetIdentifier));
    }
  });

  test('[MQTT-4.3.3-3] a message is unacknowledged until its PUBREC, and no longer', async () => {
    const first = await subscriber(broker, 'received', 'received', '02', STORED);
    for (const payload of ['1', '2', '3']) await publish(publisher, 'received', payload, { qos: 2 });
    const sent = identifiersOf(await receiveOnly(first, 3));
    // PUBACK and PUBCOMP are not its PUBREC, nor is the PUBREC of another one.
    for (const wrong of [puback(sent[0]), pubcomp(sent[0]), pubrec(sent[2] + 1)]) {
      const peer = await resume('received');
      expect(identifiersOf(await receiveOnly(peer, 3))).toEqual(sent);
      peer.send(wrong);
      await leave(peer);
    }
    const peer = await resume('received');
    expect(identifiersOf(await receiveOnly(peer, 3))).toEqual(sent);
    peer.send(pubrec(sent[1]));
    await peer.receive(PUBREL);
    peer.send(pubcomp(sent[1]));
    await leave(peer);
    expect(identifiersOf(await receiveOnly(await resume('received'), 2))).toEqual([sent[0], sent[2]]);
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.3-4] to %s PUBREL with the identifier of the message follows PUBREC',
    async (_, properties) => {
      const peer = await subscriber(broker, 'released', 'released', '02', { properties });
      for (let i = 0; i < 5; i++) await publish(publisher, 'released', `${i}`, { qos: 2 });
      const sent = identifiersOf(await receiveOnly(peer, 5));
      const answers = [
        pubrec(sent[3]),
        packet('50', `${u16(sent[1])} 00`),
        packet('50', `${u16(sent[4])} 10`),
        packet('50', `${u16(sent[0])} 10 00`),
        packet('50', `${u16(sent[2])} 00 ${withLength('26 "a" "b" 1f "why"')}`),
      ];
      for (const [i, identifier] of [3, 1, 4, 0, 2].map((each) => sent[each]).entries()) {
        peer.send(answers[i]);
        const { flags, packetIdentifier, reasonCode } = await peer.receive(PUBREL);
        expect([flags, packetIdentifier, reasonCode]).toEqual([2, identifier, 0]);
        expect(await peer.takeUntilPingAnswer()).toEqual([]);
      }
      // PUBREC once more: PUBREL may have been lost.
      peer.send(pubrec(sent[0]));
      const again = await peer.receive(PUBREL);
      expect([again.packetIdentifier, again.reasonCode]).toEqual([sent[0], 0]);
    },
  );

  test.each(SESSIONS)(
    '[MQTT-4.3.3-4] to %s no PUBREL follows a PUBREC that tells a failure, and there is room for the next message',
    async (_, properties) => {
      const parts = { properties: `21 0001 ${properties}` };
      const peer = await subscriber(broker, 'failed', 'failed', '02', parts);
      for (const payload of ['1', '2', '3']) await publish(publisher, 'failed', payload, { qos: 2 });
      for (const [i, reasonCode] of ['80', '97'].entries()) {
        const [message] = await receiveOnly(peer, 1);
        expect(message.payload).toBe(`${i + 1}`);
        peer.send(packet('50', `${u16(message.packetIdentifier)} ${reasonCode}`));
      }
      expect((await receiveOnly(peer, 1))[0].payload).toBe('3');
    },
  );

  test('[MQTT-4.3.3-5] [MQTT-4.3.3-6] after PUBREL it is PUBREL that is sent again, not the message, until PUBCOMP', async () => {
    const first = await subscriber(broker, 'completed', 'completed', '02', STORED);
    await publish(publisher, 'completed', 'm', { qos: 2 });
    const [{ packetIdentifier }] = await receiveOnly(first, 1);
    first.send(pubrec(packetIdentifier));
    await first.receive(PUBREL);
    // What is not its PUBCOMP.
    for (const wrong of [puback(packetIdentifier), pubcomp(packetIdentifier + 1), pubrec(packetIdentifier)]) {
      const peer = await resume('completed');
      const again = (await peer.takeUntilPingAnswer()).map(({ hex }) => hex);
      expect(again).toEqual([`62 ${u16(packetIdentifier)}`]);
      peer.send(wrong);
      await leave(peer);
    }
    const peer = await resume('completed');
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
    peer.send(pubcomp(packetIdentifier));
    await leave(peer);
    await receiveOnly(await resume('completed'), 0);
  });

  test('[MQTT-4.3.3-7] a message that was sent does not expire: it is sent again, and its exchange goes on', async () => {
    const login = await broker.createLogin('narrow', { maxInflight: 2 });
    const first = await subscriber(broker, 'aging', 'aging', '02', { ...STORED, login });
    for (const payload of ['sent', 'released', 'unsent'])
      await publish(publisher, 'aging', payload, { qos: 2, properties: ONE_SECOND });
    const [sent, released] = await receiveOnly(first, 2);
    first.send(pubrec(released.packetIdentifier));
    await first.receive(PUBREL);
    await first.drop();
    await passTime(broker, 1);
    const { peer } = await broker.connect5({ clientId: 'aging', ...RESUME, login });
    const again = await peer.takeUntilPingAnswer();
    const [message] = again.filter(({ type }) => type === PUBLISH);
    expect([message.packetIdentifier, message.payload, message.dup]).toEqual([
      sent.packetIdentifier,
      'sent',
      true,
    ]);
    const pubrels = again.filter(({ type }) => type === PUBREL);
    expect(identifiersOf(pubrels)).toEqual([released.packetIdentifier]);
    expect(again).toHaveLength(2);
    peer.send(pubcomp(released.packetIdentifier), pubrec(sent.packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(sent.packetIdentifier);
    peer.send(pubcomp(sent.packetIdentifier));
    // The one that was not sent has expired.
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.3-7] of %s the exchange goes on when the message expires meanwhile',
    async (_, properties) => {
      const peer = await subscriber(broker, 'late', 'late', '02', { properties });
      await publish(publisher, 'late', 'm', { qos: 2, properties: ONE_SECOND });
      const [{ packetIdentifier }] = await receiveOnly(peer, 1);
      await passTime(broker, 1);
      peer.send(pubrec(packetIdentifier));
      const answer = await peer.receive(PUBREL);
      expect([answer.packetIdentifier, answer.reasonCode]).toEqual([packetIdentifier, 0]);
    },
  );
});

describe('the broker receives', () => {
  test.each(SESSIONS)(
    '[MQTT-4.3.3-8] [MQTT-4.3.3-11] each message of %s is answered by PUBREC, its PUBREL by PUBCOMP, with its identifier',
    async (_, properties) => {
      await leave(await subscriber(broker, 'answered-absent', 'answered/stored', '02', STORED));
      const { peer } = await broker.connect5({ clientId: 'answered', properties });
      const identifiers = [1, 2, 255, 256, 0x7fff, 0x8000, 0xffff];
      for (const topic of ['answered/nobody', 'answered/stored']) {
        const reasonCode = topic === 'answered/nobody' ? 0x10 : 0;
        for (const identifier of identifiers)
          expect(await answerTo(peer, '34', topic, identifier, 'm')).toBe(reasonCode);
        // In another order.
        for (const identifier of [...identifiers].reverse()) await release(peer, identifier);
      }
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    },
  );

  test('[MQTT-4.3.3-8] PUBREC means that the broker has the message for absent clients, though PUBREL never comes', async () => {
    await leave(await subscriber(broker, 'owned', 'owned', '02', STORED));
    const { peer } = await broker.connect5({ clientId: 'owned-publisher' });
    expect(await answerTo(peer, '34', 'owned', 1, 'm')).toBe(0);
    await peer.drop();
    expect((await (await resume('owned')).receive(PUBLISH)).payload).toBe('m');
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.3-9] after a PUBREC of failure to %s the identifier brings a new message, with DUP or without',
    async (_, properties) => {
      const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'refused/not' }];
      const login = await broker.createLogin(`refused-${properties.length}`, {}, acl);
      const observer = await subscriber(broker, 'refused-observer', 'refused/#', '02');
      const { peer } = await broker.connect5({ clientId: 'refused', properties, login });
      for (const firstByte of ['34', '3c']) {
        expect(await answerTo(peer, firstByte, 'refused/not', 4, 'refused')).toBe(0x87);
        expect(await answerTo(peer, firstByte, 'refused/not', 4, 'refused')).toBe(0x87);
        expect(await answerTo(peer, firstByte, 'refused/yes', 4, 'accepted')).toBe(0);
        await release(peer, 4);
      }
      await publish(publisher, 'refused/yes', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['accepted', 'accepted']);
    },
  );

  test.each(SESSIONS)(
    '[MQTT-4.3.3-10] until PUBREL every PUBLISH of %s with the identifier is answered by PUBREC, and delivered once',
    async (_, properties) => {
      const observers = [
        await subscriber(broker, 'once-0', 'once', '00'),
        await subscriber(broker, 'once-1', 'once', '01', STORED),
        await subscriber(broker, 'once-2', '+', '02', STORED),
      ];
      const { peer } = await broker.connect5({ clientId: 'once', properties });
      for (const firstByte of ['34', '3c', '3c', '34'])
        expect(await answerTo(peer, firstByte, 'once', 7, 'm')).toBe(0);
      // Also when it comes before PUBREC is there; one answer may serve both.
      peer.send(publish5WithId('34', 'once', 8, 'n'), publish5WithId('3c', 'once', 8, 'n'));
      const answers = [await peer.receive(PUBREC), ...(await peer.takeUntilPingAnswer())];
      expect(new Set(answers.map(({ type }) => type))).toEqual(new Set([PUBREC]));
      expect(new Set(identifiersOf(answers))).toEqual(new Set([8]));
      await release(peer, 7);
      await release(peer, 8);
      // Behind them: among messages of one QoS it is the order of acceptance that counts.
      await publish(publisher, 'once', 'end', { qos: 2 });
      for (const observer of observers) expect(await payloadsUntilEnd(observer)).toEqual(['m', 'n']);
    },
  );

  test('[MQTT-4.3.3-10] so it is when the client comes back, however often', async () => {
    const observer = await subscriber(broker, 'returned-observer', 'returned', '02');
    let { peer } = await broker.connect5({ clientId: 'returned', ...STORED });
    expect(await answerTo(peer, '34', 'returned', 7, 'm')).toBe(0);
    for (let i = 0; i < 3; i++) {
      await (i % 2 ? leave(peer) : peer.drop());
      peer = await resume('returned');
      expect(await answerTo(peer, '3c', 'returned', 7, 'm')).toBe(0);
    }
    await release(peer, 7);
    await publish(publisher, 'returned', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual(['m']);
  });

  test('[MQTT-4.3.3-10] a retained message is not set again', async () => {
    const { peer } = await broker.connect5({ clientId: 'retaining' });
    await answerTo(peer, '35', 'retaining', 7, 'first');
    await publish(publisher, 'retaining', 'second', { retain: true });
    await answerTo(peer, '3d', 'retaining', 7, 'first');
    await release(peer, 7);
    const reader = await subscriber(broker, 'retaining-reader', 'retaining');
    expect((await reader.receive(PUBLISH)).payload).toBe('second');
    await publish(publisher, 'retaining', '', { retain: true });
  });

  test.each(SESSIONS)('[MQTT-4.3.3-11] every PUBREL of %s is answered by PUBCOMP', async (_, properties) => {
    const { peer } = await broker.connect5({ clientId: 'every', properties });
    await answerTo(peer, '34', 'every', 3, 'm');
    peer.send(packet('62', '0003 00'));
    expect((await peer.receive(PUBCOMP)).hex).toBe('70 0003');
    // Once more, and one that was never in use: PUBCOMP tells it.
    for (const identifier of [3, 4]) {
      peer.send(pubrel(identifier));
      const answer = await peer.receive(PUBCOMP);
      expect(answer.packetIdentifier).toBe(identifier);
      expect([0, 0x92]).toContain(answer.reasonCode);
    }
  });

  test('[MQTT-4.3.3-11] also when the client was away between', async () => {
    const first = await broker.connect5({ clientId: 'between', ...STORED });
    await answerTo(first.peer, '34', 'between', 3, 'm');
    await first.peer.drop();
    const second = await resume('between');
    await release(second, 3);
    await second.drop();
    // PUBCOMP may have been lost.
    const third = await resume('between');
    third.send(packet('62', '0003 92'));
    expect((await third.receive(PUBCOMP)).packetIdentifier).toBe(3);
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.3-12] after PUBCOMP to %s the identifier brings a new message, with DUP or without',
    async (_, properties) => {
      const observer = await subscriber(broker, 'renewed-observer', 'renewed', '02');
      const { peer } = await broker.connect5({ clientId: 'renewed', properties });
      for (const firstByte of ['34', '34', '3c', '3c', '34']) {
        expect(await answerTo(peer, firstByte, 'renewed', 7, 'same')).toBe(0);
        await release(peer, 7);
      }
      await publish(publisher, 'renewed', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(Array(5).fill('same'));
    },
  );

  test('[MQTT-4.3.3-12] a QoS 1 message takes nothing from a QoS 2 exchange, before or after it', async () => {
    const observer = await subscriber(broker, 'mixed-observer', 'mixed', '02');
    const { peer } = await broker.connect5({ clientId: 'mixed' });
    await answerTo(peer, '34', 'mixed', 7, 'a');
    await release(peer, 7);
    peer.send(publish5WithId('32', 'mixed', 7, 'b'));
    expect((await peer.receive(PUBACK)).packetIdentifier).toBe(7);
    await answerTo(peer, '3c', 'mixed', 7, 'c');
    await release(peer, 7);
    await publish(publisher, 'mixed', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual(['a', 'b', 'c']);
  });

  test.each(SESSIONS)(
    '[MQTT-4.3.3-13] of %s the exchange goes on although the message has expired',
    async (_, properties) => {
      const absent = await subscriber(broker, 'expired-absent', 'expired', '02', STORED);
      const observer = await subscriber(broker, 'expired-observer', 'expired', '02');
      await leave(absent);
      const { peer } = await broker.connect5({ clientId: 'expired', properties });
      await answerTo(peer, '34', 'expired', 7, 'm', withLength(ONE_SECOND));
      await passTime(broker, 1);
      // Still the same message.
      await answerTo(peer, '3c', 'expired', 7, 'm', withLength(ONE_SECOND));
      await release(peer, 7);
      await publish(publisher, 'expired', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['m']);
      expect(await payloadsUntilEnd(await resume('expired-absent'))).toEqual([]);
    },
  );

  test('[MQTT-4.3.3-13] also when the client was away meanwhile', async () => {
    const { peer } = await broker.connect5({ clientId: 'away', ...STORED });
    await answerTo(peer, '34', 'away', 7, 'm', withLength(ONE_SECOND));
    await peer.drop();
    await passTime(broker, 1);
    await release(await resume('away'), 7);
  });

  test('[MQTT-4.3.3-8] [MQTT-4.3.3-4] the identifiers of both directions have nothing to do with each other', async () => {
    const peer = await subscriber(broker, 'both', 'both/down', '02');
    await publish(publisher, 'both/down', 'down', { qos: 2 });
    const { packetIdentifier } = await peer.receive(PUBLISH);
    await answerTo(peer, '34', 'both/up', packetIdentifier, 'up');
    peer.send(pubrec(packetIdentifier));
    expect((await peer.receive(PUBREL)).reasonCode).toBe(0);
    await release(peer, packetIdentifier);
    peer.send(pubcomp(packetIdentifier));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});
