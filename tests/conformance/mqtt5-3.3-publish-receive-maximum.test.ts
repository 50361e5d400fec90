/** MQTT 5.0, section 3.3.4: no more messages than the receive maximum are on their way. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  acknowledge,
  AN_HOUR,
  nextMessage,
  payloadsUntilEnd,
  publish,
  reasonOfDisconnect,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';
import {
  PUBACK,
  puback,
  PUBCOMP,
  pubcomp,
  publish5,
  publish5WithId,
  PUBLISH,
  PUBREC,
  pubrec,
  PUBREL,
  pubrel,
  SUBACK,
  subscribe5,
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

const receiveMaximum = (maximum: number) => `21 ${u16(maximum)}`;

const SESSIONS: [string, string][] = [
  ['a session of one connection', ''],
  ['a stored session', AN_HOUR],
];

const payloads = (messages: ReceivedPacket[]) => messages.map(({ payload }) => payload);
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `${first + i}`);

/** The next messages, behind which nothing comes. */
async function receiveOnly(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  while (messages.length < count) messages.push(await peer.receive(PUBLISH));
  // What the packets before made the broker send may come behind the first answers.
  for (let ping = 0; ping < 3; ping++) expect(payloads(await peer.takeUntilPingAnswer())).toEqual([]);
  return messages;
}

describe('messages from a client', () => {
  let login: string;
  beforeAll(async () => {
    const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'denied/#' }];
    login = await broker.createLogin('limited', { receiveMaximum: 2 }, acl);
  });

  async function limited(clientId: string, parts = {}): Promise<Peer> {
    const { peer, connack } = await broker.connect5({ clientId, login, ...parts });
    expect(connack.properties.get(0x21)).toEqual([2]);
    return peer;
  }

  /** Sends a QoS 2 message, which is answered and not released. */
  async function begin(peer: Peer, identifier: number): Promise<void> {
    peer.send(publish5WithId('34', 'from/client', identifier, `${identifier}`));
    const answer = await peer.receive(PUBREC);
    expect([answer.packetIdentifier, answer.reasonCode < 0x80]).toEqual([identifier, true]);
  }

  test.each(SESSIONS)(
    '[MQTT-3.3.4-7] in %s one more than the receive maximum is an error',
    async (_, properties) => {
      for (const firstByte of ['32', '34']) {
        const peer = await limited('more', { properties });
        const observer = await subscriber(broker, 'more-observer', 'from/client');
        await begin(peer, 1);
        await begin(peer, 2);
        peer.send(publish5WithId(firstByte, 'from/client', 3, 'unwanted'));
        expect(await reasonOfDisconnect(peer)).toBe(0x93);
        await publish(publisher, 'from/client', 'end');
        expect(await payloadsUntilEnd(observer)).toEqual(['1', '2']);
      }
    },
  );

  test.each(SESSIONS)(
    '[MQTT-3.3.4-7] in %s as many may be on their way as the receive maximum says, again and again',
    async (_, properties) => {
      const peer = await limited('as-many', { properties });
      await begin(peer, 1);
      for (let identifier = 2; identifier < 20; identifier++) {
        await begin(peer, identifier);
        peer.send(pubrel(identifier - 1));
        expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(identifier - 1);
      }
      // There is room for one more.
      for (let i = 0; i < 20; i++) {
        peer.send(publish5WithId('32', 'from/client', 100, 'm'));
        expect((await peer.receive(PUBACK)).packetIdentifier).toBe(100);
      }
    },
  );

  test('[MQTT-3.3.4-7] messages that are refused do not count', async () => {
    const peer = await limited('refused');
    await begin(peer, 1);
    for (let i = 0; i < 10; i++) {
      peer.send(publish5WithId('34', 'denied/x', 2, 'm'));
      expect((await peer.receive(PUBREC)).reasonCode).toBe(0x87);
      peer.send(publish5WithId('32', 'denied/x', 2, 'm'));
      expect((await peer.receive(PUBACK)).reasonCode).toBe(0x87);
    }
    await begin(peer, 2);
  });

  test('[MQTT-3.3.4-7] nor do QoS 0 messages, and other packets go on as well', async () => {
    const peer = await limited('others');
    await begin(peer, 1);
    await begin(peer, 2);
    await subscribe(peer, 'others/topic', '00');
    for (const payload of ['1', '2', '3', '4']) {
      peer.send(publish5('others/topic', payload));
      expect((await peer.receive(PUBLISH)).payload).toBe(payload);
    }
    peer.send(unsubscribe5(3, 'others/topic'));
    await peer.receive(UNSUBACK);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.3.4-7] a new connection begins anew', async () => {
    const first = await limited('anew', { properties: AN_HOUR });
    await begin(first, 1);
    await begin(first, 2);
    await first.drop();
    const peer = await limited('anew', { flags: 0, properties: AN_HOUR });
    await begin(peer, 3);
    await begin(peer, 4);
    for (const identifier of [1, 2, 3, 4]) {
      peer.send(pubrel(identifier));
      expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(identifier);
    }
    await begin(peer, 5);
    await begin(peer, 6);
    peer.send(publish5WithId('32', 'from/client', 7, 'unwanted'));
    expect(await reasonOfDisconnect(peer)).toBe(0x93);
  });
});

