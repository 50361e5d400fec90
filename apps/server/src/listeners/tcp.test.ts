import { jest } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import { bytes, u16 } from '../../../../tests/conformance/bytes.ts';
import { type Accepted, RecordingBroker } from '../../testing/recording-broker.ts';
import { createLog } from '../log.ts';
import { TcpListener } from './tcp.ts';

const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 8080 1883\r\n';
const V2_WITH_AUTHORITY = bytes(
  `0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 ${u16(12 + 3 + 13)}
   c0 00 02 08 c6 33 64 01 1f 91 07 5b 02 ${u16(13)} <acme.iot.test>`,
);

const V2_LOCAL = bytes('0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 20 00 0000').toString('latin1');

const log = createLog('silent');
let broker: RecordingBroker;
let listener: TcpListener;
let port: number;
const clients: net.Socket[] = [];

async function start(proxyProtocol: boolean): Promise<void> {
  // Deadlines come when a test says so; sockets keep their own time.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  broker = new RecordingBroker();
  listener = new TcpListener(broker.asBroker, { proxyProtocol, log });
  port = await listener.listen('127.0.0.1', 0);
}

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  listener.close();
  jest.useRealTimers();
});

async function connect(): Promise<net.Socket> {
  const client = net.connect({ host: '127.0.0.1', port, noDelay: true });
  clients.push(client);
  // Resets are part of what is tested; 'close' follows.
  client.on('error', () => undefined);
  await once(client, 'connect');
  return client;
}

async function connectAndAccept(): Promise<{ client: net.Socket; accepted: Accepted }> {
  const [client, accepted] = await Promise.all([connect(), broker.next()]);
  return { client, accepted };
}

/** Bytes go to the broker on a connection of their own: what was sent on others before had its chance. */
async function passTheTime(): Promise<void> {
  const { client, accepted } = await connectAndAccept();
  client.write('tick');
  await accepted.until(() => accepted.received.length === 4);
}

describe('a connection', () => {
  beforeEach(() => start(false));

  test('is told by its own address, and its bytes go both ways', async () => {
    const { client, accepted } = await connectAndAccept();
    expect(accepted.transport.remoteAddress).toBe(`127.0.0.1:${client.localPort}`);
    expect(accepted.transport.serverName).toBeUndefined();
    client.write('ping');
    await accepted.until(() => accepted.received.toString() === 'ping');
    expect(accepted.transport.write(Buffer.from('pong'))).toBe(true);
    expect(String((await once(client, 'data'))[0])).toBe('pong');
  });

  test('whose client does not read says so, and when it has drained', async () => {
    const { client, accepted } = await connectAndAccept();
    client.pause();
    expect(accepted.fill()).toBe(false);
    expect(accepted.drains).toBe(0);
    client.resume();
    await accepted.until(() => accepted.drains > 0);
    expect(accepted.transport.bufferedBytes).toBe(0);
  });

  test('is not read while it is paused', async () => {
    const { client, accepted } = await connectAndAccept();
    accepted.transport.pause();
    client.write('later');
    await passTheTime();
    expect(accepted.received.toString()).toBe('');
    accepted.transport.resume();
    await accepted.until(() => accepted.received.toString() === 'later');
  });

  test('sends what is written before it ends, and closes once', async () => {
    const { client, accepted } = await connectAndAccept();
    accepted.transport.write(Buffer.from('last words'));
    accepted.transport.end();
    expect(String((await once(client, 'data'))[0])).toBe('last words');
    await accepted.until(() => accepted.closes.length > 0);
    expect(accepted.closes).toStrictEqual([undefined]);
  });

  test('ends within 5 s, even when its client reads no more', async () => {
    const { client, accepted } = await connectAndAccept();
    client.pause();
    accepted.fill();
    accepted.transport.end();
    jest.advanceTimersByTime(4_999);
    await passTheTime();
    expect(accepted.closes).toStrictEqual([]);
    jest.advanceTimersByTime(1);
    await accepted.until(() => accepted.closes.length > 0);
  });

  test('that its client resets tells why it closed', async () => {
    const { client, accepted } = await connectAndAccept();
    client.resetAndDestroy();
    await accepted.until(() => accepted.closes.length > 0);
    expect(accepted.closes).toStrictEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  });

  test('that a stopping broker refuses is closed', async () => {
    broker.accept = (transport) => transport.destroy();
    const client = await connect();
    await once(client, 'close');
  });
});

