import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createWebSocketStream, WebSocket } from 'ws';
import { BrokerUnderTest } from './broker-under-test.ts';
import { CONNACK, PINGRESP, PUBLISH, publish3, publish5, SUBACK, subscribe3, subscribe5 } from './packets.ts';
import { Peer, PINGREQ } from './peer.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** A WebSocket on which nothing was sent, and the packets that come over it. */
async function open(protocols = ['mqtt']): Promise<{ webSocket: WebSocket; peer: Peer }> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${broker.server.ports.http}/mqtt`, protocols);
  const stream = createWebSocketStream(webSocket, { allowHalfOpen: false });
  const peer = Peer.over(stream);
  await once(webSocket, 'open');
  return { webSocket, peer };
}

/** Status of the answer to an upgrade that is refused. */
async function refusal(protocols: string[]): Promise<number> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${broker.server.ports.http}/mqtt`, protocols);
  const [request, response] = (await once(webSocket, 'unexpected-response')) as [
    { destroy(): void },
    IncomingMessage,
  ];
  request.destroy();
  return response.statusCode!;
}

/** Chapter 6 is word for word the same in both versions. */
const VERSIONS = [
  {
    version: '5.0',
    connect: () => broker.connect5Bytes({ clientId: 'websocket' }),
    subscribe: subscribe5(1, 'ws', '00'),
    publish: publish5('ws', 'payload'),
  },
  {
    version: '3.1.1',
    connect: () => broker.connect3Bytes({ clientId: 'websocket' }),
    subscribe: subscribe3(1, 'ws', '00'),
    publish: publish3('ws', 'payload'),
  },
];

test.each(VERSIONS)(
  '[MQTT-6.0.0-1] [v3 MQTT-6.0.0-1] $version: packets are sent in binary frames',
  async ({ connect, subscribe, publish }) => {
    const { webSocket, peer } = await open();
    const kinds = new Set<boolean>();
    webSocket.on('message', (_, isBinary) => kinds.add(isBinary));
    peer.send(connect());
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    peer.send(subscribe);
    await peer.receive(SUBACK);
    peer.send(publish);
    await peer.receive(PUBLISH);
    peer.send(PINGREQ);
    await peer.receive(PINGRESP);
    expect([...kinds]).toEqual([true]);
    await peer.drop();
  },
);

test.each(VERSIONS)(
  '[MQTT-6.0.0-1] [v3 MQTT-6.0.0-1] $version: a packet in a text frame closes the connection and does nothing',
  async ({ connect, subscribe, publish }) => {
    const { webSocket, peer } = await open();
    peer.send(connect(), subscribe);
    await peer.receive(CONNACK);
    await peer.receive(SUBACK);
    webSocket.send(publish, { binary: false });
    webSocket.send(PINGREQ);
    const closed = once(webSocket, 'close');
    expect(await peer.untilClosed()).toEqual([]);
    expect((await closed)[0]).toBe(1003);
  },
);

test('[MQTT-6.0.0-1] [v3 MQTT-6.0.0-1] a text frame before CONNECT closes the connection, and CONNECT behind it does not count', async () => {
  const { webSocket, peer } = await open();
  webSocket.send('', { binary: false });
  peer.send(broker.connect5Bytes());
  const [code] = await once(webSocket, 'close');
  expect(code).toBe(1003);
  expect(await peer.untilClosed()).toEqual([]);
});

test.each(VERSIONS)(
  '[MQTT-6.0.0-2] [v3 MQTT-6.0.0-2] $version: a packet may come in many frames',
  async ({ connect, subscribe, publish }) => {
    const { webSocket, peer } = await open();
    for (const byte of Buffer.concat([connect(), subscribe, publish])) webSocket.send(Buffer.from([byte]));
    await peer.receive(CONNACK);
    await peer.receive(SUBACK);
    expect((await peer.receive(PUBLISH)).topic).toBe('ws');
    await peer.drop();
  },
);

test.each(VERSIONS)(
  '[MQTT-6.0.0-2] [v3 MQTT-6.0.0-2] $version: a frame may hold many packets, and end within one',
  async ({ connect, subscribe, publish }) => {
    const { webSocket, peer } = await open();
    const all = Buffer.concat([connect(), subscribe, publish, PINGREQ]);
    webSocket.send(all.subarray(0, all.length - 1));
    await peer.receive(CONNACK);
    await peer.receive(SUBACK);
    await peer.receive(PUBLISH);
    webSocket.send(all.subarray(all.length - 1));
    await peer.receive(PINGRESP);
    await peer.drop();
  },
);

test.each(VERSIONS)(
  '[MQTT-6.0.0-2] [v3 MQTT-6.0.0-2] $version: a message may come in fragments and with empty frames between',
  async ({ connect }) => {
    const { webSocket, peer } = await open();
    const bytes = connect();
    webSocket.send(Buffer.alloc(0));
    webSocket.send(bytes.subarray(0, 3), { fin: false });
    webSocket.send(Buffer.alloc(0), { fin: false });
    webSocket.ping();
    webSocket.send(bytes.subarray(3), { fin: true });
    await peer.receive(CONNACK);
    await peer.drop();
  },
);

test('[MQTT-6.0.0-3] [v3 MQTT-6.0.0-3] a client that does not offer `mqtt` gets no WebSocket', async () => {
  expect(await refusal([])).toBe(400);
  expect(await refusal(['MQTT', 'mqtt5'])).toBe(400);
});

test('[MQTT-6.0.0-4] [v3 MQTT-6.0.0-4] the subprotocol that the server selects is `mqtt`', async () => {
  for (const protocols of [['mqtt'], ['chat', 'mqtt'], ['mqttv3.1', 'mqtt']]) {
    const { webSocket, peer } = await open(protocols);
    expect(webSocket.protocol).toBe('mqtt');
    await peer.drop();
  }
});