describe.each(SESSIONS)('messages to a client in %s', (_, session) => {
  test.each([1, 2, 3, 10])('[MQTT-3.3.4-9] QoS 1: at most %d without PUBACK', async (maximum) => {
    const properties = `${receiveMaximum(maximum)} ${session}`;
    const peer = await subscriber(broker, 'qos-1', 'to/client', '01', { properties });
    for (const payload of numbers(1, 15)) await publish(publisher, 'to/client', payload);
    const unanswered = await receiveOnly(peer, maximum);
    const received = payloads(unanswered);
    while (received.length < 15) {
      // In any order.
      const [one] = unanswered.splice(received.length % 2 ? -1 : 0, 1);
      peer.send(puback(one.packetIdentifier));
      const [next] = await receiveOnly(peer, 1);
      unanswered.push(next);
      received.push(next.payload);
    }
    expect(received).toEqual(numbers(1, 15));
  });

  test.each([1, 2, 3])('[MQTT-3.3.4-9] QoS 2: at most %d without PUBCOMP', async (maximum) => {
    const properties = `${receiveMaximum(maximum)} ${session}`;
    const peer = await subscriber(broker, 'qos-2', 'to/client', '02', { properties });
    for (const payload of numbers(1, 9)) await publish(publisher, 'to/client', payload, { qos: 2 });
    const unanswered = await receiveOnly(peer, maximum);
    const received = payloads(unanswered);
    while (received.length < 9) {
      const { packetIdentifier } = unanswered.shift()!;
      peer.send(pubrec(packetIdentifier));
      expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
      await receiveOnly(peer, 0);
      peer.send(pubcomp(packetIdentifier));
      const [next] = await receiveOnly(peer, 1);
      unanswered.push(next);
      received.push(next.payload);
    }
    expect(received).toEqual(numbers(1, 9));
  });

  test('[MQTT-3.3.4-9] QoS 2: PUBREC with a failure makes room for one', async () => {
    const properties = `${receiveMaximum(2)} ${session}`;
    const peer = await subscriber(broker, 'failing', 'to/failing', '02', { properties });
    for (const payload of numbers(1, 4)) await publish(publisher, 'to/failing', payload, { qos: 2 });
    const [first, second] = await receiveOnly(peer, 2);
    peer.send(packet('50', `${u16(first.packetIdentifier)} 80`));
    const [third] = await receiveOnly(peer, 1);
    peer.send(packet('50', `${u16(second.packetIdentifier)} 97 00`));
    const [fourth] = await receiveOnly(peer, 1);
    expect(payloads([first, second, third, fourth])).toEqual(['1', '2', '3', '4']);
  });

  test('[MQTT-3.3.4-9] QoS 1: so does PUBACK with a failure', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'failing-1', 'to/failing', '01', { properties });
    for (const payload of numbers(1, 3)) await publish(publisher, 'to/failing', payload);
    for (const payload of numbers(1, 3)) {
      const [message] = await receiveOnly(peer, 1);
      expect(message.payload).toBe(payload);
      peer.send(packet('40', `${u16(message.packetIdentifier)} 83`));
    }
  });

  test('[MQTT-3.3.4-9] QoS 1 and 2 count together', async () => {
    const properties = `${receiveMaximum(2)} ${session}`;
    const peer = await subscriber(broker, 'together', 'to/together', '02', { properties });
    for (const [i, payload] of numbers(1, 6).entries()) {
      await publish(publisher, 'to/together', payload, { qos: i % 2 ? 2 : 1 });
    }
    const unanswered = await receiveOnly(peer, 2);
    for (const payload of numbers(3, 6)) {
      await acknowledge(peer, unanswered.shift()!);
      const [next] = await receiveOnly(peer, 1);
      expect(next.payload).toBe(payload);
      unanswered.push(next);
    }
  });

  test('[MQTT-3.3.4-9] QoS 0 messages do not count', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'zero', 'to/zero', '01', { properties });
    for (const payload of ['1', '2', '3']) await publish(publisher, 'to/zero', payload, { qos: 0 });
    await publish(publisher, 'to/zero', '4', { qos: 1 });
    expect(payloads(await receiveOnly(peer, 4))).toEqual(['1', '2', '3', '4']);
  });

  test('[MQTT-3.3.4-9] retained messages count', async () => {
    const topic = `to/retained/${session}`;
    for (const name of ['a', 'b', 'c']) {
      await publish(publisher, `${topic}/${name}`, name, { retain: true, qos: name === 'b' ? 2 : 1 });
    }
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'retained', `${topic}/+`, '02', { properties });
    const received: string[] = [];
    for (let i = 0; i < 3; i++) {
      const [message] = await receiveOnly(peer, 1);
      await acknowledge(peer, message);
      received.push(message.payload);
    }
    expect(received.sort()).toEqual(['a', 'b', 'c']);
  });

  test('[MQTT-3.3.4-9] answers to what was not sent make no room', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'no-room', 'to/no-room', '01', { properties });
    for (const payload of ['1', '2', '3']) await publish(publisher, 'to/no-room', payload);
    const [first] = await receiveOnly(peer, 1);
    const other = (first.packetIdentifier % 0xffff) + 1;
    peer.send(puback(other), pubcomp(other), pubcomp(first.packetIdentifier));
    await receiveOnly(peer, 0);
    peer.send(puback(first.packetIdentifier));
    // Once more makes no more room.
    peer.send(puback(first.packetIdentifier), puback(first.packetIdentifier));
    expect(payloads(await receiveOnly(peer, 1))).toEqual(['2']);
  });

  test('[MQTT-3.3.4-10] all other packets are sent meanwhile', async () => {
    const properties = `${receiveMaximum(2)} ${session}`;
    const peer = await subscriber(broker, 'meanwhile', 'to/meanwhile', '02', { properties });
    for (const qos of [1, 2, 1, 2] as const) await publish(publisher, 'to/meanwhile', 'm', { qos });
    const [first, second] = await receiveOnly(peer, 2);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(subscribe5(11, 'to/meanwhile/other', '02'));
    expect((await peer.receive(SUBACK)).packetIdentifier).toBe(11);
    peer.send(unsubscribe5(12, 'to/meanwhile/other'));
    expect((await peer.receive(UNSUBACK)).packetIdentifier).toBe(12);
    peer.send(publish5WithId('32', 'to/nobody', 13, 'm'));
    expect((await peer.receive(PUBACK)).packetIdentifier).toBe(13);
    peer.send(publish5WithId('34', 'to/nobody', 14, 'm'));
    expect((await peer.receive(PUBREC)).packetIdentifier).toBe(14);
    peer.send(pubrel(14));
    expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(14);
    peer.send(pubrec(second.packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(second.packetIdentifier);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(puback(first.packetIdentifier));
    await receiveOnly(peer, 1);
    peer.send(packet('36', '"to/nobody" 0001 00'));
    expect(await reasonOfDisconnect(peer)).toBe(0x81);
  });

  test('[MQTT-3.3.4-10] SUBACK is sent although the retained messages behind it must wait', async () => {
    const topic = `to/behind/${session}`;
    await publish(publisher, topic, 'retained', { retain: true });
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'behind', 'to/before', '01', { properties });
    await publish(publisher, 'to/before', 'before');
    const [before] = await receiveOnly(peer, 1);
    await subscribe(peer, topic);
    await receiveOnly(peer, 0);
    await acknowledge(peer, before);
    expect(payloads(await receiveOnly(peer, 1))).toEqual(['retained']);
  });
});

