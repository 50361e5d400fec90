import { jest } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { SubscriptionSocket } from './subscription-socket.ts';

const KIB = 1024;
let server: WebSocketServer;
let client: WebSocket;
let socket: SubscriptionSocket;
let protocol: Parameters<Parameters<SubscriptionSocket['serve']>[0]>[0];
let closed: Promise<number>;

beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [webSocket] = (await once(server, 'connection')) as [WebSocket];
  const carried = { method: 'WEBSOCKET', headers: {}, ip: '127.0.0.1' };
  socket = new SubscriptionSocket(webSocket, carried, (error) => {
    throw error;
  });
  closed = new Promise((resolve) =>
    socket.serve((opened) => {
      protocol = opened;
      return (code) => Promise.resolve(resolve(code));
    }),
  );
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
});
afterEach(() => {
  client.terminate();
  server.close();
  jest.useRealTimers();
});

/** Sends as an answer after the other is taken, until one is not. @returns how many were */
async function fill(): Promise<number> {
  for (let taken = 0; ; taken++) {
    let isTaken = false;
    void Promise.resolve(protocol.send('x'.repeat(256 * KIB))).then(() => (isTaken = true));
    for (let turn = 0; turn < 20 && !isTaken; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!isTaken) return taken;
  }
}

test('an answer for somebody who does not read waits for the one before it', async () => {
  client.pause();
  const taken = await fill();
  // What the operating system keeps for a connection.
  expect(taken * 256 * KIB).toBeLessThan(64 * KIB * KIB);
  const all = new Promise<void>((resolve) => {
    let count = 0;
    client.on('message', () => ++count === taken + 1 && resolve());
  });
  client.resume();
  await all;
});

test('who neither reads nor answers pings is closed', async () => {
  client.pause();
  await fill();
  await jest.advanceTimersByTimeAsync(24_000);
  expect(await closed).toBe(1_006);
});

test('who answers pings stays', async () => {
  for (let nth = 0; nth < 3; nth++) {
    const pinged = once(client, 'ping');
    await jest.advanceTimersByTimeAsync(12_000);
    await pinged;
    // The answer is in what the server reads before this.
    client.send('{}');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(client.readyState).toBe(WebSocket.OPEN);
});
