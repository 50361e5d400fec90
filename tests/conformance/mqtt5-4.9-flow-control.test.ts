/** MQTT 5.0, section 4.9: flow control. More about Receive Maximum is with section 3.3.4. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  DISCONNECT_NORMALLY,
  PINGRESP,
  puback,
  PUBACK,
  pubcomp,
  PUBCOMP,
  PUBLISH,
  publish5,
  publish5WithId,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  acknowledge,
  AN_HOUR,
  leave,
  nextMessage,
  publish,
  reasonOfDisconnect,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const RECEIVE_MAXIMUM = 0x21;
const receiveMaximum = (count: number) => `21 ${u16(count)}`;

const SESSIONS = [
  ['a session that ends with its connection', ''],
  ['a stored session', AN_HOUR],
];

/** The next messages, and nothing behind them. */
async function receiveOnly(peer: Peer, count: number): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  while (messages.length < count) messages.push(await peer.receive(PUBLISH));
  expect((await peer.takeUntilPingAnswer()).map(({ hex }) => hex)).toEqual([]);
  return messages;
}

const payloads = (messages: ReceivedPacket[]) => messages.map(({ payload }) => payload);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

async function publishNumbers(topic: string, to: number, qos: 1 | 2): Promise<void> {
  for (const payload of numbers(1, to)) await publish(publisher, topic, payload, { qos });
}

/** How many messages to this client may be unanswered at a time; more than that must be waiting. */
async function quotaOf(peer: Peer): Promise<number> {
  return (await peer.takeUntilPingAnswer()).filter(({ type }) => type === PUBLISH).length;
}

