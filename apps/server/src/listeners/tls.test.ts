import { jest } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { TestCertificate } from '../../../../tests/harness/certificate.ts';
import { type Accepted, RecordingBroker } from '../../testing/recording-broker.ts';
import { createLog } from '../log.ts';
import { TlsCertificate } from './tls-certificate.ts';
import { TlsListener } from './tls.ts';

const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 8080 8883\r\n';
const log = createLog('silent');
let pair: TestCertificate;
let ca: Buffer;
let certificate: TlsCertificate;
let broker: RecordingBroker;
let listener: TlsListener;
let port: number;
/** For certificates. */
let asks = false;
const clients: Duplex[] = [];

beforeAll(async () => {
  pair = await TestCertificate.create(['acme.iot.test']);
  ca = await pair.pem();
});
afterAll(() => pair.dispose());

async function start(proxyProtocol: boolean): Promise<void> {
  // Deadlines come when a test says so; sockets keep their own time.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  certificate = await TlsCertificate.load({ certificate: pair.certificateFile, key: pair.keyFile }, log);
  broker = new RecordingBroker();
  const options = { proxyProtocol, log, asksForCertificate: () => asks };
  listener = new TlsListener(broker.asBroker, certificate, options);
  port = await listener.listen('127.0.0.1', 0);
}

afterEach(() => {
  asks = false;
  for (const client of clients.splice(0)) client.destroy();
  listener.close();
  certificate.close();
  jest.useRealTimers();
});

async function connectTcp(): Promise<net.Socket> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  clients.push(socket);
  // Resets are part of what is tested; 'close' follows.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function connect(options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const client = tls.connect({ host: '127.0.0.1', port, ca, ...options });
  clients.push(client);
  await once(client, 'secureConnect');
  return client;
}

async function connectAndAccept(options?: tls.ConnectionOptions) {
  const [client, accepted] = await Promise.all([connect(options), broker.next()]);
  return { client, accepted };
}

async function expectEcho(client: Duplex, accepted: Accepted): Promise<void> {
  client.write('ping');
  await accepted.until(() => accepted.received.toString() === 'ping');
  accepted.transport.write(Buffer.from('pong'));
  expect(String((await once(client, 'data'))[0])).toBe('pong');
}