describe('behind a load balancer', () => {
  beforeEach(() => start(true));

  test('the client is the one in the header, and its first bytes are not lost', async () => {
    const client = await connect();
    client.write(`${V1}first `);
    const accepted = await broker.next();
    client.write('second');
    await accepted.until(() => accepted.received.toString() === 'first second');
    expect(accepted.transport.remoteAddress).toBe('192.0.2.7:8080');
    expect(accepted.transport.serverName).toBeUndefined();
  });

  test('a header may come in pieces, and the client may speak later', async () => {
    const client = await connect();
    for (const piece of ['P', 'ROXY TCP4 192.0.2', '.7 198.51.100.1 8080 1883\r']) {
      client.write(piece);
      await passTheTimeBehindHeader();
    }
    client.write('\n');
    const accepted = await broker.next();
    expect(accepted.received).toHaveLength(0);
    client.write('later');
    await accepted.until(() => accepted.received.toString() === 'later');
  });

  test("version 2's authority names the server", async () => {
    const client = await connect();
    client.write(Buffer.concat([V2_WITH_AUTHORITY, Buffer.from('first')]));
    const accepted = await broker.next();
    await accepted.until(() => accepted.received.toString() === 'first');
    const { remoteAddress, serverName } = accepted.transport;
    expect({ remoteAddress, serverName }).toEqual({
      remoteAddress: '192.0.2.8:8081',
      serverName: 'acme.iot.test',
    });
  });

  test.each(['PROXY UNKNOWN\r\n', V2_LOCAL])(
    "the balancer's own connection has its own address (%#)",
    async (header) => {
      const client = await connect();
      client.write(header, 'latin1');
      const { transport } = await broker.next();
      expect(transport.remoteAddress).toBe(`127.0.0.1:${client.localPort}`);
    },
  );

  test.each([
    ['without a header', bytes('10 0c "MQTT" 04 02 0000 0000')],
    ['with a malformed one', Buffer.from('PROXY TCP4 here there 1 2\r\n')],
    ['with one that does not end', Buffer.from('PROXY UNKNOWN '.padEnd(200, 'x'))],
  ])('a connection %s is closed and does not reach the broker', async (_, start) => {
    const client = await connect();
    client.write(start);
    await once(client, 'close');
    expect(broker.count).toBe(0);
  });

  test('a client that ends before its header is forgotten', async () => {
    const client = await connect();
    client.end('PROXY ');
    client.resume();
    await once(client, 'close');
    expect(broker.count).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('the header is waited for for 10 s', async () => {
    const client = await connect();
    client.write('PROXY TCP4 ');
    await passTheTimeBehindHeader();
    jest.advanceTimersByTime(9_999);
    await passTheTimeBehindHeader();
    expect(client.closed).toBe(false);
    jest.advanceTimersByTime(1);
    await once(client.resume(), 'close');
    expect(broker.count).toBe(2);
  });

  test('a connection whose header has come is not held to that time', async () => {
    const client = await connect();
    client.write(V1);
    const accepted = await broker.next();
    jest.advanceTimersByTime(60_000);
    client.write('later');
    await accepted.until(() => accepted.received.toString() === 'later');
  });
});

/** As `passTheTime`. */
async function passTheTimeBehindHeader(): Promise<void> {
  const client = await connect();
  client.write(`${V2_LOCAL}tick`, 'latin1');
  const accepted = await broker.next();
  await accepted.until(() => accepted.received.length === 4);
}
