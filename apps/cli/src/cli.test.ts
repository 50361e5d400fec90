import mqtt from 'mqtt';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { TestAuthority } from '../../server/testing/test-authority.ts';
import { eventually } from '../../../tests/harness/eventually.ts';
import { MOSQUITTO_PASSWORDS, MOSQUITTO_RULES } from '../testing/mosquitto-files.ts';
import { startServer, type TestServer } from '../../../tests/harness/test-server.ts';

const PROGRAM = fileURLToPath(new URL('../bin/restante.mjs', import.meta.url));
const START_TIMEOUT_MS = 60_000;
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
}, START_TIMEOUT_MS);
afterAll(() => server.dispose());

/** The program as a shell runs it. */
async function run(args: string[], { input = '', key = 'the-key-of-the-tests' as string | undefined } = {}) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    RESTANTE_URL: `http://127.0.0.1:${server.ports.http}`,
    RESTANTE_API_KEY: key,
  };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

const json = async (...args: string[]) => JSON.parse((await run(['--json', ...args])).stdout);

test('from a tenant to a message that waits, and away again', async () => {
  expect(await json('tenant', 'create', 'acme', '--name', 'Acme')).toMatchObject({
    slug: 'acme',
    name: 'Acme',
  });
  const issued = await json('credential', 'issue', 'acme', 'sensor', '--label', 'Roof');
  expect(issued).toMatchObject({ mqttUsername: 'acme:sensor', label: 'Roof', password: expect.any(String) });
  const login = ['--username', issued.mqttUsername, '--password', issued.password];
  const tailing = run(['--json', 'tail', 'a/#', ...login, '--count', '1']);
  for (let delivered = 0; delivered === 0;)
    ({ delivered } = await json('publish', 'acme', 'a/b', 'hello', '--qos', '1'));
  const { stdout, code } = await tailing;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    topic: 'a/b',
    qos: 1,
    retain: false,
    payload: Buffer.from('hello').toString('base64'),
  });
  const { stdout: table } = await run(['tenant', 'list']);
  expect(table.split('\n').map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['SLUG', 'NAME'],
    ['acme', 'Acme'],
    ['demo', 'Demo'],
    [''],
  ]);
});

test('messages are watched with the API key alone', async () => {
  await run(['tenant', 'create', 'watched']);
  const tailing = run(['tail', 'a/+', '--tenant', 'watched', '--count', '2']);
  let isOver = false;
  void tailing.then(() => (isOver = true));
  while (!isOver) await run(['publish', 'watched', 'a/b', 'hello']);
  expect(await tailing).toMatchObject({ code: 0, stdout: 'a/b  hello\na/b  hello\n' });
  const refused = await run(['tail', '#', '--tenant', 'nowhere']);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no tenant "nowhere"') });
});

test('a queue is listed, mended and purged', async () => {
  await run(['tenant', 'create', 'queues']);
  const { mqttUsername: username, password } = await json('credential', 'issue', 'queues', 'device');
  const options = { username, password, clientId: 'floor/1', clean: false };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options);
  await client.subscribeAsync('#', { qos: 1 });
  await client.endAsync();
  for (const topic of ['a', 'b', 'c']) {
    const { code } = await run(['publish', 'queues', topic, '--qos', '1'], { input: `of ${topic}\n` });
    expect(code).toBe(0);
  }
  const queue = ['queues', 'floor/1'];
  const { stdout } = await run(['queue', 'list', ...queue]);
  expect(stdout.split('\n')[0]).toMatch(/^ID\s+STATE\s+TOPIC\s+QOS\s+PAYLOADBYTES\s+PUBLISHEDAT\s+PAYLOAD$/);
  expect(stdout.split('\n')[1]).toMatch(/waiting\s+a\s+1\s+5\s+\S+\s+of a\\n$/);
  const [first] = await json('queue', 'list', ...queue);
  expect((await run(['queue', 'delete', ...queue, first.id])).stdout).toBe(`${first.id} is deleted\n`);
  expect(await json('queue', 'purge', ...queue, '--filter', 'b')).toMatchObject({ purgedMessages: 1 });
  expect(await json('session', 'list', 'queues')).toMatchObject([{ clientId: 'floor/1', queuedMessages: 1 }]);
  expect((await run(['session', 'events', ...queue, '--only', 'kind'])).stdout.split('\n')).toEqual([
    ...['queue-purged', 'message-deleted', 'disconnected', 'connected', ''],
  ]);
  expect((await run(['session', 'delete', ...queue])).code).toBe(0);
  expect(await json('session', 'list', 'queues')).toEqual([]);
});

