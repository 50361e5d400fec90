import { jest } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import { WebSocket } from 'ws';
import { type Accepted, RecordingBroker } from '../../testing/recording-broker.ts';
import { HttpListener } from './http.ts';
import { WebSocketListener } from './websocket.ts';

const MIB = 1024 * 1024;
/** Of what Node reads from a socket at a time. */
const LARGEST_CHUNK_BYTES = 64 * 1024;
let broker: RecordingBroker;
let listener: HttpListener;
let port: number;
const clients: { close(): void }[] = [];

beforeEach(async () => {
  // Deadlines come when a test says so; sockets keep their own time.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  broker = new RecordingBroker();
  const answer = (_: unknown, response: { end(text: string): void }) => void response.end('answered');
  listener = new HttpListener(answer, new Map([['/mqtt', new WebSocketListener(broker.asBroker)]]), null);
  port = await listener.listen('127.0.0.1', 0);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await listener.close();
  jest.useRealTimers();
});

interface Client {
  webSocket: WebSocket;
  /** The socket below it. */
  socket: net.Socket;
  accepted: Accepted;
}

async function connect(headers: Record<string, string> = {}, protocols = ['mqtt']): Promise<Client> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, protocols, { headers });
  clients.push({ close: () => webSocket.terminate() });
  const [[{ socket }], accepted] = await Promise.all([once(webSocket, 'upgrade'), broker.next()]);
  if (webSocket.readyState !== WebSocket.OPEN) await once(webSocket, 'open');
  return { webSocket, socket, accepted };
}

/** Sends text to the server and resolves with all that it answers until it closes. */
async function exchange(text: string): Promise<string> {
  const socket = net.connect({ host: '127.0.0.1', port });
  clients.push({ close: () => socket.destroy() });
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.write(text.replaceAll('\n', '\r\n'));
  await once(socket, 'close');
  return answer;
}

/** A request to upgrade, as a browser makes it. `lines` come in addition. */
function upgrade(path: string, ...lines: string[]): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    ...lines,
    '\n',
  ].join('\n');
}

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const MQTT = 'Sec-WebSocket-Protocol: mqtt';

describe('an upgrade', () => {
  test.each(['/', '/mqtt/', '/mqtt2', '/MQTT', '/api/mqtt', '/mqtt%20', '//mqtt'])(
    'at %s is answered 404 and closed',
    async (path) => {
      expect(await exchange(upgrade(path, KEY, MQTT))).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
      expect(broker.count).toBe(0);
    },
  );

  test.each([
    ['without a subprotocol', upgrade('/mqtt', KEY)],
    ['with another subprotocol', upgrade('/mqtt', KEY, 'Sec-WebSocket-Protocol: chat, mqtt2')],
    ['without a key', upgrade('/mqtt', MQTT)],
    ['with a malformed list of subprotocols', upgrade('/mqtt', KEY, 'Sec-WebSocket-Protocol: mqtt,,')],
  ])('%s is answered 400 and closed', async (_, request) => {
    expect(await exchange(request)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(broker.count).toBe(0);
  });

  test.each([
    [['mqtt'], 'mqtt'],
    [['mqttv3.1'], 'mqttv3.1'],
    [['mqttv3.1', 'chat', 'mqtt'], 'mqtt'],
  ])('that offers %j gets %s', async (offered, selected) => {
    const { webSocket } = await connect({}, offered);
    expect(webSocket.protocol).toBe(selected);
    expect(webSocket.extensions).toBe('');
  });

  test('may have a query', async () => {
    const request = upgrade('/mqtt?token=1', KEY, MQTT);
    const answered = exchange(request);
    const { transport } = await broker.next();
    transport.destroy();
    expect(await answered).toMatch(/^HTTP\/1\.1 101 /);
  });

  test('to another protocol than WebSocket is declined: the request is answered', async () => {
    const request = upgrade('/', 'Content-Length: 0').replace('websocket', 'h2c');
    expect(await exchange(request.replace('Connection: Upgrade', 'Connection: Upgrade, close'))).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*answered$/,
    );
  });

  test('whose client is gone before the answer harms nobody', async () => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.write(upgrade('/elsewhere', KEY).replaceAll('\n', '\r\n'), () => socket.resetAndDestroy());
    await once(socket, 'close');
    const { accepted } = await connect();
    expect(accepted.closes).toStrictEqual([]);
  });
});