describe('a connection', () => {
  beforeEach(() => start(false));

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s, and its bytes go both ways', async (version) => {
    const { client, accepted } = await connectAndAccept({ minVersion: version, maxVersion: version });
    expect(client.getProtocol()).toBe(version);
    expect(accepted.transport.remoteAddress).toBe(`127.0.0.1:${client.localPort}`);
    await expectEcho(client, accepted);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('is refused with %s', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(connect(old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    expect(broker.count).toBe(0);
  });

  test('tells the server name that its client asked for', async () => {
    const { accepted } = await connectAndAccept({ servername: 'acme.iot.test' });
    expect(accepted.transport.serverName).toBe('acme.iot.test');
  });

  test('has no server name when its client gave none', async () => {
    const { accepted } = await connectAndAccept();
    expect(accepted.transport.serverName).toBeUndefined();
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

  test('sends what is written before it ends, and closes once', async () => {
    const { client, accepted } = await connectAndAccept();
    accepted.transport.write(Buffer.from('last words'));
    accepted.transport.end();
    expect(String((await once(client, 'data'))[0])).toBe('last words');
    await accepted.until(() => accepted.closes.length > 0);
    expect(accepted.closes).toStrictEqual([undefined]);
  });

  test('that breaks within a record closes, and the next one is served', async () => {
    const { client, accepted } = await connectAndAccept();
    client.destroy();
    await accepted.until(() => accepted.closes.length > 0);
    const next = await connectAndAccept();
    await expectEcho(next.client, next.accepted);
  });
});

describe('a handshake', () => {
  beforeEach(() => start(false));

  test.each([
    ['that is none', (socket: net.Socket) => socket.write('\x10\x0c\0\x04MQTT\x04\x02\0\0\0\0')],
    [
      'that breaks off',
      (socket: net.Socket) => socket.write(Buffer.from('16030101000100', 'hex')) && socket.end(),
    ],
    ['that is reset', (socket: net.Socket) => socket.resetAndDestroy()],
  ])('%s ends its connection, and the next one is served', async (_, begin) => {
    const socket = await connectTcp();
    begin(socket);
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
    const { client, accepted } = await connectAndAccept();
    await expectEcho(client, accepted);
    expect(broker.count).toBe(1);
  });

  test('whose client does not trust the certificate ends its connection', async () => {
    await expect(connect({ ca: undefined })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const { client, accepted } = await connectAndAccept();
    await expectEcho(client, accepted);
  });

  test('is given 10 s, however busy its client is', async () => {
    const socket = await connectTcp();
    for (const byte of ['16', '03', '01']) {
      socket.write(Buffer.from(byte, 'hex'));
      await connectAndAccept();
      jest.advanceTimersByTime(3_333);
      expect(socket.closed).toBe(false);
    }
    jest.advanceTimersByTime(1);
    await once(socket.resume(), 'close');
  });

  test('that is done is not held to that time', async () => {
    const { client, accepted } = await connectAndAccept();
    jest.advanceTimersByTime(60_000);
    await expectEcho(client, accepted);
  });
});

describe('a client certificate', () => {
  beforeEach(() => start(false));

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('is seen where it is asked for, by %s', async (version) => {
    const own = { cert: ca, key: await readFile(pair.keyFile), minVersion: version, maxVersion: version };
    expect((await connectAndAccept(own)).accepted.transport.certificates).toBeUndefined();
    asks = true;
    const { accepted } = await connectAndAccept(own);
    expect(accepted.transport.certificates).toEqual([new X509Certificate(ca).raw]);
  });

  test('need not be shown where it is asked for', async () => {
    asks = true;
    const { client, accepted } = await connectAndAccept();
    expect(accepted.transport.certificates).toBeUndefined();
    await expectEcho(client, accepted);
  });

  test('is asked for after the own certificate was replaced too', async () => {
    asks = true;
    await pair.renew();
    ca = await pair.pem();
    await certificate.reload();
    const { accepted } = await connectAndAccept({ cert: ca, key: await readFile(pair.keyFile) });
    expect(accepted.transport.certificates).toHaveLength(1);
  });
});

test('a new certificate is for new connections; the old ones go on', async () => {
  await start(false);
  const old = await connectAndAccept();
  await pair.renew(['acme.iot.test']);
  ca = await pair.pem();
  await certificate.reload();
  const { client } = await connectAndAccept();
  expect(client.getPeerX509Certificate()!.serialNumber).not.toBe(
    old.client.getPeerX509Certificate()!.serialNumber,
  );
  await expectEcho(old.client, old.accepted);
});

describe('behind a load balancer', () => {
  beforeEach(() => start(true));

  test('the header comes before the handshake', async () => {
    const socket = await connectTcp();
    socket.write(V1);
    const { client, accepted } = await connectAndAccept({ socket, servername: 'acme.iot.test' });
    const { remoteAddress, serverName } = accepted.transport;
    expect({ remoteAddress, serverName }).toEqual({
      remoteAddress: '192.0.2.7:8080',
      serverName: 'acme.iot.test',
    });
    await expectEcho(client, accepted);
  });

  test('the header may come in one piece with the beginning of the handshake', async () => {
    const { client, accepted } = await connectAndAccept({ socket: withHeader(await connectTcp()) });
    expect(accepted.transport.remoteAddress).toBe('192.0.2.7:8080');
    await expectEcho(client, accepted);
  });

  test('a handshake without a header is closed', async () => {
    await expect(connect()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(broker.count).toBe(0);
  });
});

/** A stream through `socket` whose first write has the header before it. */
function withHeader(socket: net.Socket): Duplex {
  let header = V1;
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(Buffer.concat([Buffer.from(header), chunk]), done);
      header = '';
    },
  });
  socket.on('data', (chunk) => stream.push(chunk));
  return stream;
}