test('sessions are found by what nobody comes back for, copied, rewound and deleted together', async () => {
  await run(['tenant', 'create', 'absent']);
  const kept = ['--set', 'retentionSeconds=60', '--set', 'overflow=drop-newest'];
  expect(await json('policy', 'create', 'absent', 'kept', ...kept)).toMatchObject({
    settings: { retentionSeconds: 60, overflow: 'drop-newest' },
  });
  const issued = await json('credential', 'issue', 'absent', 'device', '--policy', 'kept');
  const { mqttUsername: username, password } = issued;
  const before = new Date().toISOString();
  for (const clientId of ['one', 'two']) {
    const options = { username, password, clientId, clean: false };
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options);
    await client.subscribeAsync(clientId, { qos: 1 });
    await client.endAsync();
  }
  for (const payload of ['1', '2']) await run(['publish', 'absent', 'one', payload, '--qos', '1']);
  const { stdout: shown } = await run(['subscription', 'list', 'absent', '--matches-topic', 'two']);
  expect(shown).toMatch(/^TOPICFILTER\s+CLIENTID.*\ntwo\s+two\s+offline\s+1\s+true\n$/);
  expect(await json('queue', 'copy', 'absent', 'one', 'two')).toEqual({ messages: 2, bytes: 8 });
  expect(await json('queue', 'move', 'absent', 'two', 'one')).toEqual({ messages: 2, bytes: 8 });
  await run(['queue', 'purge', 'absent', 'one']);
  const rewind = ['session', 'rewind', 'absent', 'one', '--to', before];
  expect(await json(...rewind, '--dry-run')).toMatchObject({ messages: 2, isComplete: true });
  expect(await json(...rewind)).toMatchObject({ messages: 2 });
  const change = ['policy', 'dry-run', 'absent', 'kept', '--set', 'maxQueuedMessages=1'];
  expect(await json(...change)).toMatchObject({ cutSessions: 1, droppedMessages: 1 });
  expect(await json('session', 'list', 'absent', '--orphans')).toEqual([]);
  const remove = ['session', 'delete-absent', 'absent', '--username', 'device'];
  const lost = { sessions: 2, queuedMessages: 2, queuedBytes: 8, isEstimate: false };
  expect(await json(...remove, '--dry-run')).toEqual(lost);
  expect(await json(...remove)).toEqual(lost);
  expect(await json('session', 'list', 'absent')).toEqual([]);
});

test('quotas, retained messages, people, keys, webhooks and the audit', async () => {
  await run(['tenant', 'create', 'rest']);
  expect(await json('tenant', 'quota', 'rest', 'retainedMessages', '5')).toMatchObject({
    retainedMessages: 5,
  });
  for (const topic of ['a/b', 'a/c', 'd']) await run(['publish', 'rest', topic, 'x', '--retain']);
  const { stdout: usage } = await run(['tenant', 'usage', 'rest']);
  expect(usage).toMatch(/^retainedMessages\s+3\s+5$/m);
  expect((await run(['retained', 'tree', 'rest'])).stdout).toMatch(
    /^TOPIC.*\na\s+false\s+2\nd\s+true\s+0\n$/,
  );
  expect(await json('retained', 'list', 'rest', '--limit', '2')).toMatchObject([
    { topic: 'a/b' },
    { topic: 'a/c' },
  ]);
  expect(await json('topic', 'list', 'rest', 'a')).toMatchObject([{ topic: 'a/b' }, { topic: 'a/c' }]);
  expect(await json('retained', 'purge', 'rest', 'a/+')).toEqual({ deletedMessages: 2 });
  expect((await run(['retained', 'delete', 'rest', 'd'])).code).toBe(0);

  const invited = await json('member', 'invite', 'rest', 'a@b.example', 'viewer');
  expect(invited).toMatchObject({ email: 'a@b.example', token: expect.any(String) });
  expect(await json('invitation', 'list', 'rest')).toMatchObject([{ id: invited.id }]);
  expect((await run(['invitation', 'delete', 'rest', invited.id])).code).toBe(0);
  const { id, secret } = await json('api-key', 'create', 'rest', 'robot', 'viewer');
  const asRobot = (...args: string[]) => run(args, { key: secret });
  expect((await asRobot('session', 'list', 'rest')).code).toBe(0);
  expect((await asRobot('publish', 'rest', 'a', 'x')).stderr).toContain('not-permitted');
  expect((await run(['api-key', 'delete', 'rest', id])).code).toBe(0);
  expect((await asRobot('session', 'list', 'rest')).stderr).toContain('not-authenticated');

  const hook = await json(
    'webhook',
    'create',
    'rest',
    'https://hooks.example/a',
    'queue.full',
    'login.failed',
  );
  expect(hook).toMatchObject({ events: ['queue.full', 'login.failed'], secret: expect.any(String) });
  expect((await json('webhook', 'disable', 'rest', hook.id)).isEnabled).toBe(false);
  expect(await json('webhook', 'deliveries', 'rest', hook.id)).toEqual([]);
  expect((await run(['webhook', 'create', 'rest', 'https://hooks.example/a', 'nothing'])).code).toBe(1);
  expect((await run(['webhook', 'delete', 'rest', hook.id])).code).toBe(0);
  expect(await json('webhook', 'list', 'rest')).toEqual([]);

  const actions = (await json('audit', 'list', 'rest')).map(({ action }: { action: string }) => action);
  expect(actions).toContain('api-key.delete');
  const { stdout: csv } = await run(['audit', 'export', 'rest', '--action', 'retained']);
  expect(csv.trim().split('\n')).toHaveLength(3);
  const { stdout: lines } = await run(['--json', 'audit', 'export', 'rest', '--action', 'api-key.create']);
  expect(JSON.parse(lines)).toMatchObject({ action: 'api-key.create', target: expect.any(String) });
  expect((await run(['audit', 'export', 'nowhere'])).stderr).toContain('tenant-not-found');
});