describe.each(SESSIONS)('the broker sends to %s', (_, session) => {
  test.each([1, 2, 5, 64])(
    '[MQTT-4.9.0-1] the first quota is not zero, and not above a Receive Maximum of %d',
    async (maximum) => {
      for (const qos of [1, 2] as const) {
        const properties = `${receiveMaximum(maximum)} ${session}`;
        const peer = await subscriber(broker, 'first', `first/${qos}`, '02', { properties });
        await publishNumbers(`first/${qos}`, maximum + 3, qos);
        expect((await peer.receive(PUBLISH)).payload).toBe('1');
        expect(1 + (await quotaOf(peer))).toBeLessThanOrEqual(maximum);
      }
    },
  );

  test('[MQTT-4.9.0-1] without Receive Maximum, and with 65,535, it is not zero', async () => {
    for (const properties of [session, `${receiveMaximum(0xffff)} ${session}`]) {
      const peer = await subscriber(broker, 'greatest', 'greatest', '02', { properties });
      await publish(publisher, 'greatest', 'm', { qos: 2 });
      expect((await nextMessage(peer)).payload).toBe('m');
    }
  });

  test.each([1, 2] as const)(
    '[MQTT-4.9.0-2] QoS %d: at zero no message is sent, until an answer gives room for one',
    async (qos) => {
      const properties = `${receiveMaximum(3)} ${session}`;
      const peer = await subscriber(broker, 'zero', 'zero', '02', { properties });
      await publishNumbers('zero', 12, qos);
      const open = await receiveOnly(peer, 3);
      const received = payloads(open);
      while (received.length < 12) {
        await acknowledge(peer, open.splice(received.length % open.length, 1)[0]);
        const [next] = await receiveOnly(peer, 1);
        open.push(next);
        received.push(next.payload);
      }
      expect(received).toEqual(numbers(1, 12));
      for (const each of open) await acknowledge(peer, each);
      await receiveOnly(peer, 0);
    },
  );

  test('[MQTT-4.9.0-2] QoS 2: PUBREC without a failure gives no room, PUBCOMP does', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'pubrec', 'pubrec', '02', { properties });
    await publishNumbers('pubrec', 3, 2);
    for (const payload of ['1', '2', '3']) {
      const [{ packetIdentifier, payload: received }] = await receiveOnly(peer, 1);
      expect(received).toBe(payload);
      peer.send(packet('50', `${u16(packetIdentifier)} 10`));
      expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
      await receiveOnly(peer, 0);
      peer.send(pubcomp(packetIdentifier));
    }
    await receiveOnly(peer, 0);
  });

  test('[MQTT-4.9.0-2] failures give room as well: PUBACK, PUBREC, PUBCOMP', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const peer = await subscriber(broker, 'failures', 'failures', '02', { properties });
    for (const [i, payload] of numbers(1, 6).entries())
      await publish(publisher, 'failures', payload, { qos: i < 2 ? 1 : 2 });
    for (let i = 0; i < 6; i++) {
      const [{ packetIdentifier, payload }] = await receiveOnly(peer, 1);
      expect(payload).toBe(`${i + 1}`);
      const identifier = u16(packetIdentifier);
      if (i < 2) peer.send(packet('40', `${identifier} 97`));
      else if (i < 4) peer.send(packet('50', `${identifier} 83`));
      else {
        peer.send(pubrec(packetIdentifier));
        await peer.receive(PUBREL);
        peer.send(packet('70', `${identifier} 92`));
      }
    }
  });

  test('[MQTT-4.9.0-2] the quota does not grow above the first, whatever is answered', async () => {
    const properties = `${receiveMaximum(2)} ${session}`;
    const peer = await subscriber(broker, 'above', 'above', '02', { properties });
    // Answers to nothing, and twice to something.
    peer.send(...[1, 2, 3].flatMap((each) => [puback(each), pubcomp(each), packet('50', `${u16(each)} 80`)]));
    await publish(publisher, 'above', '1');
    const [first] = await receiveOnly(peer, 1);
    for (let i = 0; i < 3; i++) peer.send(puback(first.packetIdentifier), pubcomp(first.packetIdentifier));
    for (const payload of numbers(2, 6)) await publish(publisher, 'above', payload);
    const [second, third] = await receiveOnly(peer, 2);
    peer.send(...Array<Buffer>(3).fill(puback(second.packetIdentifier)));
    const [fourth] = await receiveOnly(peer, 1);
    expect(payloads([second, third, fourth])).toEqual(['2', '3', '4']);
  });

  test('[MQTT-4.9.0-3] at zero all other packets are answered', async () => {
    const properties = `${receiveMaximum(2)} ${session}`;
    const peer = await subscriber(broker, 'answered', 'answered', '02', { properties });
    await publishNumbers('answered', 5, 2);
    const [first, second] = await receiveOnly(peer, 2);
    peer.send(PINGREQ);
    await peer.receive(PINGRESP);
    peer.send(subscribe5(11, 'answered/other', '00'));
    expect((await peer.receive(SUBACK)).packetIdentifier).toBe(11);
    peer.send(unsubscribe5(12, 'answered/none'));
    expect((await peer.receive(UNSUBACK)).packetIdentifier).toBe(12);
    peer.send(publish5WithId('32', 'answered/nobody', 13, 'm'));
    expect((await peer.receive(PUBACK)).packetIdentifier).toBe(13);
    peer.send(publish5WithId('34', 'answered/nobody', 14, 'm'));
    expect((await peer.receive(PUBREC)).packetIdentifier).toBe(14);
    peer.send(pubrel(14));
    expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(14);
    // Either sent, or held back until there is room.
    peer.send(publish5('answered/other', 'zero'));
    const zeros = payloads(await peer.takeUntilPingAnswer());
    peer.send(pubrec(second.packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(second.packetIdentifier);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    peer.send(pubrec(first.packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(first.packetIdentifier);
    peer.send(pubcomp(first.packetIdentifier));
    while (!zeros.includes('3')) zeros.push((await peer.receive(PUBLISH)).payload);
    expect(zeros.sort()).toEqual(['3', 'zero']);
    peer.send(packet('82', '0000 00'));
    expect([0x81, 0x82]).toContain(await reasonOfDisconnect(peer));
  });

  test('[MQTT-4.9.0-3] and so is DISCONNECT', async () => {
    const properties = `${receiveMaximum(1)} ${session}`;
    const will = '00 "zero/will" "gone"';
    const observer = await subscriber(broker, 'zero-observer', 'zero/will', '00');
    const { peer } = await broker.connect5({ clientId: 'zero-leaver', flags: 0x06, properties, will });
    await subscribe(peer, 'leaver', '01');
    await publishNumbers('leaver', 3, 1);
    await receiveOnly(peer, 1);
    peer.send(DISCONNECT_NORMALLY);
    expect(await peer.next()).toBeNull();
    // It was a DISCONNECT: no will.
    expect(await observer.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('a new connection', () => {
  const parts = (maximum: number) => ({
    clientId: 'again',
    flags: 0,
    properties: `${receiveMaximum(maximum)} ${AN_HOUR}`,
  });

  test.each([1, 2] as const)('[MQTT-4.9.0-1] QoS %d: begins with a quota of its own', async (qos) => {
    await broker.connect5({ clientId: 'again' });
    let peer = await subscriber(broker, 'again', 'again', '02', parts(2));
    await publishNumbers('again', 9, qos);
    await receiveOnly(peer, 2);
    for (const maximum of [4, 1, 3]) {
      await peer.drop();
      ({ peer } = await broker.connect5(parts(maximum)));
      expect(payloads(await receiveOnly(peer, maximum))).toEqual(numbers(1, maximum));
    }
  });

  test('[MQTT-4.9.0-2] PUBCOMP for a PUBREL that was sent again does not raise it', async () => {
    await broker.connect5({ clientId: 'again' });
    const first = await subscriber(broker, 'again', 'again', '02', parts(2));
    await publishNumbers('again', 6, 2);
    const sent = await receiveOnly(first, 2);
    for (const { packetIdentifier } of sent) {
      first.send(pubrec(packetIdentifier));
      await first.receive(PUBREL);
    }
    await leave(first);
    const { peer } = await broker.connect5(parts(1));
    const open: ReceivedPacket[] = [];
    // However the broker counts PUBREL: never more than one message without its end.
    const take = (packets: ReceivedPacket[]) => open.push(...packets.filter(({ type }) => type === PUBLISH));
    take(await peer.takeUntilPingAnswer());
    for (const { packetIdentifier } of sent) {
      peer.send(pubcomp(packetIdentifier));
      take(await peer.takeUntilPingAnswer());
      expect(open.length).toBeLessThan(2);
    }
    if (open.length === 0) open.push(await peer.receive(PUBLISH));
    expect(payloads(open)).toEqual(['3']);
    await receiveOnly(peer, 0);
  });
});

describe('the broker receives', () => {
  let login: string;
  beforeAll(async () => {
    login = await broker.createLogin('limited', { receiveMaximum: 2 });
  });

  test('[MQTT-4.9.0-3] from a client whose quota is zero, all other packets are answered', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'sender', login });
    expect(connack.properties.get(RECEIVE_MAXIMUM)).toEqual([2]);
    for (const identifier of [1, 2]) {
      peer.send(publish5WithId('34', 'sender', identifier, `${identifier}`));
      expect((await peer.receive(PUBREC)).packetIdentifier).toBe(identifier);
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await subscribe(peer, 'sender/own', '01');
    peer.send(publish5('sender/own', 'zero'));
    expect((await peer.receive(PUBLISH)).payload).toBe('zero');
    await publish(publisher, 'sender/own', 'one');
    await nextMessage(peer);
    peer.send(unsubscribe5(12, 'sender/own'));
    expect((await peer.receive(UNSUBACK)).packetIdentifier).toBe(12);
    // A message sent again counts once.
    peer.send(publish5WithId('3c', 'sender', 1, '1'));
    expect((await peer.receive(PUBREC)).packetIdentifier).toBe(1);
    for (const identifier of [2, 1]) {
      peer.send(pubrel(identifier));
      expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(identifier);
    }
    for (const identifier of [3, 4]) {
      peer.send(publish5WithId('34', 'sender', identifier, 'm'));
      expect((await peer.receive(PUBREC)).packetIdentifier).toBe(identifier);
    }
  });
});
