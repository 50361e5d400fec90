import 'reflect-metadata';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { type Arguments, Operations, type Outcome, type Way, WAYS } from '../../testing/operations.ts';
import { TestAuthority } from '../../testing/test-authority.ts';
import type { Parameter } from './graphql/schema.ts';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { type RunningServer, startServer } from '../../testing/running-server.ts';
import { verified, WebhookReceiver } from '../../testing/webhook-receiver.ts';

let server: RunningServer;
let operations: Operations;
beforeAll(async () => {
  // Webhooks are received on this machine.
  server = await startServer({ RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true' });
  operations = await Operations.of(server);
});
afterAll(() => server.stop());

let logins = 0;
const ADMIN_KEY = { authorization: 'Bearer the-key-of-the-tests' };

/** What is done, by whom, in one of the two ways. */
type Call = (name: string, args?: Arguments, headers?: Record<string, string>) => Promise<Outcome>;

function callBy(way: Way): Call {
  return (name, args, headers = ADMIN_KEY) => operations.call(way, name, args, headers);
}

/** A person with a role in a tenant, by invitation; what comes back are the headers by which they are known. */
async function memberOf(
  call: Call,
  tenant: string,
  role: string,
  email: string,
): Promise<Record<string, string>> {
  const { result } = await call('inviteMember', { tenant, input: { email, role } });
  const password = 'correct horse battery';
  const input = { token: result.token, name: email, password };
  expect(await call('acceptInvitation', { input }, {})).toEqual({ code: null, result: null });
  // From an address of its own: only so many logins a minute come from one.
  const from = { 'x-forwarded-for': `192.0.2.${++logins}` };
  const login = await server.request('POST', '/api/v1/login', { email, password }, from);
  return { cookie: login.headers.getSetCookie()[0].split(';')[0] };
}

describe.each(WAYS)('by %s', (way) => {
  const call = callBy(way);
  const own = (name: string) => `${name}-${way.toLowerCase()}`;

  test('a tenant is made, seen, renamed, suspended and deleted, and all that is in the audit', async () => {
    const tenant = own('life');
    const created = await call('createTenant', { input: { slug: tenant, name: 'Life' } });
    expect(created.result).toMatchObject({ slug: tenant, name: 'Life', suspendedAt: null });
    expect(await call('createTenant', { input: { slug: tenant } })).toEqual({
      code: 'tenant-exists',
      result: null,
    });
    expect((await call('getTenant', { tenant })).result).toEqual(created.result);
    const renamed = await call('updateTenant', { tenant, input: { name: 'Living' } });
    expect(renamed.result).toEqual({ ...created.result, name: 'Living' });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const client = await server.connect(issued.mqttUsername, issued.password);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    const suspended = await call('updateTenant', { tenant, input: { suspended: true } });
    expect(suspended.result.suspendedAt).not.toBeNull();
    expect(await closed).toBe('closed');
    await expect(server.connect(issued.mqttUsername, issued.password)).rejects.toThrow('Not authorized');
    const message = { topic: 't', payload: '' };
    expect((await call('publishMessage', { tenant, input: message })).code).toBe('tenant-suspended');
    expect(
      (await call('updateTenant', { tenant, input: { suspended: false } })).result.suspendedAt,
    ).toBeNull();
    await server.connect(issued.mqttUsername, issued.password);
    const { result: audit } = await call('listAudit', { tenant });
    expect(audit.items.map((entry: { action: string }) => entry.action)).toEqual([
      ...['tenant.update', 'tenant.update', 'credential.create', 'tenant.update', 'tenant.create'],
    ]);
    expect(audit.items[3]).toMatchObject({
      actorKind: 'api-key',
      actor: 'RESTANTE_ADMIN_API_KEY',
      tenant,
      target: tenant,
      before: { name: 'Life' },
      after: { name: 'Living' },
    });
    expect(JSON.stringify(audit)).not.toContain(issued.password);
    expect((await call('deleteTenant', { tenant })).result).toMatchObject({
      slug: tenant,
      deletingSince: expect.any(String),
    });
    await eventually(
      'it is gone',
      async () => (await call('getTenant', { tenant })).code === 'tenant-not-found',
    );
    const { result: all } = await call('listPlatformAudit', { target: tenant, action: 'tenant.delete' });
    expect(all.items).toHaveLength(1);
    const slugs = async (filter: Arguments) =>
      (await call('listPlatformAudit', filter)).result.items.map((entry: { tenant: string }) => entry.tenant);
    // By its slug too when it is gone.
    expect(new Set(await slugs({ tenant }))).toEqual(new Set([tenant]));
    await call('deletePlatformInvitation', {
      id: (await call('inviteAdministrator', { input: { email: `a@${tenant}.example` } })).result.id,
    });
    expect(new Set(await slugs({ concerns: 'platform' }))).toEqual(new Set([null]));
    expect(await slugs({ concerns: 'tenants' })).not.toContain(null);
    expect(await slugs({ tenant, concerns: 'platform' })).toEqual([]);
  });

  test('quotas are checked, merged, shown with their usage, and hold at once', async () => {
    const tenant = own('quotas');
    const created = await call('createTenant', { input: { slug: tenant, quotas: { connections: 1 } } });
    expect(created.result.quotas).toMatchObject({ connections: 1, sessions: null });
    const changed = await call('updateTenant', { tenant, input: { quotas: { retainedMessages: 1 } } });
    expect(changed.result.quotas).toMatchObject({ connections: 1, retainedMessages: 1 });
    for (const quotas of [{ connections: 0 }, { connections: 1.5 }])
      expect((await call('updateTenant', { tenant, input: { quotas } })).code).toBe('invalid-request');

    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    await server.connect(issued.mqttUsername, issued.password, { clientId: 'first' });
    await expect(
      server.connect(issued.mqttUsername, issued.password, { clientId: 'second' }),
    ).rejects.toThrow();
    const retain = (topic: string) =>
      call('publishMessage', { tenant, input: { topic, payload: 'x', retain: true } });
    expect((await retain('a')).code).toBe(null);
    expect((await retain('b')).code).toBe('quota-exceeded');
    expect((await call('getUsage', { tenant })).result).toMatchObject({
      connections: { used: 1, quota: 1 },
      sessions: { used: 1, quota: null },
      retainedMessages: { used: 1, quota: 1 },
      retainedBytes: { used: 2, quota: null },
    });
    await call('updateTenant', { tenant, input: { quotas: { connections: null } } });
    await server.connect(issued.mqttUsername, issued.password, { clientId: 'second' });
  });

  test('each role may do what the table says, and no more', async () => {
    const tenant = own('roles');
    await call('createTenant', { input: { slug: tenant } });
    const as = {
      viewer: await memberOf(call, tenant, 'viewer', `viewer@${tenant}.example`),
      operator: await memberOf(call, tenant, 'operator', `operator@${tenant}.example`),
      owner: await memberOf(call, tenant, 'owner', `owner@${tenant}.example`),
    };
    const codes = async (name: string, args: Arguments) =>
      Promise.all([as.viewer, as.operator, as.owner].map(async (who) => (await call(name, args, who)).code));
    const no = 'not-permitted';
    expect(await codes('getTenant', { tenant })).toEqual([null, null, null]);
    expect(await codes('listSessions', { tenant })).toEqual([null, null, null]);
    expect(await codes('publishMessage', { tenant, input: { topic: 't', payload: '' } })).toEqual([
      no,
      null,
      null,
    ]);
    expect(await codes('rotateCredential', { tenant, username: 'nobody' })).toEqual([
      ...[no, 'credential-not-found', 'credential-not-found'],
    ]);
    expect(await codes('updateTenant', { tenant, input: { name: 'New' } })).toEqual([no, no, null]);
    expect(await codes('updateTenant', { tenant, input: { suspended: true } })).toEqual([no, no, no]);
    expect(await codes('deletePolicy', { tenant, name: 'default' })).toEqual([no, no, 'policy-in-use']);
    expect(await codes('listApiKeys', { tenant })).toEqual([no, no, null]);
    expect(await codes('listAudit', { tenant })).toEqual([no, no, null]);
    expect(await codes('listWebhooks', { tenant })).toEqual([no, no, null]);
    expect(await codes('deleteWebhook', { tenant, id: 'none' })).toEqual([no, no, 'webhook-not-found']);
    expect(await codes('createTenant', { input: { slug: own('more') } })).toEqual([no, no, no]);
    expect(await codes('listPlatformAudit', {})).toEqual([no, no, no]);
    const told = async (who?: Record<string, string>) =>
      (await call('getPermissions', { tenant }, who)).result;
    expect(await told(as.viewer)).toMatchObject({ role: 'viewer' });
    expect((await told(as.viewer)).permissions).not.toContain('sessions:write');
    expect((await told(as.operator)).permissions).toContain('sessions:write');
    expect((await told(as.owner)).permissions).toContain('audit:read');
    expect((await told(as.owner)).permissions).not.toContain('platform:manage');
    expect(await told()).toMatchObject({
      role: 'platform-admin',
      permissions: expect.arrayContaining(['platform:manage']),
    });
    const seen = await call('listTenants', {}, as.viewer);
    expect(seen.result.items.map(({ slug }: { slug: string }) => slug)).toEqual([tenant]);
  });

  test('members are listed, change their role, leave, and an owner stays behind', async () => {
    const tenant = own('members');
    await call('createTenant', { input: { slug: tenant } });
    const owner = await memberOf(call, tenant, 'owner', `owner@${tenant}.example`);
    await memberOf(call, tenant, 'viewer', `other@${tenant}.example`);
    const { result } = await call('listMembers', { tenant }, owner);
    const byRole = Object.fromEntries(result.items.map((member: { role: string }) => [member.role, member]));
    expect(Object.keys(byRole).sort()).toEqual(['owner', 'viewer']);
    const id = byRole.viewer.id as string;
    const updated = await call('updateMember', { tenant, id, input: { role: 'operator' } }, owner);
    expect(updated.result).toEqual({ ...byRole.viewer, role: 'operator' });
    const { id: ownerId } = byRole.owner;
    expect((await call('deleteMember', { tenant, id: ownerId }, owner)).code).toBe('last-owner');
    const demoted = await call('updateMember', { tenant, id: ownerId, input: { role: 'viewer' } }, owner);
    expect(demoted.code).toBe('last-owner');
    expect((await call('deleteMember', { tenant, id }, owner)).code).toBeNull();
    expect((await call('deleteMember', { tenant, id }, owner)).code).toBe('member-not-found');
  });

  test('an invitation serves once, may be taken back, and shows its token once', async () => {
    const tenant = own('invited');
    await call('createTenant', { input: { slug: tenant } });
    const email = `new@${tenant}.example`;
    const { result: issued } = await call('inviteMember', { tenant, input: { email, role: 'viewer' } });
    const { result: listed } = await call('listInvitations', { tenant });
    expect(listed.items).toMatchObject([{ email, role: 'viewer', invitedBy: 'RESTANTE_ADMIN_API_KEY' }]);
    expect(JSON.stringify(listed)).not.toContain(issued.token);
    expect((await call('deleteInvitation', { tenant, id: issued.id })).code).toBeNull();
    const input = { token: issued.token, name: 'New', password: 'correct horse battery' };
    expect((await call('acceptInvitation', { input }, {})).code).toBe('invitation-not-found');
    const { result: second } = await call('inviteMember', { tenant, input: { email, role: 'viewer' } });
    const nameless = { token: second.token };
    expect((await call('acceptInvitation', { input: nameless }, {})).code).toBe('invalid-request');
    const accepted = { ...input, token: second.token };
    expect((await call('acceptInvitation', { input: accepted }, {})).code).toBeNull();
    expect((await call('acceptInvitation', { input: accepted }, {})).code).toBe('invitation-not-found');
    // Who has a login shows it: a token alone must not let anybody act for them.
    const { result: third } = await call('inviteMember', { tenant, input: { email, role: 'owner' } });
    const taken = { ...input, token: third.token };
    expect((await call('acceptInvitation', { input: taken }, {})).code).toBe('log-in-first');
  });

  test('an API key is shown once, acts in its role and tenant alone, and is refused when it is deleted', async () => {
    const tenant = own('keys');
    await call('createTenant', { input: { slug: tenant } });
    await call('createTenant', { input: { slug: own('others') } });
    const input = { name: 'Robot', role: 'operator' };
    const { result: issued } = await call('createApiKey', { tenant, input });
    expect(issued).toMatchObject({ name: 'Robot', role: 'operator', lastUsedAt: null, expiresAt: null });
    const key = { authorization: `Bearer ${issued.secret}` };
    expect((await call('getTenant', { tenant }, key)).code).toBeNull();
    expect((await call('getTenant', { tenant: own('others') }, key)).code).toBe('tenant-not-found');
    expect((await call('createApiKey', { tenant, input }, key)).code).toBe('not-permitted');
    const { result: listed } = await call('listApiKeys', { tenant });
    expect(JSON.stringify(listed)).not.toContain(issued.secret);
    expect(listed.items[0].lastUsedAt).not.toBeNull();
    expect((await call('deleteApiKey', { tenant, id: issued.id })).code).toBeNull();
    expect((await call('getTenant', { tenant }, key)).code).toBe('not-authenticated');
    const past = { ...input, expiresAt: '2020-01-01T00:00:00Z' };
    const { result: expired } = await call('createApiKey', { tenant, input: past });
    expect((await call('getMe', {}, { authorization: `Bearer ${expired.secret}` })).code).toBe(
      'not-authenticated',
    );
  });

  test('an absent queue is looked into, mended message by message, and purged by topic', async () => {
    const tenant = own('queues');
    const clientId = 'sensor/1';
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const options = { clientId, clean: false } as const;
    const client = await server.connect(issued.mqttUsername, issued.password, options);
    await client.subscribeAsync('a/#', { qos: 1 });
    await client.endAsync();
    const publish = (input: object) => call('publishMessage', { tenant, input: { qos: 1, ...input } });
    const properties = {
      contentType: 'text/plain',
      userProperties: [['unit', 'C']],
      messageExpiryInterval: 60,
    };
    await publish({ topic: 'a/1', payload: 'grün'.repeat(3), properties });
    await publish({ topic: 'a/2', payload: 'AP8=', encoding: 'base64' });
    await publish({ topic: 'a/1', payload: '3' });
    const { result: first } = await call('listQueue', { tenant, clientId, limit: 2, payloadBytes: 8 });
    expect(first.items).toMatchObject([
      {
        state: 'waiting',
        packetIdentifier: null,
        qos: 1,
        topicFilters: ['a/#'],
        message: {
          topic: 'a/1',
          // Eight bytes would end within a character.
          payload: 'grüngr',
          encoding: 'utf8',
          payloadBytes: 15,
          isTruncated: true,
          contentType: 'text/plain',
          userProperties: [{ name: 'unit', value: 'C' }],
        },
      },
      { message: { topic: 'a/2', payload: 'AP8=', encoding: 'base64', payloadBytes: 2, isTruncated: false } },
    ]);
    const { publishedAt, expiresAt } = first.items[0].message;
    expect(Date.parse(expiresAt) - Date.parse(publishedAt)).toBe(60_000);
    const { result: second } = await call('listQueue', { tenant, clientId, limit: 2, after: first.next });
    expect(second).toMatchObject({ items: [{ message: { payload: '3', expiresAt: null } }], next: null });
    const { id } = first.items[1];
    expect((await call('deleteQueuedMessage', { tenant, clientId, id })).code).toBeNull();
    expect((await call('deleteQueuedMessage', { tenant, clientId, id })).code).toBe('message-not-waiting');
    const purge = (topicFilter?: string) => call('purgeQueue', { tenant, clientId, topicFilter });
    expect((await purge('a/#/b')).code).toBe('invalid-request');
    expect((await purge('b')).result).toEqual({ purgedMessages: 0, isComplete: true });
    expect((await purge('a/1')).result).toEqual({ purgedMessages: 2, isComplete: true });
    expect((await call('listQueue', { tenant, clientId })).result).toEqual({ items: [], next: null });
    expect((await call('listQueue', { tenant, clientId: 'nobody' })).code).toBe('session-not-found');
    const { result: audit } = await call('listAudit', { tenant, action: 'queue', target: clientId });
    expect(audit.items.map((entry: { action: string }) => entry.action)).toEqual([
      ...['queue.purge', 'queue.purge', 'queue.delete'],
    ]);
  });

  test('many messages are published together, and each is told what became of it', async () => {
    const tenant = own('bulk');
    await call('createTenant', { input: { slug: tenant, quotas: { retainedMessages: 1 } } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const client = await server.connect(issued.mqttUsername, issued.password);
    await client.subscribeAsync('#', { qos: 1 });
    const got: string[] = [];
    const all = new Promise<void>((resolve) =>
      client.on('message', (_, payload) => got.push(payload.toString()) === 500 && resolve()),
    );
    const numbered = Array.from({ length: 500 }, (_, index) => ({ topic: 'a', payload: `${index}`, qos: 1 }));
    const { result } = await call('publishMessages', { tenant, input: { messages: numbered } });
    expect(result.items).toHaveLength(500);
    expect(new Set(result.items.map((item: object) => JSON.stringify(item))).size).toBe(1);
    expect(result.items[0]).toEqual({
      ...{ delivered: 1, filters: 0, receiptId: null, code: null, detail: null },
    });
    await all;
    expect(got).toEqual(numbered.map(({ payload }) => payload));
    const mixed = [
      { topic: 'a/#', payload: '' },
      { topic: '$SYS/x', payload: '' },
      { topic: 'r/1', payload: 'x', retain: true },
      { topic: 'r/2', payload: 'x', retain: true },
    ];
    const outcome = await call('publishMessages', { tenant, input: { messages: mixed } });
    expect(outcome.result.items.map(({ code }: { code: string | null }) => code)).toEqual([
      ...['invalid-topic', 'invalid-topic', null, 'quota-exceeded'],
    ]);
    const tooMany = Array.from({ length: 1_001 }, () => ({ topic: 'a', payload: '' }));
    expect((await call('publishMessages', { tenant, input: { messages: tooMany } })).code).toBe(
      'invalid-request',
    );
  });

  test('what waits for one session is copied and moved to another', async () => {
    const tenant = own('moved');
    const clientId = 'old';
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = (id: string, clean = false) =>
      server.connect(issued.mqttUsername, issued.password, { clientId: id, clean });
    const old = await connect('old');
    await old.subscribeAsync('#', { qos: 1 });
    await old.endAsync();
    for (const topic of ['a', 'b', 'a'])
      await call('publishMessage', { tenant, input: { topic, payload: topic, qos: 1 } });
    const copy = (input: object) => call('copyQueue', { tenant, clientId, input: { to: 'new', ...input } });
    const move = (input: object) => call('moveQueue', { tenant, clientId, input: { to: 'new', ...input } });
    expect((await copy({})).code).toBe('session-not-found');
    expect((await move({ to: 'old' })).code).toBe('invalid-request');
    expect((await move({ topicFilter: 'a/#/b' })).code).toBe('invalid-request');
    const brief = await connect('brief', true);
    expect((await move({ to: 'brief' })).code).toBe('session-not-durable');
    await brief.endAsync();
    await (await connect('new')).endAsync();
    expect((await copy({ topicFilter: 'b' })).result).toEqual({ messages: 1, bytes: 2, next: null });
    expect((await move({ topicFilter: 'a' })).result).toEqual({ messages: 2, bytes: 4, next: null });
    const topics = async (id: string) => {
      const { result } = await call('listQueue', { tenant, clientId: id });
      return result.items.map((item: { message: { topic: string } }) => item.message.topic);
    };
    expect(await topics('old')).toEqual(['b']);
    expect(await topics('new')).toEqual(['b', 'a', 'a']);
    await call('updatePolicy', { tenant, name: 'default', input: { settings: { maxQueuedMessages: 3 } } });
    expect((await move({})).code).toBe('queue-limit');
    const { result: audit } = await call('listAudit', { tenant, action: 'queue', target: clientId });
    expect(audit.items).toMatchObject([
      { action: 'queue.move', after: { to: 'new', topicFilter: 'a', messages: 2 } },
      { action: 'queue.copy', after: { to: 'new', topicFilter: 'b', messages: 1 } },
    ]);
  });

  test('a change of a policy is tried first, and then binds who is connected', async () => {
    const tenant = own('tried');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const login = (clientId: string) =>
      server.connect(issued.mqttUsername, issued.password, { clientId, clean: false });
    const absent = await login('absent');
    await absent.subscribeAsync('a', { qos: 1 });
    await absent.endAsync();
    for (let nth = 0; nth < 5; nth++)
      await call('publishMessage', { tenant, input: { topic: 'a', payload: 'x', qos: 1 } });
    const dryRun = (settings: object, name = 'default') =>
      call('dryRunPolicy', { tenant, name, input: { settings } });
    const { result } = await dryRun({ maxQueuedMessages: 2 });
    expect(result).toEqual({
      sessions: 1,
      cutSessions: 1,
      droppedMessages: 3,
      items: [{ clientId: 'absent', queuedMessages: 5, droppedMessages: 3 }],
      isComplete: true,
    });
    const refusing = await dryRun({ maxQueuedMessages: 2, overflow: 'reject-publisher' });
    expect(refusing.result).toMatchObject({ sessions: 1, cutSessions: 0, droppedMessages: 0 });
    expect((await dryRun({ maxQueuedMessages: 0 })).code).toBe('invalid-request');
    expect((await dryRun({}, 'nothing')).code).toBe('policy-not-found');
    await call('createPolicy', { tenant, input: { name: 'other' } });
    expect((await dryRun({ maxQueuedMessages: 2 }, 'other')).result).toMatchObject({ sessions: 0 });
    const input = { settings: { maxQueuedMessages: 2 }, isDefault: true };
    const asDefault = await call('dryRunPolicy', { tenant, name: 'other', input });
    expect(asDefault.result).toMatchObject({ sessions: 1, droppedMessages: 3 });

    const limitOf = async (clientId: string) =>
      (await call('getSession', { tenant, clientId })).result.maxQueuedMessages;
    await login('online');
    await call('updatePolicy', { tenant, name: 'default', input: { settings: { maxQueuedMessages: 4 } } });
    expect([await limitOf('online'), await limitOf('absent')]).toEqual([4, 4]);
  });

  test('a session is told what a rewind would send again, and gets it', async () => {
    const tenant = own('rewound');
    const clientId = 'device';
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = () => server.connect(issued.mqttUsername, issued.password, { clientId, clean: false });
    const to = new Date(Date.now() - 60_000).toISOString();
    const rewind = (dryRun?: boolean) => call('rewindSession', { tenant, clientId, input: { to, dryRun } });
    expect((await rewind()).code).toBe('session-not-found');
    const first = await connect();
    await first.subscribeAsync('a', { qos: 1 });
    await first.endAsync();
    expect((await rewind()).code).toBe('nothing-kept');
    const settings = { retentionSeconds: 3_600, maxQueuedMessages: 2 };
    await call('updatePolicy', { tenant, name: 'default', input: { settings } });
    const client = await connect();
    const got: string[] = [];
    client.on('message', (_, payload) => got.push(payload.toString()));
    const receive = (payloads: string[]) =>
      eventually('the messages came', async () => JSON.stringify(got) === JSON.stringify(payloads));
    for (const payload of ['1', '2'])
      await call('publishMessage', { tenant, input: { topic: 'a', payload, qos: 1 } });
    await receive(['1', '2']);
    const told = await rewind(true);
    expect(told.result).toEqual({ messages: 2, bytes: 4, from: expect.any(String), isComplete: true });
    expect(await rewind()).toEqual(told);
    await receive(['1', '2', '1', '2']);
    await call('publishMessage', { tenant, input: { topic: 'a', payload: '3', qos: 1 } });
    await receive(['1', '2', '1', '2', '3']);
    await client.endAsync();
    expect((await rewind()).code).toBe('queue-limit');
    const { result: audit } = await call('listAudit', { tenant, action: 'session.rewind' });
    expect(audit.items).toMatchObject([{ target: clientId, after: { messages: 2 } }]);
  });

  test('a credential keeps to its client identifiers, ends in time, and tells how it was used', async () => {
    const tenant = own('rules');
    await call('createTenant', { input: { slug: tenant } });
    const issue = async (username: string, more: object) =>
      (await call('createCredential', { tenant, input: { username, ...more } })).result;
    const exact = await issue('lamp', { clientId: { rule: 'exact', value: '%u' } });
    expect(exact).toMatchObject({
      clientId: { rule: 'exact', value: '%u' },
      lastSeenAt: null,
      isOnline: false,
    });
    const connect = (credential: { mqttUsername: string; password: string }, clientId: string) =>
      server.connect(credential.mqttUsername, credential.password, { clientId });
    await expect(connect(exact, 'other')).rejects.toThrow('Identifier rejected');
    const lamp = await connect(exact, 'lamp');
    await expect(connect({ ...exact, password: 'wrong' }, 'lamp')).rejects.toThrow(
      'Bad username or password',
    );
    const seen = async () => (await call('getCredential', { tenant, username: 'lamp' })).result;
    await eventually('its use is noted', async () => {
      const { lastSeenAt, failedLogins } = await seen();
      return lastSeenAt !== null && failedLogins === 1;
    });
    expect((await seen()).isOnline).toBe(true);
    const ruled = { rule: 'prefix' };
    expect((await call('createCredential', { tenant, input: { username: 'x', clientId: ruled } })).code).toBe(
      'invalid-request',
    );
    // A change binds those who are connected.
    const closed = new Promise((resolve) => lamp.once('close', () => resolve('closed')));
    const clientId = { rule: 'prefix', value: 'light/' };
    await call('updateCredential', { tenant, username: 'lamp', input: { clientId } });
    expect(await closed).toBe('closed');
    await expect(connect(exact, 'lamp')).rejects.toThrow('Identifier rejected');
    await connect(exact, 'light/1');

    const past = await issue('past', { expiresAt: '2020-01-01T00:00:00Z' });
    await expect(connect(past, 'a')).rejects.toThrow('Bad username or password');
    const soon = await issue('soon', { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    const client = await connect(soon, 'b');
    await new Promise((resolve) => client.once('close', () => resolve(null)));
    await expect(connect(soon, 'b')).rejects.toThrow('Bad username or password');
  });

  test('credentials are found by part of their user name or label, whatever stands in it', async () => {
    const tenant = own('found');
    await call('createTenant', { input: { slug: tenant } });
    for (const [username, label] of [
      ['lamp_1', 'Hall'],
      ['lampX1', '50%'],
      ['pump', 'The old LAMP'],
    ])
      await call('createCredential', { tenant, input: { username, label } });
    const found = async (q: string, more = {}) =>
      (await call('listCredentials', { tenant, q, ...more })).result.items.map(
        ({ username }: { username: string }) => username,
      );
    expect((await found('lamp')).toSorted()).toEqual(['lampX1', 'lamp_1', 'pump']);
    expect(await found('Lamp_')).toEqual(['lamp_1']);
    expect(await found('0%')).toEqual(['lampX1']);
    expect(await found('\\')).toEqual([]);
    const [first] = await found('lamp', { limit: 1 });
    expect(await found('lamp', { after: first })).toHaveLength(2);
  });

  test('rules are shared by roles, bind who is connected, and say why', async () => {
    const tenant = own('access');
    await call('createTenant', { input: { slug: tenant } });
    const allow = (topicFilter: string, more = {}) => ({
      effect: 'allow',
      action: 'all',
      topicFilter,
      ...more,
    });
    const deny = (topicFilter: string) => ({ effect: 'deny', action: 'all', topicFilter });
    const rules = [allow('out/%u/#', { maxQoS: 1, retain: false }), deny('out/#')];
    const { result: role } = await call('createRole', { tenant, input: { name: 'sensors', rules } });
    expect(role.name).toBe('sensors');
    expect(role.rules).toMatchObject(rules);
    const bad = { name: 'bad', rules: [allow('a/#/b')] };
    expect((await call('createRole', { tenant, input: bad })).code).toBe('invalid-request');
    expect((await call('createRole', { tenant, input: { name: 'sensors', rules: [] } })).code).toBe(
      'role-exists',
    );
    const credential = { username: 'one', roles: ['missing'] };
    expect((await call('createCredential', { tenant, input: credential })).code).toBe('role-not-found');
    const input = { username: 'one', roles: ['sensors'] };
    const { result: issued } = await call('createCredential', { tenant, input });
    expect((await call('deleteRole', { tenant, name: 'sensors' })).code).toBe('role-in-use');

    const check = async (action: string, topic: string, more = {}) =>
      (await call('checkAccess', { tenant, username: 'one', input: { action, topic, ...more } })).result;
    expect(await check('publish', 'out/one/t', { qos: 1 })).toMatchObject({
      allowed: true,
      reason: 'Allowed by rule 1 of the role "sensors"',
      rule: { role: 'sensors', index: 0 },
      maxQoS: 1,
    });
    expect(await check('publish', 'out/one/t', { qos: 2 })).toMatchObject({ allowed: false });
    expect(await check('publish', 'out/one/t', { retain: true })).toMatchObject({ allowed: false });
    expect(await check('subscribe', 'out/one/#', { qos: 2 })).toMatchObject({ allowed: true, maxQoS: 1 });
    const shared = await check('subscribe', '$share/group/out/one/#', { qos: 2 });
    expect(shared).toMatchObject({ allowed: true, maxQoS: 1, rule: { index: 0 } });
    expect(await check('subscribe', '$share/group/out/two')).toMatchObject({ allowed: false });
    expect(await check('publish', '$SYS/x')).toMatchObject({ allowed: false });
    expect(await check('publish', 'out/two')).toMatchObject({
      allowed: false,
      maxQoS: null,
      rule: { index: 1 },
    });
    expect(await check('publish', 'in')).toMatchObject({ allowed: true, rule: null });
    expect(
      (await call('checkAccess', { tenant, username: 'one', input: { action: 'publish', topic: '#' } })).code,
    ).toBe('invalid-topic');

    const client = await server.connect(issued.mqttUsername, issued.password, { protocolVersion: 5 });
    const published = (topic: string, options: object) => client.publishAsync(topic, 'x', options);
    await published('out/one/t', { qos: 1 });
    await expect(published('out/one/t', { qos: 2 })).rejects.toThrow('Not authorized');
    await expect(published('out/one/t', { qos: 1, retain: true })).rejects.toThrow('Not authorized');
    await expect(published('out/two', { qos: 1 })).rejects.toThrow('Not authorized');
    const [{ qos }] = await client.subscribeAsync('out/one/#', { qos: 2 });
    expect(qos).toBe(1);
    // A change of the role binds at once, and takes from the subscription what it no longer may bring.
    await call('updateRole', { tenant, name: 'sensors', input: { rules: [deny('out/#')] } });
    await expect(published('out/one/t', { qos: 1 })).rejects.toThrow('Not authorized');
    const received: string[] = [];
    client.on('message', (topic) => received.push(topic));
    await call('publishMessage', { tenant, input: { topic: 'out/one/t', payload: 'x', qos: 1 } });
    expect(client.connected).toBe(true);
    await client.publishAsync('in', 'x', { qos: 1 });
    expect(received).toEqual([]);
    // So does the tenant's default, for who has no rules as well.
    const { result: free } = await call('createCredential', { tenant, input: { username: 'free' } });
    await server.connect(free.mqttUsername, free.password);
    expect(
      (await call('updateTenant', { tenant, input: { accessDefault: 'deny' } })).result.accessDefault,
    ).toBe('deny');
    expect(await check('publish', 'in')).toMatchObject({
      allowed: false,
      reason: "Refused by the tenant's default",
    });
    const again = await server.connect(free.mqttUsername, free.password, { protocolVersion: 5 });
    await expect(again.publishAsync('in', 'x', { qos: 1 })).rejects.toThrow('Not authorized');
    await call('updateCredential', { tenant, username: 'one', input: { roles: [] } });
    expect((await call('deleteRole', { tenant, name: 'sensors' })).code).toBeNull();
    expect((await call('listRoles', { tenant })).result.items).toEqual([]);
  });

  test('sessions that nobody comes back for are found, and deleted together', async () => {
    const tenant = own('orphans');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const { result: other } = await call('createCredential', { tenant, input: { username: 'other' } });
    for (const clientId of ['a', 'b', 'c']) {
      const credential = clientId === 'c' ? other : issued;
      const options = { clientId, clean: false } as const;
      const client = await server.connect(credential.mqttUsername, credential.password, options);
      if (clientId !== 'b') await client.endAsync();
    }
    const names = async (query: object) =>
      (await call('listSessions', { tenant, ...query })).result.items.map(
        (one: { clientId: string }) => one.clientId,
      );
    const future = new Date(Date.now() + 60_000).toISOString();
    await eventually('they are absent', async () => (await names({ state: 'offline' })).length === 2);
    expect(await names({ username: 'device' })).toEqual(['a', 'b']);
    expect(await names({ absentBefore: future })).toEqual(['a', 'c']);
    expect(await names({ absentBefore: future, sort: 'queuedMessages', username: 'other' })).toEqual(['c']);
    expect(await names({ absentBefore: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await names({ absentAfter: '2020-01-01T00:00:00Z', username: 'device' })).toEqual(['a']);
    expect(await names({ absentAfter: future })).toEqual([]);
    expect((await call('listSessions', { tenant, absentBefore: 'x' })).code).toBe('invalid-request');
    const change = async (what: string, ...clientIds: string[]) =>
      (await call('changeSessions', { tenant, input: { change: what, clientIds } })).result.items;
    expect(await change('disconnect', 'a', 'b')).toEqual([
      { clientId: 'a', code: 'session-offline' },
      { clientId: 'b', code: null },
    ]);
    expect(await change('purge', 'a')).toEqual([{ clientId: 'a', code: null }]);
    expect(await change('delete', 'a', 'nobody', 'c')).toEqual([
      { clientId: 'a', code: null },
      { clientId: 'nobody', code: 'session-not-found' },
      { clientId: 'c', code: null },
    ]);
    expect(await names({})).toEqual(['b']);
  });

  test('a publisher who wants a receipt is told what became of the message, client by client', async () => {
    const tenant = own('receipts');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = (clientId: string) =>
      server.connect(issued.mqttUsername, issued.password, { clientId, clean: false, protocolVersion: 4 });
    for (const clientId of ['absent', 'online']) {
      const client = await connect(clientId);
      await client.subscribeAsync('a/#', { qos: 1 });
      await client.endAsync();
    }
    await connect('online');
    const input = { topic: 'a/1', payload: 'x', qos: 1, receipt: true };
    const { result: published } = await call('publishMessage', { tenant, input });
    const id = published.receiptId as string;
    const get = async (args: object = {}) => call('getReceipt', { tenant, id, ...args });
    await eventually('the client has it', async () =>
      (await get()).result.items.some(({ state }: { state: string }) => state === 'acknowledged'),
    );
    const { result: receipt } = await get();
    expect(receipt).toMatchObject({ id, topic: 'a/1', qos: 1, expiresAt: null, unnoted: 0, next: null });
    expect(receipt.items).toEqual([
      { clientId: 'absent', sharedFilter: null, state: 'waiting', reason: null },
      { clientId: 'online', sharedFilter: null, state: 'acknowledged', reason: null },
    ]);
    const { result: first } = await get({ limit: 1 });
    expect(first.items).toHaveLength(1);
    expect((await get({ after: first.next })).result.items).toMatchObject([{ clientId: 'online' }]);
    await call('purgeQueue', { tenant, clientId: 'absent' });
    expect((await get()).result.items[0]).toMatchObject({ state: 'dropped', reason: 'purged' });
    const messages = [input, { ...input, receipt: false }, { ...input, topic: '$x' }];
    const { result: bulk } = await call('publishMessages', { tenant, input: { messages } });
    const ids = bulk.items.map(({ receiptId }: { receiptId: string | null }) => receiptId);
    expect(ids).toEqual([expect.stringMatching(/^\d+$/), null, null]);
    expect((await call('getReceipt', { tenant, id: 'nothing' })).code).toBe('receipt-not-found');
  });

  test('the life of a session is told in pages, and who had a hand in it to whom that concerns', async () => {
    const tenant = own('life-of-session');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = () =>
      server.connect(issued.mqttUsername, issued.password, {
        clientId: 'a',
        clean: false,
        protocolVersion: 4,
      });
    await connect();
    await connect();
    await call('disconnectSession', { tenant, clientId: 'a' });
    const list = async (args: object = {}, headers?: Record<string, string>) =>
      (await call('listSessionEvents', { tenant, clientId: 'a', ...args }, headers)).result;
    const { items } = await list();
    expect(items).toMatchObject([
      { kind: 'disconnected', by: 'server', reasonCode: 0x98, actor: 'RESTANTE_ADMIN_API_KEY' },
      { kind: 'connected', sessionPresent: true, protocolVersion: 4, transport: 'tcp', username: 'device' },
      { kind: 'taken-over', takenOverBy: expect.stringMatching(/^127\.0\.0\.1:/), isSessionKept: true },
      { kind: 'connected', sessionPresent: false },
    ]);
    const { items: newest, next } = await list({ limit: 1 });
    expect([...newest, ...(await list({ after: next })).items]).toEqual(items);
    const viewer = await memberOf(call, tenant, 'viewer', `viewer@${tenant}.example`);
    expect((await list({}, viewer)).items[0]).toEqual({ ...items[0], actor: null });
    expect((await list({ clientId: 'nobody' })).items).toEqual([]);
  });

  test('dead letters are read, queued again and deleted', async () => {
    const tenant = own('dead');
    await call('createTenant', { input: { slug: tenant } });
    const settings = { maxQueuedMessages: 1, overflow: 'drop-oldest', deadLetters: true };
    expect(
      (
        await call('createPolicy', {
          tenant,
          input: { name: 'x', settings: { ...settings, keepLastPerTopic: true } },
        })
      ).code,
    ).toBe('invalid-request');
    await call('createPolicy', { tenant, input: { name: 'careful', settings } });
    const credential = { username: 'device', policy: 'careful' };
    const { result: issued } = await call('createCredential', { tenant, input: credential });
    const connect = (clientId: string) =>
      server.connect(issued.mqttUsername, issued.password, { clientId, clean: false, protocolVersion: 4 });
    const device = await connect('device');
    await device.subscribeAsync('a/#', { qos: 1 });
    await device.endAsync();
    await (await connect('other')).endAsync();
    for (const topic of ['a/1', 'a/2', 'a/3', 'a/4'])
      await call('publishMessage', { tenant, input: { topic, payload: `of ${topic}`, qos: 1 } });
    const list = async (args: object = {}) => (await call('listDeadLetters', { tenant, ...args })).result;
    await eventually('they are copied', async () => (await list()).items.length === 3);
    const { items } = await list({ clientId: 'device', reason: 'queue-full', payloadBytes: 4 });
    const topics = items.map(({ message }: { message: { topic: string } }) => message.topic);
    expect(topics).toEqual(['a/3', 'a/2', 'a/1']);
    expect(items[0]).toMatchObject({
      ...{ clientId: 'device', topicFilter: 'a/#', reason: 'queue-full' },
      message: { topic: 'a/3', payload: 'of a', payloadBytes: 6, isTruncated: true, qos: 1 },
    });
    const [{ id }] = items;
    expect((await call('getDeadLetter', { tenant, id })).result.message.payload).toBe('of a/3');
    expect((await list({ topicFilter: 'a/1' })).items).toHaveLength(1);
    const { next } = await list({ limit: 2 });
    expect((await list({ limit: 2, after: next })).items).toHaveLength(1);
    const requeue = (input: object) => call('requeueDeadLetters', { tenant, input });
    expect((await requeue({ topicFilter: 'a/1', to: 'other' })).result).toEqual({
      ...{ messages: 1, bytes: 6, left: [], isComplete: true },
    });
    expect((await requeue({ ids: [id] })).result.left).toEqual([
      { clientId: 'device', messages: 1, problem: 'too-much' },
    ]);
    expect((await requeue({ topicFilter: 'a/#/b' })).code).toBe('invalid-request');
    const { result: queue } = await call('listQueue', { tenant, clientId: 'other' });
    expect(queue.items).toMatchObject([{ message: { topic: 'a/1', payload: 'of a/1' } }]);
    expect((await call('deleteDeadLetter', { tenant, id })).code).toBeNull();
    expect((await call('deleteDeadLetter', { tenant, id })).code).toBe('dead-letter-not-found');
    expect((await call('getDeadLetter', { tenant, id: 'nothing' })).code).toBe('dead-letter-not-found');
    const deleted = await call('deleteDeadLetters', { tenant, clientId: 'device' });
    expect(deleted.result).toEqual({ deletedMessages: 1 });
    expect((await list()).items).toEqual([]);
    const { result: audit } = await call('listAudit', { tenant, action: 'dead-letter' });
    expect(audit.items.map(({ action }: { action: string }) => action)).toEqual([
      ...['dead-letter.delete-all', 'dead-letter.delete', 'dead-letter.requeue', 'dead-letter.requeue'],
    ]);
  });

  test('the ledger tells what did not arrive, by session, topic and reason', async () => {
    const tenant = own('ledger');
    await call('createTenant', { input: { slug: tenant } });
    const policy = { name: 'small', settings: { maxQueuedMessages: 2, overflow: 'drop-oldest' } };
    await call('createPolicy', { tenant, input: policy });
    const credential = { username: 'device', policy: 'small' };
    const { result: issued } = await call('createCredential', { tenant, input: credential });
    const connect = (clientId: string) =>
      server.connect(issued.mqttUsername, issued.password, { clientId, clean: false, protocolVersion: 4 });
    const device = await connect('device');
    await device.subscribeAsync('a/#', { qos: 1 });
    await device.endAsync();
    const publish = (topic: string) =>
      call('publishMessage', { tenant, input: { topic, payload: 'x', qos: 1 } });
    for (const topic of ['a/1', 'a/2', 'a/3', 'a/4', 'a/5']) await publish(topic);
    await (await connect('device')).endAsync();
    const list = async (filter: object = {}) => (await call('listLedger', { tenant, ...filter })).result;
    await eventually('it is told', async () => (await list()).items.length > 0);
    const line = {
      ...{ kind: 'dropped', clientId: 'device', topicFilter: 'a/#', reason: 'queue-full' },
      at: expect.stringMatching(/:00\.000Z$/),
    };
    const { items } = await list({ clientId: 'device', topic: 'a/#', reason: 'queue-full' });
    const messages = items.reduce((sum: number, item: { messages: number }) => sum + item.messages, 0);
    expect(messages).toBe(3);
    for (const item of items) expect(item).toMatchObject(line);
    expect((await list({ reason: 'purged' })).items).toEqual([]);
    expect((await list({ to: '2020-01-01T00:00:00Z' })).items).toEqual([]);
    expect((await list({ kind: 'refused' })).items).toEqual([]);
    expect((await call('listLedger', { tenant, from: 'x' })).code).toBe('invalid-request');
    const { result: sums } = await call('summarizeLedger', { tenant, from: '2020-01-01T00:00:00Z' });
    expect(sums.byReason).toMatchObject([{ value: 'queue-full', kind: 'dropped', messages: 3 }]);
    expect(sums.byClientId).toMatchObject([{ value: 'device', messages: 3 }]);
    const { result: session } = await call('getSession', { tenant, clientId: 'device' });
    expect(session).toMatchObject({
      droppedMessages: 3,
      dropped: [{ reason: 'queue-full', messages: 3 }],
    });
  });

  test('what would be lost with absent sessions is told, and then they are deleted together', async () => {
    const tenant = own('absent');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const properties = { sessionExpiryInterval: 3_600 };
    for (const clientId of ['mqttjs_1a2b3c4d', 'once', 'here']) {
      const options = { clientId, protocolVersion: 5, properties } as const;
      const client = await server.connect(issued.mqttUsername, issued.password, options);
      await client.subscribeAsync('t', { qos: 1 });
      if (clientId !== 'here') await client.endAsync();
    }
    const remove = (input: object) => call('deleteAbsentSessions', { tenant, input });
    await call('publishMessage', { tenant, input: { topic: 't', payload: 'x', qos: 1 } });
    expect((await remove({})).code).toBe('invalid-request');
    expect((await remove({ orphans: false })).code).toBe('invalid-request');
    const lost = { sessions: 1, queuedMessages: 1, queuedBytes: 2, isEstimate: false, isComplete: true };
    expect((await remove({ q: 'MQTTJS', dryRun: true })).result).toEqual(lost);
    expect((await call('listSessions', { tenant, state: 'offline', q: 'mqttjs' })).result.items).toHaveLength(
      1,
    );
    expect((await remove({ q: 'mqttjs' })).result).toEqual(lost);
    expect((await remove({ username: 'nobody' })).result).toMatchObject({ sessions: 0, isComplete: true });
    const { result } = await call('listSessions', { tenant });
    const left = result.items.map(({ clientId }: { clientId: string }) => clientId);
    expect(left).toContain('here');
    expect(left).not.toContain('mqttjs_1a2b3c4d');
    const { result: audit } = await call('listAudit', { tenant, action: 'session.delete-absent' });
    expect(audit.items).toMatchObject([
      {
        target: '1 sessions',
        before: { sessions: 1, queuedMessages: 1, clientIds: ['mqttjs_1a2b3c4d'] },
        after: { q: 'mqttjs' },
      },
    ]);
    // Not absent for long enough.
    expect((await call('listSessions', { tenant, orphans: true })).result.items).toEqual([]);
    expect((await call('listSessions', { tenant, orphans: false })).result.items).toHaveLength(2);
  });

  test('retained messages are listed by topic in pages, read whole, and deleted', async () => {
    const tenant = own('retained');
    await call('createTenant', { input: { slug: tenant } });
    const long = 'x'.repeat(300);
    const topics = ['a', 'a/b', 'a/b/c', 'ab', 'b/ü', `${long}/1`, `${long}/2`];
    for (const topic of topics.toReversed()) {
      const message = { topic, payload: `€ of ${topic}`, qos: 1, retain: true };
      expect((await call('publishMessage', { tenant, input: message })).code).toBeNull();
    }
    const list = async (limit: number, more: object = {}) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const { result } = await call('listRetained', { tenant, limit, after, ...more });
        found.push(...result.items.map((item: { topic: string }) => item.topic));
        after = result.next ?? undefined;
      } while (after !== undefined);
      return found;
    };
    for (const limit of [1, 2, 3, 50]) expect(await list(limit)).toEqual(topics);
    expect(await list(1, { topicFilter: 'a/#' })).toEqual(['a', 'a/b', 'a/b/c']);
    expect(await list(1, { topicFilter: 'a/+' })).toEqual(['a/b']);
    expect(await list(2, { topicFilter: '+/b' })).toEqual(['a/b']);
    expect(await list(2, { topicFilter: `${long}/+` })).toEqual(topics.slice(-2));
    expect(await list(2, { topicFilter: 'ab' })).toEqual(['ab']);
    const { result } = await call('listRetained', { tenant, topicFilter: 'a', payloadBytes: 2 });
    // Two bytes are not all of the euro sign.
    expect(result.items).toMatchObject([
      { topic: 'a', payload: '', encoding: 'utf8', payloadBytes: 8, isTruncated: true },
    ]);
    expect((await call('getRetained', { tenant, topic: 'b/ü' })).result).toMatchObject({
      ...{ payload: '€ of b/ü', isTruncated: false, retain: true, qos: 1, expiresAt: null },
    });
    expect((await call('getRetained', { tenant, topic: 'a/+' })).code).toBe('not-retained');
    expect((await call('deleteRetained', { tenant, topic: 'a/b' })).code).toBeNull();
    expect((await call('deleteRetained', { tenant, topic: 'a/b' })).code).toBe('not-retained');
    expect(await list(50, { topicFilter: 'a/#' })).toEqual(['a', 'a/b/c']);
    expect((await call('listRetained', { tenant, topicFilter: 'a/#/b' })).code).toBe('invalid-request');
  });

  test('topics are seen with what came to them, as a tree and by name', async () => {
    const tenant = own('topics');
    await call('createTenant', { input: { slug: tenant } });
    expect((await call('listTopics', { tenant })).result).toEqual({
      items: [],
      next: null,
      hasForgotten: false,
    });
    const messages = [
      ...['site/1/temp', 'site/1/temp', 'site/2/temp', 'site/2', 'other', '/begins', 'site/1/hum'],
    ].map((topic) => ({ topic, payload: 'x', retain: topic === 'site/2' }));
    await call('publishMessages', { tenant, input: { messages } });
    const list = async (query: object) => (await call('listTopics', { tenant, ...query })).result;
    const brief = async (query: object) =>
      (await list(query)).items.map((item: Record<string, unknown>) => [
        ...[item.topic, item.childTopics, item.messages],
      ]);
    expect(await brief({})).toEqual([
      ['', 1, 1],
      ['other', 0, 1],
      ['site', 4, 5],
    ]);
    expect(await brief({ parent: '' })).toEqual([['/begins', 0, 1]]);
    expect(await brief({ parent: 'site' })).toEqual([
      ['site/1', 2, 3],
      ['site/2', 1, 2],
    ]);
    expect(await brief({ q: 'TEMP', sort: 'messages' })).toEqual([
      ['site/1/temp', 0, 2],
      ['site/2/temp', 0, 1],
    ]);
    const { items } = await list({ parent: 'site', sort: 'messagesPerSecond' });
    expect(items[0]).toMatchObject({
      ...{ topic: 'site/1', bytes: 2 * 12 + 11, isRetained: false, lastAt: expect.any(String) },
    });
    expect(items[0].messagesPerSecond).toBeGreaterThan(0);
    expect(items[1].isRetained).toBe(true);
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const page = await list({ q: 't', limit: 1, sort: 'messages', after });
      paged.push(...page.items.map(({ topic }: { topic: string }) => topic));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(paged).toEqual(['site/1/temp', 'other', 'site/1/hum', 'site/2', 'site/2/temp']);
  });

  test('the history has a step for each point of a chart', async () => {
    const tenant = own('history');
    await call('createTenant', { input: { slug: tenant } });
    const lengths = { hour: 360, day: 1_440, week: 1_008 };
    for (const [range, length] of Object.entries(lengths)) {
      const { result } = await call('getHistory', { tenant, range });
      const { at, range: told, stepSeconds, from, ...columns } = result;
      expect([told, at.length, stepSeconds]).toEqual([range, length, at[1] - at[0]]);
      expect(Date.parse(from)).toBe(at[0] * 1_000);
      for (const column of Object.values(columns)) expect(column).toHaveLength(length);
      expect(Object.keys((await call('getPlatformHistory', { range })).result)).toEqual(Object.keys(result));
    }
    expect((await call('getHistory', { tenant })).result.range).toBe('hour');
    const viewer = await memberOf(call, tenant, 'viewer', `viewer@${tenant}.example`);
    expect((await call('getHistory', { tenant }, viewer)).code).toBeNull();
    expect((await call('getPlatformHistory', {}, viewer)).code).toBe('not-permitted');
  });

  test('how the server does is told to the platform’s administrators alone', async () => {
    const tenant = own('health');
    await call('createTenant', { input: { slug: tenant } });
    const { result } = await call('getPlatformHealth');
    expect(result).toMatchObject({
      problems: expect.any(Array),
      database: {
        answers: true,
        problem: null,
        version: expect.stringMatching(/^\d+\.\d+/),
        pools: [{ pool: 'readers' }, { pool: 'viewers' }, { pool: 'control' }],
      },
      backlog: { maxBytes: 64 * 1024 * 1024 },
    });
    expect(result.database.answerMs).toBeGreaterThan(0);
    const owner = await memberOf(call, tenant, 'owner', `owner@${tenant}.example`);
    expect((await call('getPlatformHealth', {}, owner)).code).toBe('not-permitted');
  });

  test('retained messages are unfolded level by level, and deleted by topic filter', async () => {
    const tenant = own('unfolded');
    await call('createTenant', { input: { slug: tenant } });
    for (const topic of ['home', 'home/hall/heat', 'home/hall/light', 'home/cellar', '/odd', 'other'])
      await call('publishMessage', { tenant, input: { topic, payload: 'x', retain: true } });
    const unfold = async (limit: number, parent?: string) => {
      const found: object[] = [];
      let after: string | undefined;
      do {
        const { result } = await call('listRetainedTopics', { tenant, parent, limit, after });
        found.push(...result.items);
        after = result.next ?? undefined;
      } while (after !== undefined);
      return found;
    };
    for (const limit of [1, 3, 50]) {
      expect(await unfold(limit)).toEqual([
        { name: '', topic: '', hasMessage: false, topicsBelow: 1 },
        { name: 'home', topic: 'home', hasMessage: true, topicsBelow: 3 },
        { name: 'other', topic: 'other', hasMessage: true, topicsBelow: 0 },
      ]);
      expect(await unfold(limit, 'home')).toEqual([
        { name: 'cellar', topic: 'home/cellar', hasMessage: true, topicsBelow: 0 },
        { name: 'hall', topic: 'home/hall', hasMessage: false, topicsBelow: 2 },
      ]);
    }
    expect(await unfold(50, '')).toEqual([{ name: 'odd', topic: '/odd', hasMessage: true, topicsBelow: 0 }]);
    expect(await unfold(50, 'nowhere/at/all')).toEqual([]);
    expect((await call('listRetainedTopics', { tenant, parent: 'a/#' })).code).toBe('invalid-request');

    const remove = (topicFilter: string) => call('deleteRetainedMatching', { tenant, topicFilter });
    expect((await remove('home/+/#/')).code).toBe('invalid-request');
    expect((await remove('home/hall/+')).result).toEqual({ deletedMessages: 2, isComplete: true });
    expect((await remove('home/hall/+')).result).toEqual({ deletedMessages: 0, isComplete: true });
    expect((await unfold(50, 'home')).length).toBe(1);
    expect((await call('getUsage', { tenant })).result.retainedMessages.used).toBe(4);
    const { result: audit } = await call('listAudit', { tenant });
    expect(audit.items).toMatchObject([
      { action: 'retained.delete', target: 'home/hall/+', after: { deletedMessages: 2 } },
      { action: 'tenant.create' },
    ]);
  });

  test('who has subscribed to what is found by filter, part, topic and client', async () => {
    const tenant = own('subscriptions');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = (options: object) => server.connect(issued.mqttUsername, issued.password, options);
    const away = await connect({ clientId: 'away', clean: false });
    await away.subscribeAsync(['home/+', '$share/group/home/#'], { qos: 1 });
    await away.endAsync();
    const here = await connect({ clientId: 'here', protocolVersion: 5 });
    await here.subscribeAsync('home/hall', { qos: 2, nl: true, properties: { subscriptionIdentifier: 5 } });
    const list = async (query: object) => {
      const { code, result } = await call('listSubscriptions', { tenant, ...query });
      expect(code).toBeNull();
      return result.items.map(
        (one: { topicFilter: string; state: string }) => `${one.topicFilter} ${one.state}`,
      );
    };
    const all = ['$share/group/home/# offline', 'home/+ offline', 'home/hall online'];
    await eventually('one is away', async () => (await list({ clientId: 'away' }))[0]?.endsWith('offline'));
    expect(await list({})).toEqual(all);
    expect(await list({ q: 'HALL' })).toEqual([all[2]]);
    expect(await list({ topicFilter: 'home/+' })).toEqual([all[1]]);
    expect(await list({ matchesTopic: 'home/cellar' })).toEqual([all[0], all[1]]);
    expect(await list({ clientId: 'here' })).toEqual([all[2]]);
    const first = await call('listSubscriptions', { tenant, limit: 2 });
    const rest = await call('listSubscriptions', { tenant, after: first.result.next });
    expect([...first.result.items, ...rest.result.items]).toHaveLength(3);
    expect(rest.result).toEqual({
      items: [
        {
          clientId: 'here',
          username: 'device',
          state: 'online',
          outlivesConnection: false,
          topicFilter: 'home/hall',
          shareName: null,
          qos: 2,
          noLocal: true,
          retainAsPublished: false,
          retainHandling: 0,
          subscriptionIdentifier: 5,
        },
      ],
      next: null,
    });
    for (const query of [{ topicFilter: 'a/#/b' }, { matchesTopic: 'a/+' }])
      expect((await call('listSubscriptions', { tenant, ...query })).code).toBe('invalid-request');
  });

  test('credentials are issued in bulk, each line with its result', async () => {
    const tenant = own('import');
    await call('createTenant', { input: { slug: tenant } });
    await call('createCredential', { tenant, input: { username: 'known' } });
    const data = 'username,policy\none,\nknown,\ntwo,missing\n';
    const input = { format: 'csv', data };
    const { result: tried } = await call('importCredentials', { tenant, input: { ...input, dryRun: true } });
    expect(tried).toMatchObject({ issued: 0, failed: 2 });
    expect((await call('getCredential', { tenant, username: 'one' })).code).toBe('credential-not-found');
    const { result } = await call('importCredentials', { tenant, input });
    expect(result).toEqual({
      issued: 1,
      failed: 2,
      lines: [
        {
          line: 2,
          username: 'one',
          mqttUsername: `${tenant}:one`,
          password: expect.any(String),
          error: null,
        },
        {
          line: 3,
          username: 'known',
          mqttUsername: null,
          password: null,
          error: expect.stringContaining('already'),
        },
        {
          line: 4,
          username: 'two',
          mqttUsername: null,
          password: null,
          error: 'There is no policy "missing"',
        },
      ],
    });
    const [{ mqttUsername, password }] = result.lines;
    expect((await server.connect(mqttUsername, password)).connected).toBe(true);
    expect((await call('importCredentials', { tenant, input: { format: 'csv', data: 'x' } })).code).toBe(
      'invalid-request',
    );
  });

  test('while a secret is rotated with an overlap, both are good, and then the new one alone', async () => {
    const tenant = own('overlap');
    await call('createTenant', { input: { slug: tenant } });
    const { result: old } = await call('createCredential', { tenant, input: { username: 'device' } });
    const connect = (password: string, clientId: string) =>
      server.connect(old.mqttUsername, password, { clientId });
    const before = await connect(old.password, 'before');
    const closed = new Promise((resolve) => before.once('close', () => resolve(null)));
    const rotate = { tenant, username: 'device', input: { overlapSeconds: 2 } };
    const { result: renewed } = await call('rotateCredential', rotate);
    expect(Date.parse(renewed.previousSecretUntil)).toBeGreaterThan(Date.now());
    const during = await connect(old.password, 'during');
    const alsoClosed = new Promise((resolve) => during.once('close', () => resolve(null)));
    const after = await connect(renewed.password, 'after');
    await Promise.all([closed, alsoClosed]);
    await expect(connect(old.password, 'late')).rejects.toThrow('Bad username or password');
    expect(after.connected).toBe(true);
    const { result: seen } = await call('getCredential', { tenant, username: 'device' });
    expect(seen).toMatchObject({ previousSecretUntil: null, isOnline: true });
  });

  test('a webhook is made, tried, changed, rotated, and tells what it has sent', async () => {
    const receiver = await WebhookReceiver.start();
    const tenant = own('hooks');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    const input = { url: receiver.url, events: ['client.connected', 'session.expired'] };
    const { result: created } = await call('createWebhook', { tenant, input });
    const { secret, ...view } = created;
    expect(view).toMatchObject({
      ...{ ...input, description: '', isEnabled: true, disabledReason: null, failingSince: null },
      ...{ waitingDeliveries: 0, givenUpDeliveries: 0, previousSecretUntil: null },
    });
    const { id } = view;
    expect((await call('getWebhook', { tenant, id })).result).toEqual(view);
    expect((await call('listWebhooks', { tenant })).result).toEqual({ items: [view], next: null });
    const wrong = [{ url: 'ftp://example.com/' }, { url: 'http://a:b@example.com/' }, { url: '' }];
    for (const one of [...wrong, { events: [] }, { events: ['nothing'] }])
      expect((await call('updateWebhook', { tenant, id, input: one })).code).toBe('invalid-request');

    expect((await call('testWebhook', { tenant, id })).result).toEqual({
      ...{ isDelivered: true, status: 204, error: null, latencyMs: expect.any(Number) },
    });
    expect(verified(secret, await receiver.next('ping'))).toMatchObject({ tenant, data: { webhook: id } });
    receiver.answer = () => 500;
    const failed = await call('testWebhook', { tenant, id });
    expect(failed.result).toMatchObject({ isDelivered: false, status: 500 });
    await receiver.next('ping');
    receiver.answer = () => 204;

    const rotate = (overlapSeconds?: number) =>
      call('rotateWebhookSecret', { tenant, id, input: { overlapSeconds } });
    const { result: rotated } = await rotate();
    expect(Date.parse(rotated.previousSecretUntil)).toBeGreaterThan(Date.now() + 86_000_000);
    await server.connect(issued.mqttUsername, issued.password, { clientId: 'first' });
    const request = await receiver.next('client.connected');
    for (const good of [secret, rotated.secret])
      expect(verified(good, request)).toMatchObject({ data: { clientId: 'first' } });
    const { result: last } = await rotate(0);
    await call('testWebhook', { tenant, id });
    const ping = await receiver.next('ping');
    expect(() => verified(rotated.secret, ping)).toThrow('No matching signature');
    expect(verified(last.secret, ping)).toEqual(ping.body);

    const deliveries = async () => (await call('listWebhookDeliveries', { tenant, id })).result.items;
    const delivery = await eventually('it is delivered', async () => {
      const [found] = await deliveries();
      return found.state === 'delivered' && found;
    });
    expect(delivery).toMatchObject({
      ...{ id: request.headers['webhook-id'], event: 'client.connected', body: request.text },
      ...{ attempts: 1, lastStatus: 204, lastError: null, nextAttemptAt: null },
    });
    const again = (one: string) => call('redeliver', { tenant, id, delivery: one });
    expect((await again('nothing')).code).toBe('delivery-not-found');
    expect((await again(delivery.id)).result).toMatchObject({ id: delivery.id, attempts: 0 });
    expect((await receiver.next('client.connected')).headers['webhook-id']).toBe(delivery.id);

    const disabled = await call('updateWebhook', {
      tenant,
      id,
      input: { isEnabled: false, description: 'Off' },
    });
    expect(disabled.result).toMatchObject({ isEnabled: false, description: 'Off' });
    expect((await again(delivery.id)).code).toBe('webhook-disabled');
    await server.connect(issued.mqttUsername, issued.password, { clientId: 'second' });
    await call('updateWebhook', { tenant, id, input: { isEnabled: true } });
    await server.connect(issued.mqttUsername, issued.password, { clientId: 'third' });
    expect((await receiver.next('client.connected')).body.data.clientId).toBe('third');

    for (let nth = 1; nth < 20; nth++) await call('createWebhook', { tenant, input });
    expect((await call('createWebhook', { tenant, input })).code).toBe('too-many-webhooks');
    expect((await call('deleteWebhook', { tenant, id })).code).toBeNull();
    expect((await call('deleteWebhook', { tenant, id })).code).toBe('webhook-not-found');
    expect((await call('listWebhookDeliveries', { tenant, id })).code).toBe('webhook-not-found');
    const { result: audit } = await call('listAudit', { tenant, action: 'webhook', target: id });
    expect(audit.items.map(({ action }: { action: string }) => action)).toEqual([
      ...['webhook.delete', 'webhook.update', 'webhook.update', 'webhook.rotate-secret'],
      ...['webhook.rotate-secret', 'webhook.create'],
    ]);
    expect(JSON.stringify(audit)).not.toContain('whsec_');
    await receiver.stop();
  });

  test('certificate authorities are registered, changed, and revoke what they have issued', async () => {
    const tenant = own('authorities');
    await call('createTenant', { input: { slug: tenant } });
    const authority = await TestAuthority.create('Factory');
    try {
      const { certificate } = authority;
      const input = { name: 'factory', certificate };
      const created = await call('createCertificateAuthority', { tenant, input });
      expect(created.result).toMatchObject({
        ...{
          name: 'factory',
          subject: 'CN=Factory',
          nameFrom: 'common-name',
          namePrefix: '',
          isEnabled: true,
        },
        ...{ isProved: false, crl: null, certificate, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      const again = { name: 'again', certificate };
      expect((await call('createCertificateAuthority', { tenant, input: again })).code).toBe(
        'authority-exists',
      );
      const device = await authority.issue();
      const wrong = { name: 'wrong', certificate: device.cert };
      expect((await call('createCertificateAuthority', { tenant, input: wrong })).code).toBe(
        'invalid-request',
      );

      const named = { tenant, name: 'factory' };
      expect((await call('getCertificateAuthority', named)).result).toEqual(created.result);
      expect((await call('listCertificateAuthorities', { tenant })).result).toEqual({
        ...{ items: [created.result], next: null },
      });
      const { cert: proof } = await authority.issue({ commonName: `restante tenant ${tenant}` });
      const change = { nameFrom: 'san-uri', namePrefix: 'urn:device:', isEnabled: false, proof };
      const changed = await call('updateCertificateAuthority', { ...named, input: change });
      const { proof: _, ...shown } = change;
      expect(changed.result).toEqual({ ...created.result, ...shown, isProved: true });
      const unnamed = { ...named, input: { namePrefix: '' } };
      expect((await call('updateCertificateAuthority', unnamed)).code).toBe('invalid-request');

      await authority.revoke(device);
      const crl = await authority.revocationList();
      const listed = await call('putRevocationList', { ...named, input: { crl } });
      expect(listed.result.crl).toEqual({
        ...{ number: '1', thisUpdate: expect.any(String), nextUpdate: expect.any(String) },
      });
      const serialNumber = new X509Certificate(device.cert).serialNumber.toLowerCase();
      const revoke = { ...named, input: { serialNumbers: [serialNumber, '00:0A:FF', 'aff'] } };
      expect((await call('revokeCertificates', revoke)).result).toEqual({ revoked: 2 });
      const revoked: unknown[] = [];
      let after: string | null | undefined;
      while (after !== null) {
        const { result } = await call('listRevokedCertificates', { ...named, limit: 1, after });
        revoked.push(...result.items);
        after = result.next;
      }
      expect(revoked).toMatchObject([
        { serialNumber, byCrl: false },
        { serialNumber, byCrl: true },
        { serialNumber: 'aff', byCrl: false, revokedAt: expect.any(String) },
      ]);
      const restore = { ...named, serialNumber: 'AFF' };
      expect((await call('restoreCertificate', restore)).code).toBeNull();
      expect((await call('restoreCertificate', restore)).code).toBe('certificate-not-revoked');
      expect((await call('deleteCertificateAuthority', named)).code).toBeNull();
      expect((await call('deleteCertificateAuthority', named)).code).toBe('authority-not-found');
    } finally {
      await authority.dispose();
    }
  });

  test('token issuers are registered and changed, and their shared keys never shown', async () => {
    const tenant = own('issuers');
    await call('createTenant', { input: { slug: tenant } });
    const issuer = { issuer: 'https://login.example', audience: 'restante' };
    const sharedKey = 'a key of at least thirty-two characters';
    const input = { name: 'identity', ...issuer, algorithms: ['HS256'], sharedKey };
    const created = await call('createTokenIssuer', { tenant, input });
    expect(created.result).toEqual({
      ...{
        name: 'identity',
        ...issuer,
        algorithms: ['HS256'],
        keys: 'shared-key',
        jwks: null,
        jwksUrl: null,
      },
      ...{ usernameClaim: 'sub', clientIdClaim: null, maxLifetimeSeconds: 86_400, isEnabled: true },
      createdAt: expect.any(String),
    });
    expect((await call('createTokenIssuer', { tenant, input })).code).toBe('issuer-exists');
    const named = { tenant, name: 'identity' };
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwks = { keys: [publicKey.export({ format: 'jwk' })] };
    expect((await call('updateTokenIssuer', { ...named, input: { jwks } })).code).toBe('invalid-request');
    const change = { jwks, algorithms: ['ES256'], clientIdClaim: 'client_id', isEnabled: false };
    const changed = await call('updateTokenIssuer', { ...named, input: change });
    expect(changed.result).toEqual({ ...created.result, ...change, keys: 'jwks' });
    expect((await call('getTokenIssuer', named)).result).toEqual(changed.result);
    expect((await call('listTokenIssuers', { tenant })).result).toEqual({
      ...{ items: [changed.result], next: null },
    });
    const url = { jwksUrl: 'http://login.example/keys' };
    expect((await call('updateTokenIssuer', { ...named, input: url })).code).toBe('invalid-request');
    expect((await call('deleteTokenIssuer', named)).code).toBeNull();
    expect((await call('deleteTokenIssuer', named)).code).toBe('issuer-not-found');
    const { result: audit } = await call('listAudit', { tenant });
    expect(audit.items).toHaveLength(4);
    expect(JSON.stringify(audit)).not.toContain(sharedKey);
  });

  test('a credential says by what one may log in with it', async () => {
    const tenant = own('methods');
    await call('createTenant', { input: { slug: tenant } });
    const { result: issued } = await call('createCredential', { tenant, input: { username: 'device' } });
    expect(issued).toMatchObject({ loginMethods: ['secret'], certificateFingerprints: [] });
    const client = await server.connect(issued.mqttUsername, issued.password);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    const update = (input: object) => call('updateCredential', { tenant, username: 'device', input });
    const fingerprint = 'ab'.repeat(32);
    const written = fingerprint.toUpperCase().replace(/(..)(?=.)/g, '$1:');
    const input = { loginMethods: ['certificate', 'token'], certificateFingerprints: [written] };
    const { result: changed } = await update(input);
    expect(changed).toMatchObject({ ...input, certificateFingerprints: [fingerprint] });
    expect(await closed).toBe('closed');
    await expect(server.connect(issued.mqttUsername, issued.password)).rejects.toThrow(/[Bb]ad username/);
    for (const loginMethods of [[], ['secret', 'secret']])
      expect((await update({ loginMethods })).code).toBe('invalid-request');
    expect((await update({ certificateFingerprints: ['ab'] })).code).toBe('invalid-request');
  });

  test('keys and administrators of the platform', async () => {
    const { result: issued } = await call('createPlatformApiKey', { input: { name: own('Robot') } });
    const key = { authorization: `Bearer ${issued.secret}` };
    expect((await call('getMe', {}, key)).result).toMatchObject({ isPlatformAdmin: true, email: null });
    const { result: keys } = await call('listPlatformApiKeys', {}, key);
    expect(keys.items.map(({ id }: { id: string }) => id)).toContain(issued.id);
    expect((await call('deletePlatformApiKey', { id: issued.id }, key)).code).toBeNull();
    const email = `admin@${way.toLowerCase()}.example`;
    const { result: invited } = await call('inviteAdministrator', { input: { email } });
    const { result: pending } = await call('listPlatformInvitations');
    expect(pending.items.map((one: { email: string }) => one.email)).toContain(email);
    const input = { token: invited.token, name: 'Second', password: 'correct horse battery' };
    expect((await call('acceptInvitation', { input }, {})).code).toBeNull();
    const { result: all } = await call('listAdministrators');
    const second = all.items.find((one: { email: string }) => one.email === email);
    expect((await call('deleteAdministrator', { id: second.id })).code).toBeNull();
    expect((await call('deleteAdministrator', { id: second.id })).code).toBe('member-not-found');
    const { result: left } = await call('listAdministrators');
    expect((await call('deleteAdministrator', { id: left.items[0].id })).code).toBe('last-owner');
    const { result: last } = await call('inviteAdministrator', { input: { email: `x${email}` } });
    expect((await call('deletePlatformInvitation', { id: last.id })).code).toBeNull();
  });
});

function isNeeded(parameter: Parameter): boolean {
  return parameter.in === 'path' || parameter.required === true;
}

describe('another tenant', () => {
  const ANYTHING: Record<string, unknown> = {
    ...{ username: 'device', name: 'default', clientId: 'client', id: 'id', topic: 'a/b', delivery: 'msg' },
    serialNumber: '0a',
    topicFilter: 'a/#',
  };
  const BODIES: Record<string, unknown> = {
    createCredential: { username: 'device' },
    dryRunPolicy: { settings: {} },
    importCredentials: { format: 'csv', data: '' },
    changeSessions: { change: 'delete', clientIds: [] },
    publishMessages: { messages: [] },
    copyQueue: { to: 'other' },
    moveQueue: { to: 'other' },
    rewindSession: { to: '2026-01-01T00:00:00Z' },
    createRole: { name: 'mine', rules: [] },
    updateRole: { rules: [] },
    checkAccess: { action: 'publish', topic: 't' },
    createPolicy: { name: 'mine' },
    publishMessage: { topic: 't', payload: '' },
    inviteMember: { email: 'a@b.example', role: 'viewer' },
    updateMember: { role: 'viewer' },
    createApiKey: { name: 'a', role: 'viewer' },
    createWebhook: { url: 'https://example.com/', events: ['queue.full'] },
    createCertificateAuthority: { name: 'a', certificate: '' },
    putRevocationList: { crl: '' },
    revokeCertificates: { serialNumbers: [] },
    createTokenIssuer: { name: 'a', issuer: 'a', audience: 'a', algorithms: ['RS256'] },
    requeueDeadLetters: {},
  };

  test.each(WAYS)('its owner gets not-found for every operation, by %s', async (way) => {
    const call = callBy(way);
    const theirs = `theirs-${way.toLowerCase()}`;
    const mine = `mine-${way.toLowerCase()}`;
    for (const slug of [theirs, mine]) await call('createTenant', { input: { slug } });
    await call('createCredential', { tenant: theirs, input: { username: 'device' } });
    const owner = await memberOf(call, mine, 'owner', `owner@${mine}.example`);
    const ofTenants = [...operations.all].filter(([, { path }]) => path.includes('{tenant}'));
    expect(ofTenants.length).toBeGreaterThan(20);
    for (const [name, { parameters, body }] of ofTenants) {
      const args: Arguments = { tenant: theirs };
      for (const parameter of parameters)
        if (isNeeded(parameter) && parameter.name !== 'tenant')
          args[parameter.name] = ANYTHING[parameter.name];
      if (body !== null) args.input = BODIES[name] ?? {};
      expect({ name, code: (await call(name, args, owner)).code }).toEqual({
        name,
        code: 'tenant-not-found',
      });
    }
  });

  test('nobody who is not known is told anything, by either way', async () => {
    for (const way of WAYS) {
      for (const [name, { parameters, body, path }] of operations.all) {
        if (['getHealth', 'getReadiness', 'login', 'loginTwoFactor', 'acceptInvitation'].includes(name))
          continue;
        const args: Arguments = {};
        for (const parameter of parameters)
          if (isNeeded(parameter)) args[parameter.name] = ANYTHING[parameter.name] ?? 'demo';
        if (body !== null) args.input = BODIES[name] ?? REQUIRED[name] ?? {};
        const { code } = await operations.call(way, name, args, {});
        expect({ way, path, name, code }).toEqual({ way, path, name, code: 'not-authenticated' });
      }
    }
  });

  /** Bodies of operations that are of no tenant, as far as GraphQL must have them. */
  const REQUIRED: Record<string, unknown> = {
    createTenant: { slug: 'a' },
    inviteAdministrator: { email: 'a@b.example' },
    createPlatformApiKey: { name: 'a' },
    changePassword: { currentPassword: 'a', newPassword: 'correct horse' },
    setUpTwoFactor: { password: 'a' },
    confirmTwoFactor: { code: '123456' },
    disableTwoFactor: { password: 'a' },
  };
});

test('every change that was made is in the audit, without its secrets', async () => {
  const AUDITED: Record<string, string> = {
    ...{ createTenant: 'tenant.create', updateTenant: 'tenant.update', deleteTenant: 'tenant.delete' },
    ...{
      inviteMember: 'member.invite',
      deleteInvitation: 'member.uninvite',
      acceptInvitation: 'member.join',
    },
    ...{ updateMember: 'member.update', deleteMember: 'member.delete' },
    ...{ inviteAdministrator: 'member.invite', deletePlatformInvitation: 'member.uninvite' },
    deleteAdministrator: 'administrator.delete',
    ...{ createApiKey: 'api-key.create', deleteApiKey: 'api-key.delete' },
    ...{ createPlatformApiKey: 'api-key.create', deletePlatformApiKey: 'api-key.delete' },
    ...{ createCredential: 'credential.create', importCredentials: 'credential.create' },
    ...{ updateCredential: 'credential.update', rotateCredential: 'credential.rotate' },
    deleteCredential: 'credential.delete',
    ...{ createPolicy: 'policy.create', updatePolicy: 'policy.update', deletePolicy: 'policy.delete' },
    ...{ createRole: 'role.create', updateRole: 'role.update', deleteRole: 'role.delete' },
    createCertificateAuthority: 'certificate-authority.create',
    updateCertificateAuthority: 'certificate-authority.update',
    deleteCertificateAuthority: 'certificate-authority.delete',
    ...{ putRevocationList: 'certificate-authority.crl', revokeCertificates: 'certificate-authority.revoke' },
    restoreCertificate: 'certificate-authority.restore',
    ...{ createTokenIssuer: 'token-issuer.create', updateTokenIssuer: 'token-issuer.update' },
    deleteTokenIssuer: 'token-issuer.delete',
    ...{ createWebhook: 'webhook.create', updateWebhook: 'webhook.update', deleteWebhook: 'webhook.delete' },
    ...{ rotateWebhookSecret: 'webhook.rotate-secret', redeliver: 'webhook.redeliver' },
    ...{ disconnectSession: 'session.disconnect', deleteSession: 'session.delete' },
    ...{ changeSessions: 'session.delete', deleteAbsentSessions: 'session.delete-absent' },
    ...{ rewindSession: 'session.rewind', purgeQueue: 'queue.purge', deleteQueuedMessage: 'queue.delete' },
    ...{ copyQueue: 'queue.copy', moveQueue: 'queue.move' },
    ...{ deleteRetained: 'retained.delete', deleteRetainedMatching: 'retained.delete' },
    ...{ deleteDeadLetter: 'dead-letter.delete', deleteDeadLetters: 'dead-letter.delete-all' },
    requeueDeadLetters: 'dead-letter.requeue',
  };
  /** They change nothing but what clients send each other. */
  const NO_CHANGES = ['publishMessage', 'publishMessages', 'testWebhook', 'checkAccess', 'dryRunPolicy'];
  /** Of their own logins, as `people.test.ts` shows. */
  const PEOPLES = /^(log|changePassword|deleteLogin|setUp|confirm|disable)/;
  const changes = [...operations.all].filter(([name, { method }]) => method !== 'GET' && !PEOPLES.test(name));
  expect(changes.map(([name]) => name).sort()).toEqual([...Object.keys(AUDITED), ...NO_CHANGES].sort());
  for (const way of WAYS) {
    const call = callBy(way);
    const tenant = `audited-${way.toLowerCase()}`;
    await call('createTenant', { input: { slug: tenant } });
    await call('createCredential', { tenant, input: { username: 'gone' } });
    await call('createPolicy', { tenant, input: { name: 'gone' } });
    expect((await call('deleteCredential', { tenant, username: 'gone' })).code).toBeNull();
    expect((await call('deletePolicy', { tenant, name: 'gone' })).code).toBeNull();
  }
  const lines = (await server.api('GET', '/audit/export?format=json-lines')).body as string;
  const actions = new Set([...lines.matchAll(/"action":"([^"]+)"/g)].map(([, action]) => action));
  expect(Object.values(AUDITED).filter((action) => !actions.has(action))).toEqual([]);
  expect(lines).not.toMatch(/"(password|secret|token|sharedKey|passwordHash)":|whsec_|rst_[\w-]{12}/);
});

describe('GraphQL alone', () => {
  const ask = (query: string, headers: Record<string, string> = ADMIN_KEY, variables = {}) =>
    server.request('POST', '/graphql', { query, variables }, headers);

  test('shows its schema to those who are known', async () => {
    const query = '{ __schema { queryType { fields { name } } } }';
    expect((await ask(query, {})).body.errors[0].message).toContain('The schema is shown to those');
    const { fields } = (await ask(query)).body.data.__schema.queryType;
    expect(fields.map(({ name }: { name: string }) => name)).toContain('listSessions');
  });

  test('refuses what is nested too deeply or costs too much, wherever that hides', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `a${index}: getMe { email }`).join(' ');
    expect((await ask(`{ ${many} }`)).body.errors[0].message).toContain('may cost');
    const hidden = `query ($n: Int) { ...F } fragment F on Query { ${Array.from(
      { length: 11 },
      (_, index) => `a${index}: listTenants(limit: $n) { next }`,
    ).join(' ')} }`;
    expect((await ask(hidden, ADMIN_KEY, { n: 500 })).body.errors[0].message).toContain('may cost');
    expect((await ask(hidden, ADMIN_KEY, { n: 50 })).body.errors).toBeUndefined();
    const byDefault = hidden.replace('$n: Int', '$n: Int = 500');
    expect((await ask(byDefault)).body.errors[0].message).toContain('may cost');
    const inside = Array.from({ length: 101 }, (_, index) => `a${index}: slug`).join(' ');
    const page = `{ listTenants(limit: 500) { items { ${inside} } } }`;
    expect((await ask(`{ a: ${page.slice(1, -1)} b: ${page.slice(1)}`)).body.errors).toBeUndefined();
    const pages = Array.from({ length: 6 }, (_, index) => `a${index}: ${page.slice(1, -1)}`).join(' ');
    expect((await ask(`{ ${pages} }`)).body.errors[0].message).toContain('costs 120');
  });

  test('refuses fragments that multiply, and what is too long to be checked, at once and from anybody', async () => {
    const doubling = (type: string, first: string, last: string) =>
      Array.from({ length: 60 }, (_, nth) => ` fragment F${nth} on ${type} { ...F${nth + 1} ...F${nth + 1} }`)
        .concat(` fragment F60 on ${type} { ${last} }`)
        .reduce((query, fragment) => query + fragment, first);
    const startedAt = performance.now();
    const hostile = [
      [doubling('Query', '{ ...F0 }', 'getMe { email }'), 'may cost'],
      [doubling('Me', '{ getMe { ...F0 } }', 'email'), 'may cost'],
      [`{ ${'getMe { email } '.repeat(1_001)} }`, 'may name'],
      [`{ ${'a '.repeat(20_001)} }`, 'tokens'],
    ];
    for (const [query, told] of hostile)
      expect((await ask(query, {})).body.errors[0].message).toContain(told);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('tells a problem as REST does, beside what could be answered', async () => {
    const { status, body } = await ask('{ getMe { isPlatformAdmin } getTenant(tenant: "nowhere") { slug } }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ getMe: { isPlatformAdmin: true }, getTenant: null });
    expect(body.errors).toMatchObject([
      {
        path: ['getTenant'],
        extensions: { status: 404, code: 'tenant-not-found', type: 'urn:restante:problem:tenant-not-found' },
      },
    ]);
  });
});