test('credentials are imported from a file, and what failed is told', async () => {
  await run(['tenant', 'create', 'import']);
  const file = path.join(server.dataDirectory, 'devices.csv');
  await writeFile(file, 'username,label\na,A\nb c,B\n');
  const { stdout, stderr, code } = await run(['credential', 'import', 'import', file]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'restante: 1 of 2 lines failed\n' });
  expect(stdout).toMatch(
    /^LINE\s+MQTTUSERNAME\s+PASSWORD\s+ERROR\n2\s+import:a\s+\S{43}\s+-\n3\s+-\s+-\s+username must be/,
  );
  expect(await json('credential', 'list', 'import')).toMatchObject([{ username: 'a', label: 'A' }]);
});

describe('devices come from another broker, with the passwords that they have:', () => {
  const connect = (username: string, password: string) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username, password, reconnectPeriod: 0 });

  async function write(name: string, contents: string): Promise<string> {
    const file = path.join(server.dataDirectory, name);
    await writeFile(file, contents);
    return file;
  }

  test('Mosquitto', async () => {
    await run(['tenant', 'create', 'of-mosquitto']);
    const passwd = await write('passwd', MOSQUITTO_PASSWORDS);
    const acl = await write('acl', MOSQUITTO_RULES);
    const files = ['import', 'mosquitto', '--passwd', passwd, '--acl', acl, '--tenant', 'of-mosquitto'];
    const dry = await run([...files, '--dry-run']);
    expect(dry).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('0 of 3 devices failed, and 2 lines'),
    });
    expect(dry.stdout).toMatch(/^passwd\s+2\s+lamp\s+would be imported$/m);
    expect(await json('credential', 'list', 'of-mosquitto')).toEqual([]);
    expect(await json('role', 'list', 'of-mosquitto')).toEqual([]);
    const done = await run(files);
    expect(done.stdout).toMatch(/^passwd\s+3\s+door\s+imported$/m);
    expect(done.stdout).toMatch(/^passwd\s+5\s+-\s+It is not <user name>:<hash>/m);
    expect(done.stdout).toMatch(/^acl\s+1\s+-\s+A rule for clients without a user name/m);
    const lamp = await connect('of-mosquitto:lamp', 'lamp-secret');
    expect(await lamp.subscribeAsync('state/lamp/#')).toMatchObject([{ qos: 0 }]);
    await expect(lamp.subscribeAsync('state/door/#')).rejects.toThrow();
    await lamp.endAsync();
    for (const password of ['old-secret', 'old-secret'])
      await (await connect('of-mosquitto:old', password)).endAsync();
    await expect(connect('of-mosquitto:door', 'lamp-secret')).rejects.toThrow();
    const again = await run(files);
    expect(again.stdout).toContain('There is a credential "lamp" already');
    expect((await run([...files, '--role', 'Wrong'])).stderr).toContain('name must be');
  });

  test('EMQX', async () => {
    await run(['tenant', 'create', 'of-emqx']);
    const hash = createHash('sha256').update('salted').update('a secret').digest('hex');
    const users = await write(
      'users.csv',
      `user_id,password_hash,salt,is_superuser\nvalve,${hash},salted,false\n`,
    );
    const rule = { topic: 'valve/${username}', permission: 'allow', action: 'publish' };
    const data = [{ username: 'valve', rules: [rule] }];
    const rules = await write('rules.json', JSON.stringify({ data, meta: {} }));
    const files = ['--users', users, '--rules', rules, '--otherwise', 'deny', '--tenant', 'of-emqx'];
    expect(await json('import', 'emqx', ...files)).toEqual([
      { file: 'users.csv', line: 2, username: 'valve', result: 'imported' },
    ]);
    await (await connect('of-emqx:valve', 'a secret')).endAsync();
    const check = (topic: string) => json('credential', 'check', 'of-emqx', 'valve', 'publish', topic);
    expect(await check('valve/valve')).toMatchObject({ allowed: true });
    expect(await check('valve/other')).toMatchObject({ allowed: false });
  });
});

