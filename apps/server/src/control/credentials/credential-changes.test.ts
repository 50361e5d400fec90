import 'reflect-metadata';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { once, type RunningServer, startServer } from '../../../testing/running-server.ts';

let server: RunningServer;
const clients: MqttClient[] = [];

beforeAll(async () => {
  server = await startServer();
  await server.api('POST', '/tenants', { slug: 'changing' });
});

afterAll(async () => {
  for (const client of clients) client.end(true);
  await server.stop();
});

const credentials = '/tenants/changing/credentials';

async function issue(username: string, body: object = {}) {
  const issued = await server.api('POST', credentials, { username, ...body });
  expect(issued.status).toBe(201);
  return { username: issued.body.mqttUsername as string, password: issued.body.password as string };
}

async function connect(transport: 'mqtt' | 'ws', options: IClientOptions): Promise<MqttClient> {
  const client = await mqtt.connectAsync(server.urls[transport], {
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return client;
}

describe.each([
  ['TCP', 'mqtt'],
  ['WebSocket', 'ws'],
] as const)('over %s the connections of a credential end at once', (_, transport) => {
  const refusedWith = async (login: IClientOptions, code: number) =>
    expect(connect(transport, login)).rejects.toMatchObject({ code });

  async function expectEnd(client: MqttClient, change: () => Promise<unknown>): Promise<void> {
    const [told, closed] = [once(client, 'disconnect'), once(client, 'close')];
    await change();
    expect((await told)[0]).toMatchObject({ reasonCode: 0x98 });
    await closed;
  }

  test('when it is disabled', async () => {
    const login = await issue(`disabled-${transport}`);
    const client = await connect(transport, login);
    const other = await connect(transport, await issue(`other-${transport}`));
    await expectEnd(client, () =>
      server.api('PATCH', `${credentials}/disabled-${transport}`, { enabled: false }),
    );
    await refusedWith(login, 0x87);
    expect(other.connected).toBe(true);
  });

  test('when it is deleted', async () => {
    const login = await issue(`deleted-${transport}`);
    const client = await connect(transport, login);
    await expectEnd(client, () => server.api('DELETE', `${credentials}/deleted-${transport}`));
    await refusedWith(login, 0x86);
  });

  test('when its secret is rotated', async () => {
    const login = await issue(`rotated-${transport}`);
    const client = await connect(transport, login);
    await expectEnd(client, () => server.api('POST', `${credentials}/rotated-${transport}/rotate`));
    await refusedWith(login, 0x86);
  });

  test('when its rules are changed', async () => {
    const client = await connect(transport, await issue(`ruled-${transport}`));
    await expectEnd(client, () => server.api('PATCH', `${credentials}/ruled-${transport}`, { acl: [] }));
  });

  test('of a secret that was rotated with an overlap, when that is over', async () => {
    const login = await issue(`overlapping-${transport}`);
    const old = await connect(transport, login);
    const [told, closed] = [once(old, 'disconnect'), once(old, 'close')];
    const url = `${credentials}/overlapping-${transport}/rotate`;
    const { body } = await server.api('POST', url, { overlapSeconds: 3 });
    const until = Date.parse(body.previousSecretUntil);
    // Both are good meanwhile.
    await connect(transport, { ...login, clientId: `late-${transport}` });
    const renewed = await connect(transport, { ...login, password: body.password });
    expect((await told)[0]).toMatchObject({ reasonCode: 0x87 });
    await closed;
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    await refusedWith(login, 0x86);
    expect(renewed.connected).toBe(true);
  });
});

test('a secret that a second rotation leaves out ends at once, the one before it does not', async () => {
  const login = await issue('twice');
  const url = `${credentials}/twice/rotate`;
  const first = await connect('mqtt', { ...login, clientId: 'twice-first' });
  const { body } = await server.api('POST', url, { overlapSeconds: 600 });
  const second = { ...login, password: body.password as string };
  const closed = once(first, 'close');
  await server.api('POST', url, { overlapSeconds: 600 });
  await closed;
  await expect(connect('mqtt', login)).rejects.toMatchObject({ code: 0x86 });
  expect((await connect('mqtt', second)).connected).toBe(true);
});

test('a line of an import that cannot be kept takes nothing from the others', async () => {
  const data = ['good', 'bad', 'late'].map((username) =>
    JSON.stringify({ username, label: username === 'bad' ? '\0' : '' }),
  );
  const { status, body } = await server.api('POST', `${credentials}/import`, {
    format: 'json-lines',
    data: data.join('\n'),
  });
  expect({ status, issued: body.issued, failed: body.failed }).toEqual({ status: 200, issued: 2, failed: 1 });
  expect(body.lines[1]).toMatchObject({ username: 'bad', error: expect.stringContaining('cannot be kept') });
  const [{ mqttUsername: username, password }] = body.lines;
  expect((await connect('mqtt', { username, password })).connected).toBe(true);
});

describe('the will of a client', () => {
  const deny = [{ effect: 'deny', action: 'publish', topicFilter: 'will/#' }];
  let watcher: MqttClient;
  const heard: string[] = [];

  beforeAll(async () => {
    watcher = await connect('mqtt', await issue('watcher'));
    watcher.on('message', (_, payload) => heard.push(payload.toString()));
    await watcher.subscribeAsync(['will/#', 'end'], { qos: 1 });
  });

  const willOf = (name: string) => ({
    topic: `will/${name}`,
    payload: Buffer.from(name),
    qos: 1 as const,
    retain: false,
  });

  /** What the watcher heard before a message that is sent now. */
  async function heardSoFar(): Promise<string[]> {
    const end = new Promise<void>((resolve) =>
      watcher.on('message', (topic) => {
        if (topic === 'end') resolve();
      }),
    );
    await server.api('POST', '/tenants/changing/messages', { topic: 'end', payload: 'end', qos: 1 });
    await end;
    return heard.splice(0).filter((text) => text !== 'end');
  }

  test.each([
    ['disabled', { enabled: false }, []],
    ['deleted', null, []],
    ['refused', { acl: deny }, []],
    ['policed', { policy: null }, ['policed']],
  ])(
    'whose credential is %s while it is connected is held to what is in force then',
    async (name, body, wills) => {
      const client = await connect('mqtt', { ...(await issue(name)), will: willOf(name) });
      const closed = once(client, 'close');
      if (body === null) await server.api('DELETE', `${credentials}/${name}`);
      else await server.api('PATCH', `${credentials}/${name}`, body);
      await closed;
      expect(await heardSoFar()).toEqual(wills);
    },
  );

  test("is held to the rules of its credential's roles", async () => {
    await server.api('POST', '/tenants/changing/roles', { name: 'silenced', rules: [] });
    const login = await issue('role', { roles: ['silenced'] });
    const client = await connect('mqtt', { ...login, clientId: 'role', will: willOf('role') });
    await server.api('PATCH', '/tenants/changing/roles/silenced', { rules: deny });
    const closed = once(client, 'close');
    await server.api('POST', '/tenants/changing/sessions/role/disconnect');
    await closed;
    expect(await heardSoFar()).toEqual([]);
  });

  test.each([
    ['may still publish it', {}, ['delayed-free']],
    ['may publish it no more', { acl: deny }, []],
  ])('with a delay, whose credential %s, is held to that too', async (_, body, wills) => {
    const name = wills.length > 0 ? 'delayed-free' : 'delayed-refused';
    const login = await issue(name);
    const will = { ...willOf(name), properties: { willDelayInterval: 60 } };
    const properties = { sessionExpiryInterval: 60 };
    const client = await connect('mqtt', { ...login, clientId: name, will, properties });
    client.stream.destroy();
    await once(client, 'close');
    await server.api('PATCH', `${credentials}/${name}`, body);
    await server.api('DELETE', `/tenants/changing/sessions/${name}`);
    expect(await heardSoFar()).toEqual(wills);
  });

  test("is held to the tenant's default, when that changes", async () => {
    await server.api('PATCH', `${credentials}/watcher`, {
      acl: [{ effect: 'allow', action: 'all', topicFilter: '#' }],
    });
    watcher = await connect('mqtt', {
      username: 'changing:watcher',
      password: (await server.api('POST', `${credentials}/watcher/rotate`)).body.password,
      clientId: 'watcher',
      properties: { sessionExpiryInterval: 60 },
    });
    await watcher.subscribeAsync(['will/#', 'end'], { qos: 1 });
    const client = await connect('mqtt', { ...(await issue('unruled')), will: willOf('unruled') });
    const closed = once(client, 'close');
    await server.api('PATCH', '/tenants/changing', { accessDefault: 'deny' });
    await closed;
    const { body } = await server.api('GET', '/tenants/changing/sessions/watcher');
    expect(body.queuedMessages).toBe(0);
  });
});