describe('a connection', () => {
  test.each([
    ['acme.iot.test', 'acme.iot.test'],
    ['ACME.iot.test:8080', 'acme.iot.test'],
    ['127.0.0.1:8080', '127.0.0.1'],
    ['not a name', undefined],
  ])('to the Host %s has the server name %s', async (host, serverName) => {
    const { accepted, socket } = await connect({ host });
    expect(accepted.transport.serverName).toBe(serverName);
    expect(accepted.transport.remoteAddress).toBe(`127.0.0.1:${socket.localPort}`);
  });

  test('is a stream of bytes, whatever the frames', async () => {
    const { webSocket, accepted } = await connect();
    webSocket.send(Buffer.from('one '));
    webSocket.send(Buffer.from('two '), { fin: false });
    webSocket.send(Buffer.from('three'), { fin: true });
    await accepted.until(() => accepted.received.toString() === 'one two three');
  });

  test('sends one binary frame a write', async () => {
    const { webSocket, accepted } = await connect();
    const frames: [string, boolean][] = [];
    webSocket.on('message', (data, isBinary) => frames.push([String(data), isBinary]));
    accepted.transport.write(Buffer.from('one'));
    accepted.transport.write(Buffer.from('two'));
    accepted.transport.end();
    await once(webSocket, 'close');
    expect(frames).toEqual([
      ['one', true],
      ['two', true],
    ]);
  });

  test('ends at a text frame with 1003, and what comes behind it does not count', async () => {
    const { webSocket, accepted } = await connect();
    webSocket.send('text');
    webSocket.send(Buffer.from('binary'));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1003);
    // The server sees the socket close, too, which ends its deadline, and does not tell the broker again.
    while (jest.getTimerCount() > 0) await connect();
    expect(accepted.received).toHaveLength(0);
    expect(accepted.closes).toStrictEqual([
      expect.objectContaining({ message: 'A WebSocket frame is not binary' }),
    ]);
  });

  test('ends at a frame that breaks RFC 6455, with the code for that', async () => {
    const { webSocket, socket, accepted } = await connect();
    // Reserved bits.
    socket.write(Buffer.from('f28000000000', 'hex'));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1002);
    expect(accepted.closes).toStrictEqual([expect.objectContaining({ code: 'WS_ERR_UNEXPECTED_RSV_2_3' })]);
  });

  test('ends at a frame above 256 MiB before that has come', async () => {
    const { webSocket, socket, accepted } = await connect();
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(256n * BigInt(MIB) + 1n);
    socket.write(Buffer.concat([Buffer.from('82ff', 'hex'), length, Buffer.alloc(4)]));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1009);
    expect(accepted.closes).toHaveLength(1);
  });

  test.each([
    ['one frame', true],
    ['a frame of several', false],
  ])('ends when its client sends more than 1 MiB before the first answer, in %s', async (_, fin) => {
    const { webSocket, accepted } = await connect();
    webSocket.on('error', () => undefined);
    webSocket.send(Buffer.alloc(2 * MIB), { fin });
    await accepted.until(() => accepted.closes.length > 0);
    expect(accepted.received.length).toBeLessThanOrEqual(fin ? MIB + LARGEST_CHUNK_BYTES : 0);
  });

  test('may get more than that after the first answer', async () => {
    const { webSocket, accepted } = await connect();
    accepted.transport.write(Buffer.from('CONNACK'));
    await once(webSocket, 'message');
    webSocket.send(Buffer.alloc(2 * MIB));
    await accepted.until(() => accepted.received.length === 2 * MIB);
  });

  test('whose client does not read says so, and when it has drained', async () => {
    const { socket, accepted } = await connect();
    socket.pause();
    expect(accepted.fill()).toBe(false);
    expect(accepted.drains).toBe(0);
    socket.resume();
    await accepted.until(() => accepted.drains > 0);
    expect(accepted.transport.bufferedBytes).toBe(0);
  });

  test('is not read while it is paused', async () => {
    const { webSocket, accepted } = await connect();
    accepted.transport.pause();
    webSocket.send(Buffer.from('later'));
    // Another connection's bytes pass meanwhile.
    const other = await connect();
    other.webSocket.send(Buffer.from('tick'));
    await other.accepted.until(() => other.accepted.received.length === 4);
    expect(accepted.received).toHaveLength(0);
    accepted.transport.resume();
    await accepted.until(() => accepted.received.toString() === 'later');
  });

  test('that is ended, even while it is paused, sends the rest and closes with 1000, once', async () => {
    const { webSocket, accepted } = await connect();
    accepted.transport.pause();
    accepted.transport.write(Buffer.from('last words'));
    accepted.transport.end();
    expect(String((await once(webSocket, 'message'))[0])).toBe('last words');
    expect((await once(webSocket, 'close'))[0]).toBe(1000);
    await accepted.until(() => accepted.closes.length > 0);
    expect(accepted.closes).toStrictEqual([undefined]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('ends within 5 s, even when its client does not answer', async () => {
    const { socket, accepted } = await connect();
    socket.pause();
    accepted.fill();
    accepted.transport.end();
    jest.advanceTimersByTime(4_999);
    await connect();
    expect(accepted.closes).toStrictEqual([]);
    jest.advanceTimersByTime(1);
    await accepted.until(() => accepted.closes.length > 0);
  });

  test('that its client closes, or resets, closes once', async () => {
    const closed = await connect();
    closed.webSocket.close(1000);
    await closed.accepted.until(() => closed.accepted.closes.length > 0);
    expect(closed.accepted.closes).toStrictEqual([undefined]);

    const reset = await connect();
    reset.webSocket.on('error', () => undefined);
    reset.socket.resetAndDestroy();
    await reset.accepted.until(() => reset.accepted.closes.length > 0);
    expect(reset.accepted.closes).toStrictEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  });

  test('that a stopping broker refuses is closed', async () => {
    broker.accept = (transport) => transport.destroy();
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt');
    expect((await once(webSocket, 'close'))[0]).toBe(1006);
  });
});

describe('when the HTTP server closes', () => {
  test('connections stay', async () => {
    const { webSocket, accepted } = await connect();
    await listener.close();
    webSocket.send(Buffer.from('still here'));
    await accepted.until(() => accepted.received.toString() === 'still here');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });
});
