import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { SessionsFeed } from './sessions-feed.ts';

interface Page {
  items: { clientId: string }[];
  next: string | null;
}

interface Told {
  isReset: boolean;
  isComplete: boolean;
  sessions: { clientId: string; queuedMessages: number }[];
}

const server = http.createServer((request, response) => response.end(`the server's: ${request.url}`));
let feed: SessionsFeed;
let address: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  feed = new SessionsFeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 2_500);
  address = await feed.listen();
});

afterAll(() => {
  feed.close();
  server.close();
});

test("the list of sessions is made up, page by page, and all else is the server's", async () => {
  const list = `${address}/api/v1/tenants/demo/sessions`;
  const page = (await (await fetch(`${list}?limit=500&after=2000`)).json()) as Page;
  const { items, next } = page;
  expect([items.length, items.at(-1)!.clientId, next]).toEqual([500, 'sensor-002499', null]);
  expect(await (await fetch(`${list}/one`)).text()).toBe("the server's: /api/v1/tenants/demo/sessions/one");
});

test('a subscriber is told all sessions in pieces, and a second later that each has changed', async () => {
  const socket = new WebSocket(`${address}/graphql`, 'graphql-transport-ws');
  const told: Told[] = [];
  const all = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString());
      if (type === 'next') told.push(payload.data.sessions);
      if (told.filter(({ isComplete }) => isComplete).length === 2) resolve();
    }),
  );
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  const query = 'subscription ($tenant: String!) { sessions(tenant: $tenant) { isReset } }';
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
  await all;
  socket.close();
  expect(told.map(({ isReset, sessions }) => [isReset, sessions.length])).toEqual([
    [true, 1_000],
    [false, 1_000],
    [false, 500],
    [false, 1_000],
    [false, 1_000],
    [false, 500],
  ]);
  const depths = told.map(({ sessions }) => sessions[3].queuedMessages);
  expect(depths[0]).not.toBe(depths[3]);
});
