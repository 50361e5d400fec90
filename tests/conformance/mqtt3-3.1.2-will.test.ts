/** MQTT 3.1.1, sections 3.1.2.5 to 3.1.2.7: the will. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { DISCONNECT_NORMALLY, PUBLISH } from './packets.ts';
import type { Peer } from './peer.ts';
import {
  payloadsUntil,
  publish,
  receiveUntil,
  RESUME,
  seen,
  subscriber,
  WILL,
  WILL_QOS_1,
  WILL_RETAIN,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const CLEAN = 0x02;

/** A client with the will `"{topic}" "gone"`. */
async function mortal(topic: string, flags = WILL_QOS_1, clientId = 'mortal'): Promise<Peer> {
  const { peer } = await broker.connect3({ clientId, flags, will: `"${topic}" "gone"` });
  return peer;
}

const DEATHS: [string, (peer: Peer) => Promise<unknown>][] = [
  ['a broken connection', (peer) => peer.drop()],
  [
    'a violation of the protocol',
    (peer) => {
      peer.send(packet('30', '"a/#"'));
      return peer.untilClosed();
    },
  ],
  [
    'a packet that is malformed',
    (peer) => {
      peer.send(packet('62'));
      return peer.untilClosed();
    },
  ],
  [
    'another connection of the same client',
    async (peer) => {
      await broker.connect3({ clientId: 'mortal' });
      return peer.untilClosed();
    },
  ],
];

test.each(DEATHS)('[v3 MQTT-3.1.2-8] the will is published after %s', async (_, die) => {
  for (const flags of [WILL_QOS_1, WILL_QOS_1 & ~CLEAN]) {
    const peer = await subscriber(broker, 'mourner', 'death');
    await die(await mortal('death', flags));
    expect(seen(await peer.receive(PUBLISH))).toEqual({
      topic: 'death',
      qos: 1,
      retain: false,
      payload: 'gone',
    });
  }
});

test('[v3 MQTT-3.1.2-8] the will is not published while the connection lasts', async () => {
  const peer = await subscriber(broker, 'early', 'early');
  const client = await mortal('early');
  expect(await client.takeUntilPingAnswer()).toEqual([]);
  await publish(publisher, 'early', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.2-8] the will of a CONNECT that was refused is not published', async () => {
  const peer = await subscriber(broker, 'refused-s', 'refused');
  const client = await broker.open();
  const login = `${broker.login.split(' ')[0]} "wrong"`;
  client.send(broker.connect3Bytes({ clientId: 'refused', flags: WILL, will: '"refused" "gone"', login }));
  await client.untilClosed();
  await publish(publisher, 'refused', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test.each([
  [0, 0x06],
  [1, 0x0e],
  [2, 0x16],
])('[v3 MQTT-3.1.2-9] [v3 MQTT-3.1.2-14] a will with QoS %i is published with that', async (qos, flags) => {
  const peer = await subscriber(broker, 'will-qos', 'will-qos', '02');
  await (await mortal('will-qos', flags)).drop();
  expect(seen(await peer.receive(PUBLISH))).toMatchObject({ topic: 'will-qos', qos, payload: 'gone' });
});

test('[v3 MQTT-3.1.2-9] a will message may be empty, or any bytes', async () => {
  const peer = await subscriber(broker, 'will-bytes', 'will-bytes');
  for (const content of ['0000', '0004 00ff c080']) {
    const parts = { clientId: 'will-b', flags: WILL_QOS_1, will: `"will-bytes" ${content}` };
    const { peer: client } = await broker.connect3(parts);
    await client.drop();
    const { body } = await peer.receive(PUBLISH);
    expect(body.subarray(2 + 'will-bytes'.length + 2).toString('hex')).toBe(
      content.slice(4).replaceAll(' ', ''),
    );
  }
});

test('[v3 MQTT-3.1.2-10] a will is published once', async () => {
  const peer = await subscriber(broker, 'once-s', 'once');
  await (await mortal('once', WILL_QOS_1 & ~CLEAN)).drop();
  await peer.receive(PUBLISH);
  // The same session again, without a will; then the end of it.
  await (await broker.connect3({ clientId: 'mortal', flags: RESUME })).peer.drop();
  await (await broker.connect3({ clientId: 'mortal' })).peer.drop();
  // The end of a session whose will was published.
  await (await mortal('once', WILL_QOS_1 & ~CLEAN)).drop();
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('gone');
  await (await broker.connect3({ clientId: 'mortal' })).peer.drop();
  await publish(publisher, 'once', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.2-10] [v3 MQTT-3.14.4-3] a will is removed by DISCONNECT', async () => {
  const peer = await subscriber(broker, 'left-s', 'left');
  for (const flags of [WILL_QOS_1, WILL_QOS_1 & ~CLEAN]) {
    const client = await mortal('left', flags);
    client.send(DISCONNECT_NORMALLY);
    await client.untilClosed();
    await (await broker.connect3({ clientId: 'mortal', flags: flags & CLEAN })).peer.drop();
  }
  await publish(publisher, 'left', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.2-10] the will of a connection takes the place of an earlier one`s', async () => {
  const peer = await subscriber(broker, 'later-s', 'later');
  const first = await mortal('later', WILL_QOS_1 & ~CLEAN);
  first.send(DISCONNECT_NORMALLY);
  await first.untilClosed();
  const parts = { clientId: 'mortal', flags: WILL_QOS_1 & ~CLEAN, will: '"later" "second"' };
  await (await broker.connect3(parts)).peer.drop();
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('second');
});

test('[v3 MQTT-3.1.2-12] without the will flag nothing is published', async () => {
  const peer = await subscriber(broker, 'silent-s', '#');
  const { peer: client } = await broker.connect3({ clientId: 'silent' });
  await client.drop();
  await publish(publisher, 'silent', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.2-16] a will without retain is not retained, and leaves what is', async () => {
  const peer = await subscriber(broker, 'plain-s', 'plain/#');
  await publish(publisher, 'plain/b', 'before', '33');
  await receiveUntil(peer, 'before');
  await (await mortal('plain/a', WILL_QOS_1)).drop();
  await (await mortal('plain/b', WILL_QOS_1)).drop();
  expect((await peer.receive(PUBLISH)).retain).toBe(false);
  expect((await peer.receive(PUBLISH)).retain).toBe(false);
  const late = await subscriber(broker, 'plain-late', 'plain/#');
  await publish(publisher, 'plain/c', 'end');
  const received = await receiveUntil(late, 'end');
  expect(received.map(seen)).toEqual([{ topic: 'plain/b', qos: 1, retain: true, payload: 'before' }]);
});

test('[v3 MQTT-3.1.2-17] a will with retain is retained', async () => {
  const peer = await subscriber(broker, 'held-s', 'held');
  await publish(publisher, 'held', 'before', '33');
  await receiveUntil(peer, 'before');
  await (await mortal('held', WILL_RETAIN)).drop();
  expect(seen(await peer.receive(PUBLISH))).toEqual({
    topic: 'held',
    qos: 0,
    retain: false,
    payload: 'gone',
  });
  const late = await subscriber(broker, 'held-late', 'held');
  expect(seen(await late.receive(PUBLISH))).toEqual({ topic: 'held', qos: 0, retain: true, payload: 'gone' });
});
