import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  DISCONNECT,
  puback,
  PUBACK,
  pubcomp,
  publish5,
  publish5WithId,
  PUBLISH,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { type Peer } from './peer.ts';

const PUBCOMP = 7;
const KEPT: ConnectParts = { flags: 0, properties: '11 00000e10' };

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  publisher = (await broker.connect5({ clientId: 'publisher' })).peer;
});
afterAll(() => broker.stop());

async function member(
  clientId: string,
  filter: string,
  options = '01',
  parts: ConnectParts = {},
): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  peer.send(subscribe5(1, filter, options));
  expect((await peer.receive(SUBACK)).reasonCodes(5)[0]).toBeLessThan(3);
  return peer;
}

async function publish(topic: string, payload: string, firstByte = '32'): Promise<void> {
  publisher.send(publish5WithId(firstByte, topic, 1, payload));
  if (firstByte === '32') {
    await publisher.receive(PUBACK);
    return;
  }
  await publisher.receive(PUBREC);
  publisher.send(pubrel(1));
  await publisher.receive(PUBCOMP);
}

const payloads = async (peer: Peer) =>
  (await peer.takeUntilPingAnswer()).filter(({ type }) => type === PUBLISH).map(({ payload }) => payload);

test.each([
  ['$share', 0, 'a filter like any other'],
  ['$share/', 0x8f, 'no share name'],
  ['$share/g', 0x8f, 'no filter'],
  ['$share/g/', 0x8f, 'no filter'],
  ['$share//a', 0x8f, 'an empty share name'],
])('[MQTT-4.8.2-1] %s: reason code %i (%s)', async (filter, reasonCode) => {
  const { peer } = await broker.connect5({ clientId: 'form' });
  peer.send(subscribe5(1, filter));
  if (reasonCode === 0) {
    expect((await peer.receive(SUBACK)).reasonCodes(5)).toEqual([1]);
  } else {
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(reasonCode);
    expect(await peer.next()).toBeNull();
  }
});

test.each(['$share/g+/a', '$share/#/a', '$share/+/a', '$share/g#/a', '$share/g/a#', '$share/g/+a'])(
  '[MQTT-4.8.2-2] %s is refused: no wildcard in the share name, and a valid filter behind it',
  async (filter) => {
    const { peer } = await broker.connect5({ clientId: 'form' });
    peer.send(subscribe5(1, filter));
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x8f);
    expect(await peer.next()).toBeNull();
  },
);

test('[MQTT-4.8.2-2] the filter behind the share name is matched like any other', async () => {
  const peer = await member('inner', '$share/g//inner/+', '00');
  publisher.send(publish5('/inner/a', 'yes'), publish5('inner/a', 'no'), publish5('/inner/a/b', 'no'));
  await publisher.takeUntilPingAnswer();
  expect(await payloads(peer)).toEqual(['yes']);
});

test.each(['00', '01'])(
  'each message goes to exactly one member of a group (subscription options %s)',
  async (options) => {
    const topic = `one-of/${options}`;
    const members = await Promise.all(
      ['1', '2', '3'].map((n) => member(`m${n}`, `$share/g/${topic}`, options)),
    );
    for (let count = 0; count < 12; count++) await publish(topic, `${count}`);
    const received = await Promise.all(members.map(payloads));
    expect(
      received
        .flat()
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 12 }, (_, n) => n));
  },
);

test('two groups and a plain subscription get a copy each', async () => {
  const peers = [
    await member('copy-1', '$share/g/copies', '00'),
    await member('copy-2', '$share/h/copies', '00'),
    await member('copy-3', 'copies', '00'),
  ];
  await publish('copies', 'x');
  for (const peer of peers) expect(await payloads(peer)).toEqual(['x']);
});

test('[MQTT-4.8.2-3] members get no higher QoS than they were granted', async () => {
  const peer = await member('granted-0', '$share/g/granted', '00');
  await publish('granted', 'x', '34');
  const first = await peer.receive(PUBLISH);
  expect([first.qos, first.payload]).toEqual([0, 'x']);
  const higher = await member('granted-1', '$share/h/granted', '01');
  await publish('granted', 'y', '34');
  expect((await higher.receive(PUBLISH)).qos).toBe(1);
});