describe('a client that returns', () => {
  /** All that comes until there were so many PUBREL packets, and nothing more comes. */
  async function receiveWithPubrels(peer: Peer, count: number): Promise<ReceivedPacket[]> {
    const received: ReceivedPacket[] = [];
    while (received.filter(({ type }) => type === PUBREL).length < count) {
      received.push((await peer.next(3_000))!);
    }
    return [...received, ...(await peer.takeUntilPingAnswer())];
  }

  const parts = (maximum: number) => ({ flags: 0, properties: `${receiveMaximum(maximum)} ${AN_HOUR}` });

  test.each([1, 2])('[MQTT-3.3.4-9] QoS %d: and takes fewer gets no more at once', async (qos) => {
    const topic = `to/returned/${qos}`;
    const first = await subscriber(broker, topic, topic, '02', parts(8));
    for (const payload of numbers(1, 10)) await publish(publisher, topic, payload, { qos: qos as 1 | 2 });
    const sent = await receiveOnly(first, 8);
    await first.drop();
    const { peer } = await broker.connect5({ clientId: topic, ...parts(2) });
    const unanswered = await receiveOnly(peer, 2);
    const received = [...unanswered];
    while (received.length < 10) {
      await acknowledge(peer, unanswered.shift()!);
      const [next] = await receiveOnly(peer, 1);
      unanswered.push(next);
      received.push(next);
    }
    expect(payloads(received)).toEqual(numbers(1, 10));
    expect(received.map(({ dup }) => dup)).toEqual(numbers(1, 10).map((each) => Number(each) <= 8));
    expect(received.slice(0, 8).map(({ packetIdentifier }) => packetIdentifier)).toEqual(
      sent.map(({ packetIdentifier }) => packetIdentifier),
    );
  });

  test('[MQTT-3.3.4-9] and takes more gets more', async () => {
    const first = await subscriber(broker, 'to/more', 'to/more', '02', parts(1));
    for (const payload of numbers(1, 5)) await publish(publisher, 'to/more', payload);
    await receiveOnly(first, 1);
    await first.drop();
    const { peer } = await broker.connect5({ clientId: 'to/more', ...parts(4) });
    expect(payloads(await receiveOnly(peer, 4))).toEqual(numbers(1, 4));
  });

  test('[MQTT-3.3.4-10] gets every PUBREL again, however few messages it takes', async () => {
    const first = await subscriber(broker, 'to/released', 'to/released', '02', parts(4));
    for (const payload of numbers(1, 5)) await publish(publisher, 'to/released', payload, { qos: 2 });
    const sent = await receiveOnly(first, 4);
    const released = sent.slice(0, 3).map(({ packetIdentifier }) => packetIdentifier);
    for (const identifier of released) {
      first.send(pubrec(identifier));
      await first.receive(PUBREL);
    }
    await first.drop();
    const { peer } = await broker.connect5({ clientId: 'to/released', ...parts(1) });
    const again = await receiveWithPubrels(peer, 3);
    const pubrels = again.filter(({ type }) => type === PUBREL);
    expect(pubrels.map(({ packetIdentifier }) => packetIdentifier)).toEqual(released);
    const messages = again.filter(({ type }) => type === PUBLISH);
    expect(messages.length).toBeLessThan(2);
    // With their end there is room for a message.
    for (const identifier of released) peer.send(pubcomp(identifier));
    const message = messages[0] ?? (await nextMessage(peer));
    expect([message.dup, message.payload]).toEqual([true, '4']);
  });

  test('[MQTT-3.3.4-10] gets PUBREL while the message before it is not acknowledged', async () => {
    const first = await subscriber(broker, 'to/second', 'to/second', '02', parts(2));
    for (const payload of ['1', '2']) await publish(publisher, 'to/second', payload, { qos: 2 });
    const sent = await receiveOnly(first, 2);
    first.send(pubrec(sent[1].packetIdentifier));
    await first.receive(PUBREL);
    await first.drop();
    const { peer } = await broker.connect5({ clientId: 'to/second', ...parts(1) });
    const again = await receiveWithPubrels(peer, 1);
    const pubrels = again.filter(({ type }) => type === PUBREL);
    expect(pubrels.map(({ packetIdentifier }) => packetIdentifier)).toEqual([sent[1].packetIdentifier]);
    peer.send(pubcomp(sent[1].packetIdentifier));
    // It may have waited for PUBCOMP, but PUBREL may not have waited for it.
    const message = again.find(({ type }) => type === PUBLISH) ?? (await peer.receive(PUBLISH));
    expect([message.dup, message.packetIdentifier]).toEqual([true, sent[0].packetIdentifier]);
  });
});
