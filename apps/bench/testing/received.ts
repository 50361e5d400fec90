import { once } from 'node:events';
import net from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { upgradeRequest } from '../src/generator/unframer.ts';

const HOST = '127.0.0.1';

/** What a WebSocket server of another implementation receives, message by message, when a client sends these bytes. */
export async function receivedOverWebSocket(bytes: Buffer): Promise<Buffer[]> {
  const server = new WebSocketServer({ port: 0, host: HOST, path: '/mqtt' });
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const received: Buffer[] = [];
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const client = net.connect(port, HOST);
  client.write(upgradeRequest(HOST, port));
  const [webSocket] = await connected;
  webSocket.on('message', (payload: Buffer) => received.push(payload));
  client.end(bytes);
  client.resume();
  await once(webSocket, 'close');
  server.close();
  await once(server, 'close');
  return received;
}
