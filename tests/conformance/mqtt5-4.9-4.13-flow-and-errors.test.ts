import { BrokerUnderTest } from './broker-under-test.ts';
import { packet } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  PINGRESP,
  puback,
  PUBACK,
  pubcomp,
  PUBLISH,
  publish5,
  publish5WithId,
  pubrec,
  PUBREC,
  PUBREL,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  publisher = (await broker.connect5({ clientId: 'publisher' })).peer;
});
afterAll(() => broker.stop());

/** A subscriber with QoS 2 that takes `receiveMaximum` messages unacknowledged. */
async function subscriber(clientId: string, topic: string, receiveMaximum: string): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, properties: `21 ${receiveMaximum}` });
  peer.send(subscribe5(1, topic, '02'));
  await peer.receive(SUBACK);
  return peer;
}

async function publish(topic: string, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    publisher.send(publish5WithId('32', topic, index, `${index}`));
    await publisher.receive(PUBACK);
  }
}

test('[MQTT-4.2-1] TCP carries packets whole, however they are cut', async () => {
  const peer = await broker.open();
  for (const byte of broker.connect5Bytes({ clientId: 'cut' })) peer.send(Buffer.from([byte]));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  for (const byte of Buffer.concat([PINGREQ, PINGREQ])) peer.send(Buffer.from([byte]));
  expect([(await peer.next())?.type, (await peer.next())?.type]).toEqual([PINGRESP, PINGRESP]);
});

test('[MQTT-4.9.0-1] [MQTT-4.9.0-2] no more QoS > 0 messages are out than the receive maximum allows', async () => {
  const peer = await subscriber('quota', 'quota/a', '0003');
  await publish('quota/a', 5);
  const first = await peer.takeUntilPingAnswer();
  expect(first.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  peer.send(puback(first[1].packetIdentifier));
  const next = await peer.receive(PUBLISH);
  expect(next.payload).toBe('4');
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('the send quota is given back by PUBCOMP, and by a PUBREC with an error', async () => {
  const peer = await subscriber('quota2', 'quota2/a', '0001');
  for (const identifier of [1, 2, 3]) {
    publisher.send(publish5WithId('34', 'quota2/a', identifier, `${identifier}`));
    await publisher.receive(PUBREC);
  }
  const first = await peer.receive(PUBLISH);
  peer.send(pubrec(first.packetIdentifier));
  await peer.receive(PUBREL);
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
  peer.send(pubcomp(first.packetIdentifier));
  const second = await peer.receive(PUBLISH);
  expect(second.payload).toBe('2');
  peer.send(packet('50', `${second.packetIdentifier.toString(16).padStart(4, '0')} 83`));
  expect((await peer.receive(PUBLISH)).payload).toBe('3');
});

test('[MQTT-4.9.0-3] with the quota at 0 everything else goes on', async () => {
  const peer = await subscriber('quota0', 'quota0/a', '0001');
  await publish('quota0/a', 2);
  await peer.receive(PUBLISH);
  peer.send(subscribe5(2, 'quota0/b', '00'));
  expect((await peer.receive(SUBACK)).packetIdentifier).toBe(2);
  peer.send(publish5WithId('32', 'quota0/c', 9, 'x'));
  expect((await peer.receive(PUBACK)).packetIdentifier).toBe(9);
  publisher.send(publish5('quota0/b', 'QoS 0'));
  expect((await peer.receive(PUBLISH)).payload).toBe('QoS 0');
  peer.send(unsubscribe5(3, 'quota0/b'));
  expect((await peer.receive(UNSUBACK)).packetIdentifier).toBe(3);
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test.each([
  ['a malformed packet', packet('32', '"a" 0001 7f'), 0x81],
  ['a protocol error', packet('82', '0001 00'), 0x82],
  ['an invalid topic filter', subscribe5(1, 'a#'), 0x8f],
  ['an invalid topic name', publish5('a/#', 'x'), 0x90],
  ['an invalid topic alias', publish5('a', 'x', '03 23 0000'), 0x94],
  ['invalid reserved flags', packet('c1'), 0x81],
  ['a packet type that only a server sends', packet('20', '00 00 00'), 0x82],
  ['packet type 0', packet('00'), 0x81],
])(
  '[MQTT-4.13.1-1] [MQTT-4.13.2-1] %s closes the connection with its reason code',
  async (_, wrong, reasonCode) => {
    const { peer } = await broker.connect5({ clientId: 'wrong' });
    peer.send(wrong, PINGREQ);
    const disconnect = await peer.receive(DISCONNECT);
    expect(disconnect.reasonCode).toBe(reasonCode);
    // Why, for people.
    expect(String(disconnect.properties.get(0x1f)?.[0])).toMatch(/\w{3,}/);
    expect(await peer.next()).toBeNull();
  },
);

test.each([
  ['the reserved flag', packet('10', '"MQTT" 05 03 0000 00 "c"'), 0x81],
  ['a receive maximum of 0', packet('10', '"MQTT" 05 02 0000 03 21 0000 "c"'), 0x82],
  ['a protocol level that is unknown, by name MQTT', packet('10', '"MQTX" 05 02 0000 00 "c"'), 0x84],
  ['a wrong secret', packet('10', '"MQTT" 05 c2 0000 00 "c" "t:device" "wrong"'), 0x86],
])(
  '[MQTT-4.13.1-1] [MQTT-4.13.2-1] a CONNECT with %s is answered with its reason code, then closed',
  async (_, wrong, reasonCode) => {
    const peer = await broker.open();
    peer.send(wrong);
    expect((await peer.receive(CONNACK)).reasonCode).toBe(reasonCode);
    expect(await peer.next()).toBeNull();
  },
);
