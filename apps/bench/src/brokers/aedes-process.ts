/** The child process of `aedes.ts`: aedes as its README sets it up, in memory. Says its ports, ends with its parent. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { HOST } from './listening.ts';

const BACKLOG = 4_096;

const broker = await Aedes.createBroker();
const tcp = createServer({ noDelay: true }, broker.handle);
const http = createHttpServer();
new WebSocketServer({ server: http, path: '/mqtt' }).on('connection', (webSocket, request) =>
  broker.handle(createWebSocketStream(webSocket), request),
);
process.send?.({ tcp: await listening(tcp), websocket: await listening(http) });
process.on('disconnect', () => process.exit(0));

async function listening(server: Server): Promise<number> {
  server.listen(0, HOST, BACKLOG);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
