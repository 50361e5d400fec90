import 'reflect-metadata';
import { once as onceEvent } from 'node:events';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { bytes, u16 } from '../../../tests/conformance/bytes.ts';
import { TestCertificate } from '../../../tests/harness/certificate.ts';
import { once, type RunningServer, startServer } from '../testing/running-server.ts';

type Transport = keyof RunningServer['urls'];

const BASE_DOMAIN = 'iot.test';

let pair: TestCertificate;
let ca: Buffer;
beforeAll(async () => {
  pair = await TestCertificate.create([`*.${BASE_DOMAIN}`]);
  ca = await pair.pem();
});
afterAll(() => pair.dispose());

async function issueCredential(server: RunningServer, slug: string) {
  await server.api('POST', '/tenants', { slug });
  const { body } = await server.api('POST', `/tenants/${slug}/credentials`, { username: 'device' });
  return { username: body.mqttUsername as string, password: body.password as string };
}

test('without a certificate nothing listens over TLS', async () => {
  const server = await startServer();
  expect(server.ports).toMatchObject({ mqtts: null, https: null });
  expect(JSON.parse(await readFile(path.join(server.directory, 'ports.json'), 'utf8'))).toEqual(server.ports);
  await server.stop();
});

describe('with a certificate', () => {
  let server: RunningServer;
  let login: { username: string; password: string };
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    server = await startServer({ ...pair.environment, RESTANTE_BASE_DOMAIN: BASE_DOMAIN });
    login = await issueCredential(server, 'acme');
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true);
  });
  afterAll(() => server.stop());

  async function connect(transport: Transport, options: IClientOptions = {}): Promise<MqttClient> {
    const client = await mqtt.connectAsync(server.urls[transport], {
      ca,
      reconnectPeriod: 0,
      ...login,
      ...options,
    });
    clients.push(client);
    return client;
  }

  test('the ports in use are written down', async () => {
    const written = JSON.parse(await readFile(path.join(server.directory, 'ports.json'), 'utf8'));
    expect(written).toEqual(server.ports);
    expect(new Set(Object.values(server.ports)).size).toBe(5);
  });

  test.each<Transport>(['mqtts', 'ws', 'wss'])(
    'a device over %s and one over TCP reach each other',
    async (transport) => {
      const [here, there] = [await connect(transport), await connect('mqtt')];
      await here.subscribeAsync('here', { qos: 1 });
      await there.subscribeAsync('there', { qos: 1 });
      const arrived = Promise.all([once(here, 'message'), once(there, 'message')]);
      // Larger than any buffer of a socket, so that frames and records are many.
      const payload = 'x'.repeat(512 * 1024);
      await here.publishAsync('there', `${payload} to TCP`, { qos: 1 });
      await there.publishAsync('here', `${payload} from TCP`, { qos: 1 });
      const [[, toHere], [, toThere]] = await arrived;
      expect(String(toHere) === `${payload} from TCP`).toBe(true);
      expect(String(toThere) === `${payload} to TCP`).toBe(true);
    },
  );

  test('a device over TLS is found by the server name, and then has a plain user name', async () => {
    const plain = { ...login, username: 'device' };
    const client = await connect('mqtts', { ...plain, servername: `acme.${BASE_DOMAIN}` });
    expect(client.connected).toBe(true);
    await expect(connect('mqtts', { ...plain, servername: `other.${BASE_DOMAIN}` })).rejects.toThrow();
    await expect(connect('mqtts', plain)).rejects.toThrow();
  });

  test.each<Transport>(['ws', 'wss'])('a device over %s is found by the Host', async (transport) => {
    const plain = { ...login, username: 'device' };
    const to = (host: string) => ({ ...plain, wsOptions: { ca, headers: { host } } });
    const client = await connect(transport, to(`acme.${BASE_DOMAIN}:8080`));
    expect(client.connected).toBe(true);
    await expect(connect(transport, to(`other.${BASE_DOMAIN}`))).rejects.toThrow();
  });

  test('HTTPS answers as HTTP does', async () => {
    const request = https.get({ host: '127.0.0.1', port: server.ports.https!, path: '/healthz', ca });
    const [response] = await onceEvent(request, 'response');
    expect(response.statusCode).toBe(200);
    expect((await server.request('GET', '/healthz')).status).toBe(200);
    response.resume();
  });

  test('HTTPS has the new certificate too', async () => {
    const serialNumber = async () => {
      const request = https.get({ host: '127.0.0.1', port: server.ports.https!, agent: false, ca });
      const [response] = await onceEvent(request, 'response');
      response.resume();
      return response.socket.getPeerX509Certificate().serialNumber;
    };
    const old = await serialNumber();
    await pair.renew([`*.${BASE_DOMAIN}`]);
    ca = await pair.pem();
    await server.reloadCertificate();
    expect(await serialNumber()).not.toBe(old);
  });
});

test('behind a load balancer a client has its own address, and the tenant is found by the name in the header', async () => {
  const server = await startServer({ RESTANTE_PROXY_PROTOCOL: 'true', RESTANTE_BASE_DOMAIN: BASE_DOMAIN });
  const { password } = await issueCredential(server, 'acme');
  const name = `acme.${BASE_DOMAIN}`;
  const header = bytes(
    `0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 ${u16(12 + 3 + name.length)}
     c0 00 02 07 c6 33 64 01 1f 90 07 5b 02 "${name}"`,
  );
  const open = () => {
    const socket = net.connect({ host: '127.0.0.1', port: server.ports.mqtt });
    socket.write(header);
    return socket;
  };
  const options = { username: 'device', password, clientId: 'balanced', reconnectPeriod: 0 };
  const client = new mqtt.MqttClient(open, options);
  await once(client, 'connect');
  const { body } = await server.api('GET', '/tenants/acme/sessions/balanced');
  expect(body.remoteAddress).toBe('192.0.2.7:8080');
  client.end(true);
  await server.stop();
});

test('at the end clients over WebSocket are told, as all others', async () => {
  const server = await startServer();
  const login = await issueCredential(server, 'acme');
  const options = { ...login, protocolVersion: 5 as const, reconnectPeriod: 0 };
  const clients = [
    await mqtt.connectAsync(server.urls.mqtt, options),
    await mqtt.connectAsync(server.urls.ws, options),
  ];
  const told = Promise.all(clients.map((client) => once(client, 'disconnect')));
  const closed = Promise.all(clients.map((client) => once(client, 'close')));
  await server.stop();
  for (const [packet] of await told) expect(packet).toMatchObject({ reasonCode: 0x8b });
  await closed;
});