test.each([
  [['tenant', 'show', 'nowhere'], 1, 'restante: There is no tenant "nowhere" (tenant-not-found)\n'],
  [['tenant', 'create', 'A'], 1, 'slug must be 1 to 63'],
  [['publish', 'demo', 'a', 'b', '--qos', '3'], 2, 'Allowed choices are 0, 1, 2'],
  [['policy', 'create', 'demo', 'a', '--set', 'nonsense'], 2, 'It must be as maxQueuedMessages=1000.'],
  [['session', 'rewind', 'demo', 'a', '--to', 'soon'], 2, 'It must be a time'],
  [['session', 'delete-absent', 'demo'], 1, 'Say which: by q, username, absentBefore or orphans'],
  [['member', 'invite', 'demo', 'a@b.example', 'king'], 2, 'Allowed choices are viewer, operator, owner'],
  [['unknown'], 2, "unknown command 'unknown'"],
  [['role', 'create', 'demo', 'a', '/nowhere.json'], 1, 'There is no file /nowhere.json'],
  [
    ['--url', 'http://127.0.0.1:1', 'tenant', 'list'],
    1,
    'The server cannot be reached. Is RESTANTE_URL right?',
  ],
])('%j fails with a sentence', async (args, expected, sentence) => {
  const { stderr, stdout, code } = await run(args);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toContain(sentence);
});

test('the help names every command, with examples and exit codes, and shows no key', async () => {
  const { stdout, code } = await run(['--help']);
  expect(code).toBe(0);
  for (const command of [
    'tenant',
    'session',
    'subscription',
    'retained',
    'audit',
    'api-key',
    'tail',
    'import',
  ])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(stdout).toContain('delete-absent acme --orphans --dry-run');
  expect(stdout).toContain('Exit codes: 0 on success');
  expect(stdout).not.toContain('the-key-of-the-tests');
});

test('roles come from files, and a dry run names the rule', async () => {
  await run(['tenant', 'create', 'ruled']);
  const file = path.join(server.dataDirectory, 'rules.json');
  await writeFile(file, JSON.stringify([{ effect: 'deny', action: 'publish', topicFilter: 'secret/#' }]));
  expect(await json('role', 'create', 'ruled', 'quiet', file)).toMatchObject({ name: 'quiet' });
  await run(['credential', 'issue', 'ruled', 'device', '--role', 'quiet']);
  const check = (...what: string[]) => json('credential', 'check', 'ruled', 'device', ...what);
  expect(await check('publish', 'secret/a')).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('"quiet"'),
  });
  expect(await check('subscribe', 'secret/#')).toMatchObject({ allowed: true });
  await writeFile(file, '[]');
  await run(['role', 'change', 'ruled', 'quiet', file]);
  expect(await check('publish', 'secret/a')).toMatchObject({ allowed: true });
  await writeFile(file, '[{"effect":"maybe"}]');
  expect((await run(['role', 'change', 'ruled', 'quiet', file])).stderr).toContain('rules.0.effect');
});

