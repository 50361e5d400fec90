import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { ADMIN, once, type RunningServer, startServer } from '../../testing/running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** A tenant with one credential. */
async function tenantWithCredential(slug: string, body: object = {}) {
  await server.api('POST', '/tenants', { slug });
  const { body: issued } = await server.api('POST', `/tenants/${slug}/credentials`, {
    username: 'device',
    ...body,
  });
  return { username: issued.mqttUsername as string, password: issued.password as string };
}

describe('access', () => {
  test('nothing is answered without a login, and the reason is a problem detail', async () => {
    const { status, body, headers } = await server.request('GET', '/api/v1/tenants');
    expect(status).toBe(401);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 401, code: 'not-authenticated' });
  });

  test('a wrong API key is refused', async () => {
    const { status } = await server.request('GET', '/api/v1/tenants', undefined, {
      authorization: 'Bearer wrong',
    });
    expect(status).toBe(401);
  });

  test('the first administrator logs in, is known by the cookie, and logs out', async () => {
    const login = await server.request('POST', '/api/v1/login', ADMIN);
    expect(login.status).toBe(200);
    const [cookie] = login.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    const headers = { cookie: cookie.split(';')[0] };
    const me = await server.request('GET', '/api/v1/me', undefined, headers);
    expect(me.body).toEqual({
      email: ADMIN.email,
      name: 'Administrator',
      isPlatformAdmin: true,
      hasTwoFactor: false,
    });
    expect((await server.request('POST', '/api/v1/logout', {}, headers)).status).toBe(204);
    expect((await server.request('GET', '/api/v1/me', undefined, headers)).status).toBe(401);
  });

  test('a wrong password is refused, and too many tries are', async () => {
    const tries = [];
    for (let count = 0; count < 12; count++) {
      tries.push(
        (await server.request('POST', '/api/v1/login', { ...ADMIN, password: 'wrong password' })).status,
      );
    }
    expect(tries[0]).toBe(401);
    expect(tries.at(-1)).toBe(429);
  });

  test('a request from another site is refused, whatever cookie it has', async () => {
    const { status, body } = await server.request('POST', '/api/v1/login', ADMIN, {
      origin: 'http://evil.example',
    });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'foreign-origin' });
  });
});

test.each([{ toString: null }, [60], true, '6o'])(
  '%j is no number, and no failure',
  async (overlapSeconds) => {
    await tenantWithCredential('no-number');
    const url = '/tenants/no-number/credentials/device/rotate';
    const { status, body } = await server.api('POST', url, { overlapSeconds });
    expect({ status, path: body.errors?.[0].path }).toEqual({ status: 400, path: 'overlapSeconds' });
  },
);

describe('limits', () => {
  test('requests from one address, a minute', async () => {
    const limited = await startServer({ RESTANTE_REQUESTS_A_MINUTE: '3' });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await limited.api('GET', '/me')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { body, headers } = await limited.api('GET', '/me');
    expect(body).toMatchObject({ code: 'too-many-requests', type: 'urn:restante:problem:too-many-requests' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.request('GET', '/healthz')).status).toBe(200);
    await limited.stop();
  });

  test('a large body is read only from somebody who is known', async () => {
    const payload = 'x'.repeat(100_000);
    const message = { topic: 't', payload };
    const { status, body } = await server.request('POST', '/api/v1/tenants/demo/messages', message);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'not-authenticated' });
    expect((await server.api('POST', '/tenants/demo/messages', message)).status).toBe(202);
  });

  test.each([
    [200, 'wrong-login'],
    [100_000, 'not-authenticated'],
  ])('of a body whose length is not said, as many as anybody may send: %d bytes', async (length, code) => {
    const body = new Blob([JSON.stringify({ email: 'a@b', password: 'x' }).padEnd(length)]).stream();
    const url = `http://127.0.0.1:${server.ports.http}/api/v1/login`;
    // From an address that has tried no login yet.
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.77' };
    const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect(await response.json()).toMatchObject({ status: 401, code });
  });
});

