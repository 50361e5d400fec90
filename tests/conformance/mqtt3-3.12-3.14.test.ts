/** MQTT 3.1.1, sections 3.12 to 3.14: PINGREQ, PINGRESP and DISCONNECT. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { DISCONNECT_NORMALLY, PINGRESP, PUBLISH, publish3 } from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import {
  answersToViolation,
  payloadsUntil,
  publish,
  RESUME,
  subscriber,
  WILL_QOS_1,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

test('[v3 MQTT-3.12.4-1] each PINGREQ is answered by PINGRESP', async () => {
  const { peer } = await broker.connect3({ clientId: 'ping' });
  peer.send(PINGREQ);
  expect((await peer.next())?.hex).toBe('d0 ');
  peer.send(PINGREQ, PINGREQ, PINGREQ);
  for (let i = 0; i < 3; i++) await peer.receive(PINGRESP);
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-3.12.4-1] PINGREQ with a body ends the connection', async () => {
  expect(await answersToViolation(broker, packet('c0', '00'))).toEqual([]);
});

/** What `sent` leads to at the end of a connection with a will. */
async function willAfter(topic: string, flags: number, ...sent: Buffer[]): Promise<string[]> {
  const peer = await subscriber(broker, 'mourner', topic);
  const { peer: client } = await broker.connect3({ clientId: 'leaver', flags, will: `"${topic}" "gone"` });
  client.send(...sent);
  expect(await client.untilClosed()).toEqual([]);
  await publish(publisher, topic, 'end');
  const payloads = await payloadsUntil(peer, 'end');
  await peer.drop();
  return payloads;
}

test.each(Array.from({ length: 15 }, (_, i) => i + 1))(
  '[v3 MQTT-3.14.1-1] DISCONNECT with flags %i is a violation: the connection ends as a broken one',
  async (flags) => {
    const sent = packet((0xe0 | flags).toString(16));
    expect(await willAfter('flags', WILL_QOS_1, sent, PINGREQ)).toEqual(['gone']);
  },
);

test.each([
  ['clean session', WILL_QOS_1],
  ['a stored session', WILL_QOS_1 & ~0x02],
])('[v3 MQTT-3.14.4-3] DISCONNECT discards the will of %s', async (_, flags) => {
  expect(await willAfter('left', flags, DISCONNECT_NORMALLY)).toEqual([]);
});

test('[v3 MQTT-3.14.4-3] also when the client closes the connection at once', async () => {
  const peer = await subscriber(broker, 'hasty-s', 'hasty');
  for (let i = 0; i < 5; i++) {
    const { peer: client } = await broker.connect3({
      clientId: 'hasty',
      flags: WILL_QOS_1,
      will: '"hasty" "gone"',
    });
    // What follows DISCONNECT is not read.
    client.send(DISCONNECT_NORMALLY, publish3('hasty', 'late'));
    await client.untilClosed();
  }
  await publish(publisher, 'hasty', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.14.4-3] what came before DISCONNECT is done', async () => {
  const peer = await subscriber(broker, 'before-s', 'before');
  const { peer: client } = await broker.connect3({ clientId: 'before', flags: RESUME });
  client.send(publish3('before', 'm'), DISCONNECT_NORMALLY);
  await client.untilClosed();
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
});