test('what was lost is told, kept and queued again; a receipt says what became of a message', async () => {
  await run(['tenant', 'create', 'losses']);
  await run([
    'policy',
    'create',
    'losses',
    'one',
    '--set',
    'maxQueuedMessages=1',
    '--set',
    'deadLetters=true',
  ]);
  const issued = await json(
    'credential',
    'issue',
    'losses',
    'device',
    '--policy',
    'one',
    '--client-id',
    '%u',
  );
  const { mqttUsername: username, password, clientId } = issued;
  expect(clientId).toEqual({ rule: 'exact', value: '%u' });
  const options = { username, password, clientId: 'device', clean: false };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, options);
  await client.subscribeAsync('#', { qos: 1 });
  await client.endAsync();
  const publish = ['publish', 'losses', 'a', '--qos', '1', '--receipt', '--only', 'receiptId'];
  const [first, second] = [await run([...publish, 'x']), await run([...publish, 'y'])].map(({ stdout }) =>
    stdout.trim(),
  );
  const [letter] = await eventually('the dead letter', async () => {
    const found = await json('dead-letter', 'list', 'losses', '--client-id', 'device');
    return found.length === 0 ? undefined : found;
  });
  expect(letter).toMatchObject({ topic: 'a', payload: 'x', reason: 'queue-full' });
  expect(await json('receipt', 'show', 'losses', first)).toMatchObject([
    { state: 'dropped', reason: 'queue-full' },
  ]);
  expect(await json('receipt', 'show', 'losses', second)).toMatchObject([
    { clientId: 'device', state: 'waiting' },
  ]);
  expect(await json('ledger', 'list', 'losses', '--reason', 'queue-full')).toMatchObject([{ messages: 1 }]);
  const { stdout: summary } = await run(['ledger', 'summary', 'losses']);
  expect(summary).toMatch(/^reason\s+queue-full\s+dropped\s+1\s/m);
  await run(['queue', 'purge', 'losses', 'device']);
  expect(await json('dead-letter', 'requeue', 'losses', '--id', letter.id)).toMatchObject({
    messages: 1,
    left: [],
  });
  expect((await run(['queue', 'list', 'losses', 'device', '--only', 'payload'])).stdout).toBe('x\n');
  expect(await json('dead-letter', 'purge', 'losses')).toEqual({ deletedMessages: 0 });
  expect((await run(['dead-letter', 'delete', 'losses', '1'])).stderr).toContain('dead-letter-not-found');
  expect((await run(['credential', 'change', 'losses', 'device', '--only', 'colour'])).stderr).toContain(
    'There is no field "colour", but username, ',
  );
  expect(await json('history', 'losses')).toEqual(expect.arrayContaining([]));
  const { stdout: history } = await run(['history', '--range', 'day']);
  expect(history).toMatch(/^AT\s+ONLINESESSIONS\s/);
});

test('authorities and issuers are registered from files, switched off and deleted', async () => {
  await run(['tenant', 'create', 'logins']);
  const authority = await TestAuthority.create('Acme devices');
  const pem = path.join(server.dataDirectory, 'authority.pem');
  const own = ['logins', 'factory'];
  const command = (name: string, ...more: string[]) => json('certificate-authority', name, ...own, ...more);
  await writeFile(pem, authority.certificate);
  expect(await command('create', pem, '--name-from', 'san-dns')).toMatchObject({ nameFrom: 'san-dns' });
  await authority.revoke(await authority.issue());
  await writeFile(pem, await authority.revocationList());
  expect((await command('crl', pem)).crl).toMatchObject({ number: '1' });
  await writeFile(pem, (await authority.issue({ commonName: 'restante tenant logins' })).cert);
  expect((await command('prove', pem)).isProved).toBe(true);
  await authority.dispose();
  expect(await command('revoke', '0A', '0B')).toEqual({ revoked: 2 });
  await run(['certificate-authority', 'restore', ...own, '0A']);
  expect((await command('revoked')).map(({ byCrl }: { byCrl: boolean }) => byCrl)).toEqual(
    expect.arrayContaining([true, false]),
  );
  expect((await command('disable')).isEnabled).toBe(false);
  expect(await json('certificate-authority', 'list', 'logins')).toMatchObject([{ name: 'factory' }]);
  expect((await run(['certificate-authority', 'delete', ...own])).code).toBe(0);

  const file = path.join(server.dataDirectory, 'keys.json');
  const { publicKey } = generateKeyPairSync('ed25519');
  await writeFile(
    file,
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'EdDSA' }] }),
  );
  const claims = ['--issuer', 'https://login.example', '--audience', 'restante', '--algorithm', 'EdDSA'];
  expect(await json('token-issuer', 'create', 'logins', 'identity', ...claims, '--jwks', file)).toMatchObject(
    {
      keys: 'jwks',
      maxLifetimeSeconds: 86_400,
    },
  );
  expect((await json('token-issuer', 'disable', 'logins', 'identity')).isEnabled).toBe(false);
  expect((await json('token-issuer', 'show', 'logins', 'identity')).algorithms).toEqual(['EdDSA']);
  expect((await run(['token-issuer', 'delete', 'logins', 'identity'])).code).toBe(0);
  expect(await json('token-issuer', 'list', 'logins')).toEqual([]);
});

test('without a key it says which', async () => {
  const { stderr, code } = await run(['tenant', 'list'], { key: '' });
  expect(code).toBe(1);
  expect(stderr).toContain('RESTANTE_API_KEY');
});