describe('tenants', () => {
  test('are made, listed in pages, renamed and deleted', async () => {
    for (const slug of ['page-a', 'page-b', 'page-c'])
      expect((await server.api('POST', '/tenants', { slug })).status).toBe(201);
    const first = await server.api('GET', '/tenants?limit=2');
    expect(first.body.items).toHaveLength(2);
    const second = await server.api('GET', `/tenants?limit=500&after=${first.body.next}`);
    expect(second.body.items.map((tenant: { slug: string }) => tenant.slug)).toContain('page-c');
    expect((await server.api('PATCH', '/tenants/page-a', { name: 'Page A' })).body.name).toBe('Page A');
    expect((await server.api('DELETE', '/tenants/page-a')).status).toBe(202);
    await eventually(
      'it is gone',
      async () => (await server.api('GET', '/tenants/page-a')).body.code === 'tenant-not-found',
    );
  });

  test('a slug is taken once', async () => {
    await server.api('POST', '/tenants', { slug: 'once' });
    const again = await server.api('POST', '/tenants', { slug: 'once' });
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'tenant-exists' });
  });

  test.each(['', 'A', '-a', 'a-', 'a b', 'a:b', 'x'.repeat(64)])(
    'the slug %j is refused with a sentence',
    async (slug) => {
      const { status, body } = await server.api('POST', '/tenants', { slug });
      expect(status).toBe(400);
      expect(body.errors[0].path).toBe('slug');
    },
  );

  test('an unknown field is an error, not silence', async () => {
    const { body } = await server.api('POST', '/tenants', { slug: 'fields', nmae: 'Fields' });
    expect(body).toMatchObject({ status: 400, errors: [{ path: 'nmae' }] });
  });
});

describe('credentials', () => {
  test('a secret is shown once and stored as a hash', async () => {
    const { password } = await tenantWithCredential('secrets');
    const { body } = await server.api('GET', '/tenants/secrets/credentials/device');
    expect(body).toMatchObject({ username: 'device', mqttUsername: 'secrets:device', enabled: true });
    expect(JSON.stringify(body)).not.toContain(password);
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
  });

  test('a file of credentials is sent as it is', async () => {
    await server.api('POST', '/tenants', { slug: 'files' });
    const send = async (type: string, body: string) => {
      const url = `http://127.0.0.1:${server.ports.http}/api/v1/tenants/files/credentials/import`;
      const headers = { 'content-type': type, authorization: 'Bearer the-key-of-the-tests' };
      return (await fetch(url, { method: 'POST', headers, body })).json();
    };
    expect(await send('text/csv', 'username\na\n')).toMatchObject({ issued: 1, failed: 0 });
    expect(await send('application/x-ndjson', '{"username":"b"}\n{')).toMatchObject({ issued: 1, failed: 1 });
  });

  test('a rotated secret replaces the old one and ends its connections', async () => {
    const { username, password } = await tenantWithCredential('rotating');
    const client = await server.connect(username, password);
    const closed = once(client, 'close');
    const { body } = await server.api('POST', '/tenants/rotating/credentials/device/rotate');
    await closed;
    await expect(server.connect(username, password)).rejects.toThrow(
      /Bad username or password|Not authorized/,
    );
    const renewed = await server.connect(username, body.password);
    expect(renewed.connected).toBe(true);
  });

  test('a disabled or deleted credential is refused and its connections end', async () => {
    const { username, password } = await tenantWithCredential('disabling');
    const client = await server.connect(username, password);
    const closed = once(client, 'close');
    await server.api('PATCH', '/tenants/disabling/credentials/device', { enabled: false });
    await closed;
    await expect(server.connect(username, password, { protocolVersion: 5 })).rejects.toMatchObject({
      code: 0x87,
    });
    await server.api('DELETE', '/tenants/disabling/credentials/device');
    await expect(server.connect(username, password, { protocolVersion: 5 })).rejects.toMatchObject({
      code: 0x86,
    });
  });

  test.each([
    ['a wrong password', 'wrongly:device', 'wrong', 0x86],
    ['an unknown user name', 'wrongly:nobody', 'wrong', 0x86],
    ['an unknown tenant', 'nowhere:device', 'wrong', 0x86],
    ['a user name without a tenant', 'device', 'wrong', 0x87],
  ])('%s is refused with its code', async (_, username, password, code) => {
    await tenantWithCredential('wrongly');
    await expect(server.connect(username, password, { protocolVersion: 5 })).rejects.toMatchObject({ code });
  });

  test('rules decide what a device may publish and subscribe to', async () => {
    const acl = [
      { effect: 'allow', action: 'all', topicFilter: 'own/%c/#' },
      { effect: 'deny', action: 'all', topicFilter: '#' },
    ];
    const { username, password } = await tenantWithCredential('ruled', { acl });
    const client = await server.connect(username, password, { protocolVersion: 5, clientId: 'c1' });
    const granted = await client
      .subscribeAsync(['own/c1/a', 'own/c2/a', '#'], { qos: 1 })
      .catch((error: { packet: { granted: number[] } }) => error.packet.granted);
    expect(JSON.stringify(granted)).toMatch(/135/);
    await expect(client.publishAsync('own/c2/a', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await expect(client.publishAsync('own/c1/a', 'x', { qos: 1 })).resolves.toBeDefined();
  });

  test('a rule that is no topic filter is refused', async () => {
    await server.api('POST', '/tenants', { slug: 'badrule' });
    const acl = [{ effect: 'allow', action: 'all', topicFilter: 'a#' }];
    const { status, body } = await server.api('POST', '/tenants/badrule/credentials', {
      username: 'device',
      acl,
    });
    expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: 'acl.0.topicFilter' });
  });
});