test('[MQTT-4.8.2-4] a QoS 2 message that was begun is completed with its member when that returns', async () => {
  const one = await member('begun-1', '$share/g/begun', '02', KEPT);
  await publish('begun', 'x', '34');
  const first = await one.receive(PUBLISH);
  await one.drop();
  const other = await member('begun-2', '$share/g/begun', '02', KEPT);
  expect(await payloads(other)).toEqual([]);
  const { peer: back } = await broker.connect5({ clientId: 'begun-1', ...KEPT });
  const again = await back.receive(PUBLISH);
  expect([again.packetIdentifier, again.dup, again.payload]).toEqual([first.packetIdentifier, true, 'x']);
  back.send(pubrec(again.packetIdentifier));
  await back.receive(PUBREL);
  back.send(pubcomp(again.packetIdentifier));
});

test('[MQTT-4.8.2-5] when its session ends first, the QoS 2 message goes to nobody else', async () => {
  const one = await member('ended-1', '$share/g/ended', '02');
  await publish('ended', 'x', '34');
  await one.receive(PUBLISH);
  const other = await member('ended-2', '$share/g/ended', '02');
  await one.drop();
  expect(await payloads(other)).toEqual([]);
});

test('a QoS 1 message that a member did not acknowledge goes to another when it leaves', async () => {
  const one = await member('left-1', '$share/g/left');
  await publish('left', 'x');
  expect((await one.receive(PUBLISH)).payload).toBe('x');
  const other = await member('left-2', '$share/g/left');
  await one.drop();
  const again = await other.receive(PUBLISH);
  expect([again.qos, again.payload]).toEqual([1, 'x']);
});

test.each([
  ['PUBACK', '32', '01', (identifier: number) => packet('40', `${u16(identifier)} 80`)],
  ['PUBREC', '34', '02', (identifier: number) => packet('50', `${u16(identifier)} 80`)],
])(
  '[MQTT-4.8.2-6] what a member refuses by %s goes to nobody else',
  async (type, firstByte, options, refusal) => {
    const one = await member(`refuse-${type}-1`, `$share/g/refuse/${type}`, options);
    await publish(`refuse/${type}`, 'x', firstByte);
    const other = await member(`refuse-${type}-2`, `$share/g/refuse/${type}`, options);
    one.send(refusal((await one.receive(PUBLISH)).packetIdentifier));
    await one.takeUntilPingAnswer();
    await one.drop();
    expect(await payloads(other)).toEqual([]);
  },
);

test('absent members keep nothing from those who are online', async () => {
  const absent = await member('away', '$share/g/away', '01', KEPT);
  const online = await member('here', '$share/g/away');
  await absent.drop();
  for (const payload of ['1', '2', '3', '4']) await publish('away', payload);
  expect(await payloads(online)).toEqual(['1', '2', '3', '4']);
});

test('the queue of a group waits for the first member that returns', async () => {
  for (const clientId of ['wait-1', 'wait-2']) {
    await (await member(clientId, '$share/g/wait', '01', KEPT)).drop();
  }
  for (const payload of ['1', '2', '3']) await publish('wait', payload);
  const { peer } = await broker.connect5({ clientId: 'wait-2', ...KEPT });
  for (const payload of ['1', '2', '3']) expect((await peer.receive(PUBLISH)).payload).toBe(payload);
});

test('retained messages are not sent for a shared subscription', async () => {
  publisher.send(publish5('kept', 'x', '00', '31'));
  await publisher.takeUntilPingAnswer();
  const peer = await member('retained', '$share/g/kept', '00');
  expect(await payloads(peer)).toEqual([]);
});

test('a member leaves with its first UNSUBSCRIBE of the whole filter, however often it subscribed', async () => {
  const peer = await member('leaver', '$share/g/leave', '00');
  peer.send(
    subscribe5(2, '$share/g/leave', '01'),
    unsubscribe5(3, 'leave'),
    unsubscribe5(4, '$share/g/leave'),
  );
  await peer.receive(SUBACK);
  expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0x11]);
  expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0]);
  publisher.send(publish5WithId('32', 'leave', 2, 'x'));
  expect((await publisher.receive(PUBACK)).reasonCode).toBe(0x10);
  expect(await payloads(peer)).toEqual([]);
});

test('a member acknowledges and the next message comes: the window is not used up', async () => {
  const peer = await member('window', '$share/g/window', '01', { properties: '21 0002' });
  for (const payload of ['1', '2', '3']) await publish('window', payload);
  const first = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(await payloads(peer)).toEqual([]);
  peer.send(puback(first[0].packetIdentifier));
  expect((await peer.receive(PUBLISH)).payload).toBe('3');
});