describe('policies', () => {
  test('hold all settings over the defaults, and refuse what is out of range', async () => {
    await server.api('POST', '/tenants', { slug: 'policies' });
    const made = await server.api('POST', '/tenants/policies/policies', {
      name: 'small',
      settings: { maxQueuedMessages: 10 },
    });
    expect(made.body).toMatchObject({
      name: 'small',
      isDefault: false,
      settings: { maxQueuedMessages: 10, overflow: 'drop-oldest' },
    });
    const wrong = await server.api('POST', '/tenants/policies/policies', {
      name: 'wrong',
      settings: { maxQoS: 3, nonsense: 1 },
    });
    expect(wrong.body.errors.map((error: { path: string }) => error.path)).toEqual([
      'settings.maxQoS',
      'settings.nonsense',
    ]);
  });

  test('refuse settings that do not go together, also one after the other', async () => {
    await server.api('POST', '/tenants', { slug: 'together' });
    const make = (settings: object) =>
      server.api('POST', '/tenants/together/policies', { name: 'newest', settings });
    const path = 'settings.keepLastPerTopic';
    const refused = await make({ keepLastPerTopic: true, overflow: 'reject-publisher' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((await make({ keepLastPerTopic: true })).status).toBe(201);
    const changed = await server.api('PATCH', '/tenants/together/policies/newest', {
      settings: { overflow: 'drop-newest' },
    });
    expect(changed).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  test('one that credentials have cannot be deleted', async () => {
    await server.api('POST', '/tenants', { slug: 'inuse' });
    await server.api('POST', '/tenants/inuse/policies', { name: 'mine' });
    await server.api('POST', '/tenants/inuse/credentials', { username: 'device', policy: 'mine' });
    expect((await server.api('DELETE', '/tenants/inuse/policies/mine')).body.code).toBe('policy-in-use');
    expect((await server.api('DELETE', '/tenants/inuse/policies/default')).body.code).toBe('policy-in-use');
  });

  test('bind the device that connects under them: 3.1.1 sessions expire as they say', async () => {
    await server.api('POST', '/tenants', { slug: 'bound' });
    await server.api('POST', '/tenants/bound/policies', {
      name: 'short',
      settings: { sessionExpirySeconds: 77 },
    });
    const { body } = await server.api('POST', '/tenants/bound/credentials', {
      username: 'device',
      policy: 'short',
    });
    await server.connect(body.mqttUsername, body.password, { clientId: 'c1', clean: false });
    const session = await server.api('GET', '/tenants/bound/sessions/c1');
    expect(session.body).toMatchObject({ state: 'online', sessionExpirySeconds: 77, username: 'device' });
    const settings = { sessionExpirySeconds: 77, overflow: 'drop-oldest', maxQueuedMessages: 10_000 };
    expect(session.body.policy).toMatchObject({ name: 'short', isDefault: false, settings });
    await server.api('PATCH', '/tenants/bound/credentials/device', { policy: null });
    const { body: after } = await server.api('GET', '/tenants/bound/sessions/c1');
    expect(after.policy).toMatchObject({ name: 'default', isDefault: true });
  });
});

describe('publishing', () => {
  test('is refused by a full queue that refuses publishers', async () => {
    await server.api('POST', '/tenants', { slug: 'full' });
    const settings = { maxQueuedMessages: 1, overflow: 'reject-publisher' };
    await server.api('PATCH', '/tenants/full/policies/default', { settings });
    const { body } = await server.api('POST', '/tenants/full/credentials', { username: 'device' });
    const client = await server.connect(body.mqttUsername, body.password, { clientId: 'away', clean: false });
    await client.subscribeAsync('a', { qos: 1 });
    await client.endAsync();
    const publish = () => server.api('POST', '/tenants/full/messages', { topic: 'a', payload: 'x', qos: 1 });
    expect((await publish()).status).toBe(202);
    expect(await publish()).toMatchObject({ status: 409, body: { code: 'queue-full' } });
  });
});

describe('sessions', () => {
  test('an absent session shows what waits for it, and loses it when purged', async () => {
    const { username, password } = await tenantWithCredential('waiting');
    const client = await server.connect(username, password, { clientId: 'away', clean: false });
    await client.subscribeAsync('a/#', { qos: 1 });
    await client.endAsync();
    for (let count = 0; count < 3; count++) {
      const { status, body } = await server.api('POST', '/tenants/waiting/messages', {
        topic: 'a/b',
        payload: 'hello',
        qos: 1,
      });
      expect({ status, body }).toEqual({ status: 202, body: { delivered: 0, filters: 1, receiptId: null } });
    }
    const { body } = await server.api('GET', '/tenants/waiting/sessions?state=offline');
    expect(body.items).toMatchObject([
      { clientId: 'away', state: 'offline', queuedMessages: 3, queuedBytes: 24, subscriptionCount: 1 },
    ]);
    expect((await server.api('GET', '/tenants/waiting/overview')).body).toMatchObject({
      offlineSessions: 1,
      queuedMessages: 3,
    });
    expect((await server.api('DELETE', '/tenants/waiting/sessions/away/queue')).body).toEqual({
      purgedMessages: 3,
      isComplete: true,
    });
    expect((await server.api('GET', '/tenants/waiting/sessions/away')).body).toMatchObject({
      queuedMessages: 0,
      subscriptionCount: 1,
    });
  });

  test('one is disconnected, and then deleted for good', async () => {
    const { username, password } = await tenantWithCredential('leaving');
    const client = await server.connect(username, password, {
      clientId: 'c1',
      clean: false,
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 60 },
    });
    const told = once(client, 'disconnect');
    expect((await server.api('POST', '/tenants/leaving/sessions/c1/disconnect')).status).toBe(204);
    expect((await told)[0]).toMatchObject({ reasonCode: 0x98 });
    expect((await server.api('POST', '/tenants/leaving/sessions/c1/disconnect')).body.code).toBe(
      'session-offline',
    );
    expect((await server.api('DELETE', '/tenants/leaving/sessions/c1')).status).toBe(204);
    expect((await server.api('GET', '/tenants/leaving/sessions/c1')).body.code).toBe('session-not-found');
  });

  test('are listed in pages that leave none out, on and off line, in both orders', async () => {
    const { username, password } = await tenantWithCredential('paged');
    for (let count = 0; count < 7; count++) {
      const client = await server.connect(username, password, { clientId: `c${count}`, clean: false });
      await client.subscribeAsync(`t/${count}`, { qos: 1 });
      if (count % 2 === 0) await client.endAsync();
      for (let message = 0; message < count; message++) {
        await server.api('POST', '/tenants/paged/messages', { topic: `t/${count}`, payload: 'x', qos: 1 });
      }
    }
    const collect = async (query: string) => {
      const found: string[] = [];
      for (let after = ''; ;) {
        const { body } = await server.api('GET', `/tenants/paged/sessions?limit=2${query}${after}`);
        found.push(...body.items.map((session: { clientId: string }) => session.clientId));
        if (body.next === null) return found;
        after = `&after=${encodeURIComponent(body.next)}`;
      }
    };
    expect(await collect('')).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
    expect(await collect('&state=offline&sort=queuedMessages')).toEqual(['c6', 'c4', 'c2', 'c0']);
    expect(await collect('&q=C3')).toEqual(['c3']);
  });

  test('client identifiers with any characters are found', async () => {
    const { username, password } = await tenantWithCredential('odd');
    const clientId = 'a/b ü?&#%2F';
    await server.connect(username, password, { clientId, clean: false });
    const { body } = await server.api('GET', `/tenants/odd/sessions/${encodeURIComponent(clientId)}`);
    expect(body.clientId).toBe(clientId);
  });
});

describe('isolation', () => {
  test('two tenants use the same client identifiers and topics and never meet', async () => {
    const one = await tenantWithCredential('iso-one');
    const other = await tenantWithCredential('iso-other');
    const here = await server.connect(one.username, one.password, { clientId: 'same' });
    const there = await server.connect(other.username, other.password, { clientId: 'same' });
    expect(here.connected && there.connected).toBe(true);
    const received: string[] = [];
    there.on('message', (_, payload) => received.push(payload.toString()));
    await there.subscribeAsync('#', { qos: 1 });
    await here.publishAsync('a', 'for one', { qos: 1, retain: true });
    const own = once(there, 'message');
    await there.publishAsync('a', 'for other', { qos: 1 });
    await own;
    expect(received).toEqual(['for other']);
    expect((await server.api('GET', '/tenants/iso-other/overview')).body.retainedMessages).toBe(0);
  });

  test('a deletion that another server had begun is gone on with', async () => {
    for (const slug of ['begun', 'asked']) await server.api('POST', '/tenants', { slug });
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query("UPDATE tenant SET deleting_since = now() WHERE slug = 'begun'");
    await client.end();
    expect((await server.api('GET', '/tenants/begun')).body.deletingSince).not.toBeNull();
    expect((await server.api('POST', '/tenants/begun/policies', { name: 'late' })).body.code).toBe(
      'tenant-deleting',
    );
    await server.api('DELETE', '/tenants/asked');
    await eventually('both are gone', async () => {
      const codes = await Promise.all(
        ['begun', 'asked'].map(async (slug) => (await server.api('GET', `/tenants/${slug}`)).body.code),
      );
      return codes.every((code) => code === 'tenant-not-found');
    });
  });

  test('a deleted tenant leaves nothing behind', async () => {
    const { username, password } = await tenantWithCredential('gone');
    const client = await server.connect(username, password, { clientId: 'c1', clean: false });
    await client.subscribeAsync('#', { qos: 1 });
    const closed = once(client, 'close');
    expect((await server.api('DELETE', '/tenants/gone')).status).toBe(202);
    await closed;
    await expect(server.connect(username, password)).rejects.toThrow(
      /Not authorized|Bad username or password/,
    );
    await eventually('it is gone', async () => {
      const { status } = await server.api('POST', '/tenants', { slug: 'gone' });
      return status === 201;
    });
    expect((await server.api('GET', '/tenants/gone/sessions')).body.items).toEqual([]);
  });
});

describe('the server itself', () => {
  test('says that it is alive and ready', async () => {
    expect((await server.request('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await server.request('GET', '/readyz')).body).toMatchObject({ status: 'ready' });
  });

  test('describes its interface, and shows it to people', async () => {
    const { body } = await server.request('GET', '/api/v1/openapi.json');
    expect(Object.keys(body.paths)).toContain('/api/v1/tenants/{tenant}/sessions/{clientId}');
    expect((await server.request('GET', '/api/docs')).status).toBe(200);
  });

  test('the client library is generated from the description as it is', async () => {
    const { body } = await server.request('GET', '/api/v1/openapi.json');
    const file = new URL('../../../../libs/api-client/openapi.json', import.meta.url);
    expect(body).toEqual(JSON.parse(await readFile(file, 'utf8')));
  });

  test('an unknown path is a problem detail', async () => {
    expect((await server.request('GET', '/nothing')).body).toMatchObject({ status: 404 });
  });

  test('no secret stands in the database as it is', async () => {
    const { password } = await tenantWithCredential('hashed');
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT secret_hash FROM credential');
    await client.end();
    expect(rows.some(({ secret_hash }) => secret_hash.toString().includes(password))).toBe(false);
    expect(rows.every(({ secret_hash }) => secret_hash.length === 32)).toBe(true);
  });
});
