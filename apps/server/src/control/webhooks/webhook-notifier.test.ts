import type { OccurrenceKind } from '@restante/broker';
import { createControlPool, createPrisma, type PrismaClient } from '@restante/database';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { type Answering, verified, WebhookReceiver } from '../../../testing/webhook-receiver.ts';
import { createLog } from '../../log.ts';
import { outboundAgent } from '../outbound/public-address.ts';
import { deliveryId } from './delivery-id.ts';
import { sweepDeliveries } from './delivery-sweep.ts';
import type { EventName } from './events.ts';
import { DEFAULT_TIMES, type WebhookTimes } from './times.ts';
import { WebhookNotifier } from './webhook-notifier.ts';

const QUICK: WebhookTimes = {
  ...DEFAULT_TIMES,
  tickMs: 10,
  retriesMs: [10, 10],
  timeoutMs: 5_000,
  stopMs: 100,
};

let database: TestDatabase;
let prisma: PrismaClient;
const receivers: WebhookReceiver[] = [];
const notifiers: WebhookNotifier[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  prisma = createPrisma(createControlPool(database.url));
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
  for (const notifier of notifiers.splice(0)) await notifier.stop();
  await prisma.tenant.deleteMany();
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

async function receive(answer?: Answering) {
  const receiver = await WebhookReceiver.start(answer);
  receivers.push(receiver);
  return receiver;
}

/** What the engine was asked for last, by tenant. */
const asked = new Map<number, readonly OccurrenceKind[]>();

function notifierWith({
  agent = outboundAgent(true),
  ...times
}: Partial<WebhookTimes> & { agent?: ReturnType<typeof outboundAgent> } = {}) {
  const notifier = new WebhookNotifier({
    prisma,
    inspection: { observe: (tenantId, kinds) => void asked.set(tenantId, kinds) },
    secret: 'the server’s own',
    agent,
    log: createLog('silent'),
    times: { ...QUICK, ...times },
  });
  notifiers.push(notifier);
  return notifier;
}

async function start(options?: Parameters<typeof notifierWith>[0]): Promise<WebhookNotifier> {
  const notifier = notifierWith(options);
  await notifier.load();
  notifier.start();
  return notifier;
}

let tenants = 0;
async function tenant(): Promise<number> {
  return (await prisma.tenant.create({ data: { slug: `tenant-${++tenants}`, name: '' } })).id;
}

/** A webhook with its secret. */
async function webhook(tenantId: number, url: string, events: EventName[] = ['client.connected']) {
  const { secrets } = notifierWith();
  const id = crypto.randomUUID();
  const secret = secrets.generate();
  await prisma.webhook.create({ data: { id, tenantId, url, events, secret: secrets.seal(id, secret) } });
  return { id, secret };
}

function connected(notifier: WebhookNotifier, tenantId: number, clientId = 'a'): void {
  const client = { clientId, username: 'device', remoteAddress: '192.0.2.1:1883' };
  const at = Date.now();
  notifier.happened(tenantId, {
    kind: 'client-connected',
    at,
    ...client,
    transport: 'tcp',
    protocolVersion: 5,
    sessionPresent: false,
    isDurable: true,
  });
}

const deliveriesOf = (webhookId: string) =>
  prisma.webhookDelivery.findMany({ where: { webhookId }, orderBy: { id: 'asc' } });

/** The only delivery of a webhook, once it is in this state. */
function delivery(webhookId: string, state: string) {
  return eventually(`the delivery is ${state}`, async () => {
    const [found] = await deliveriesOf(webhookId);
    return found?.state === state && found;
  });
}

test('what was not taken is sent again until it is, the same under the same name, signed anew', async () => {
  const receiver = await receive(() => (receiver.count < 3 ? 500 : 204));
  const tenantId = await tenant();
  const { id, secret } = await webhook(tenantId, receiver.url);
  connected(await start(), tenantId);
  const requests = [await receiver.next(), await receiver.next(), await receiver.next()];
  expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(requests.map(({ text }) => text)).size).toBe(1);
  for (const request of requests) expect(verified(secret, request)).toEqual(request.body);
  expect(requests[0].headers).toMatchObject({
    ...{ 'content-type': 'application/json', 'user-agent': expect.stringContaining('Restante/') },
  });
  expect(await delivery(id, 'delivered')).toMatchObject({ attempts: 3, lastStatus: 204, lastError: null });
  await eventually('the webhook is well', async () => {
    const { failingSince, lastDeliveredAt } = await prisma.webhook.findUniqueOrThrow({ where: { id } });
    return failingSince === null && lastDeliveredAt !== null;
  });
});

test('after its last attempt a delivery has failed, and says why', async () => {
  const receiver = await receive(() => 503);
  const tenantId = await tenant();
  const { id } = await webhook(tenantId, receiver.url);
  connected(await start(), tenantId);
  const failed = await delivery(id, 'failed');
  expect(failed).toMatchObject({
    ...{ attempts: 3, lastStatus: 503, lastError: 'The receiver answered 503', nextAttemptAt: null },
  });
  await eventually('its webhook is known to fail', async () => {
    const { isEnabled, failedAttempts, failingSince } = await prisma.webhook.findUniqueOrThrow({
      where: { id },
    });
    return isEnabled && failedAttempts === 3 && failingSince !== null;
  });
});

test('no answer in time, no server, and a redirect are failures too', async () => {
  const silent = await receive(() => new Promise(() => undefined));
  const elsewhere = await receive();
  const redirecting = await receive(() => 307);
  redirecting.location = elsewhere.url;
  const tenantId = await tenant();
  const hooks = {
    silent: await webhook(tenantId, silent.url),
    nobody: await webhook(tenantId, 'http://127.0.0.1:1/'),
    redirecting: await webhook(tenantId, redirecting.url),
  };
  connected(await start({ retriesMs: [], timeoutMs: 100 }), tenantId);
  expect((await delivery(hooks.silent.id, 'failed')).lastError).toBe('No answer within 0.1 s');
  expect((await delivery(hooks.nobody.id, 'failed')).lastError).toContain('ECONNREFUSED');
  expect((await delivery(hooks.redirecting.id, 'failed')).lastError).toBe(
    'The receiver answered 307: redirects are not followed',
  );
  expect(elsewhere.count).toBe(0);
});

test('an address of a private network gets nothing, by whatever name', async () => {
  const receiver = await receive();
  const tenantId = await tenant();
  const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  const names = ['localhost', '127.0.0.1', 'innocent.example'];
  const hooks = await Promise.all(
    names.map((name) => webhook(tenantId, `http://${name}:${receiver.port}/hook`)),
  );
  connected(await start({ retriesMs: [], agent: outboundAgent(false, resolve) }), tenantId);
  for (const [index, { id }] of hooks.entries())
    expect((await delivery(id, 'failed')).lastError).toBe(`"${names[index]}" is not a public address`);
  expect(receiver.count).toBe(0);
});

test('what waits when the server stops, or had just happened, is sent after its next start', async () => {
  const receiver = await receive(() => 500);
  const tenantId = await tenant();
  await webhook(tenantId, receiver.url);
  const before = await start({ retriesMs: [500] });
  connected(before, tenantId, 'first');
  const first = await receiver.next();
  connected(before, tenantId, 'second');
  await before.stop();
  notifiers.splice(notifiers.indexOf(before), 1);
  receiver.answer = () => 204;
  await start();
  const again: string[] = [];
  while (!again.includes(first.text)) again.push((await receiver.next()).text);
  expect(again.some((text) => text.includes('"second"'))).toBe(true);
});

test('each webhook gets the events it wants of its own tenant, and the engine is asked for no others', async () => {
  const [one, two] = [await receive(), await receive()];
  const [first, second] = [await tenant(), await tenant()];
  await webhook(first, one.url);
  await webhook(first, one.url, ['queue.full', 'login.failed']);
  const { id } = await webhook(second, two.url, ['client.connected', 'session.expired']);
  const notifier = await start();
  expect(asked.get(first)).toEqual(['client-connected', 'queue-filled']);
  expect(asked.get(second)).toEqual(['client-connected', 'session-expired']);
  const full = {
    kind: 'queue-filled',
    at: 0,
    clientId: 'a',
    username: 'device',
    sharedSubscription: null,
  } as const;
  const fill = { queuedMessages: 8, queuedBytes: 8, maxQueuedMessages: 10, maxQueuedBytes: 100 };
  notifier.happened(first, { ...full, percent: 80, ...fill });
  notifier.happened(first, { ...full, percent: 100, ...fill });
  connected(notifier, first);
  connected(notifier, second, 'other');
  expect((await two.next()).body.data.clientId).toBe('other');
  expect((await one.next('queue.full')).body.data).toMatchObject({ percent: 100, ...fill });
  expect((await one.next('client.connected')).body.data.clientId).toBe('a');
  await prisma.webhook.update({ where: { id }, data: { isEnabled: false } });
  await notifier.targets.changed(second);
  expect(asked.get(second)).toEqual([]);
  connected(notifier, second);
  connected(notifier, first);
  await one.next('client.connected');
  expect([one.left, two.left]).toEqual([[], []]);
});

test('receivers that do not answer keep nobody waiting who does', async () => {
  const dead = await receive(() => new Promise(() => undefined));
  const alive = await receive();
  const victims = await Promise.all(Array.from({ length: 12 }, () => tenant()));
  for (const tenantId of victims) for (let nth = 0; nth < 3; nth++) await webhook(tenantId, dead.url);
  const tenantId = await tenant();
  await webhook(tenantId, alive.url);
  const notifier = await start({ retriesMs: [], timeoutMs: 400 });
  // More than there is room for, several times over, of receivers that are not known to be dead yet.
  for (let nth = 0; nth < 20; nth++) for (const victim of victims) connected(notifier, victim, `dead-${nth}`);
  await dead.next();
  for (let nth = 0; nth < 20; nth++) connected(notifier, tenantId, `alive-${nth}`);
  for (let nth = 0; nth < 20; nth++) await alive.next();
  const left = await prisma.webhookDelivery.count({ where: { state: 'waiting', tenantId: { in: victims } } });
  expect(left).toBeGreaterThan(300);
});

test('a database that takes no results does not make a receiver get the same again and again', async () => {
  const receiver = await receive();
  const tenantId = await tenant();
  const { id } = await webhook(tenantId, `${receiver.url}/unwritten`);
  await prisma.$executeRaw`
    CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$`;
  await prisma.$executeRawUnsafe(
    `CREATE TRIGGER refuse BEFORE UPDATE ON webhook_delivery FOR EACH ROW WHEN (OLD.webhook_id = '${id}')
     EXECUTE FUNCTION refuse()`,
  );
  const notifier = await start();
  connected(notifier, tenantId);
  await receiver.next();
  // Each of these takes a look at what is due, at least.
  await webhook(tenantId, receiver.url);
  await notifier.targets.changed(tenantId);
  await prisma.webhook.update({ where: { id }, data: { events: [] } });
  await notifier.targets.changed(tenantId);
  for (let nth = 0; nth < 10; nth++) {
    connected(notifier, tenantId);
    expect((await receiver.next()).path).toBe('/hook');
  }
  await prisma.$executeRaw`DROP TRIGGER refuse ON webhook_delivery`;
});

describe('a webhook is disabled, and the audit says so', () => {
  const disabled = (id: string) =>
    eventually('it is disabled', async () => {
      const found = await prisma.webhook.findUniqueOrThrow({ where: { id } });
      return !found.isEnabled && found;
    });

  test('at once when its receiver is gone for good', async () => {
    const receiver = await receive(() => 410);
    const tenantId = await tenant();
    const { id } = await webhook(tenantId, receiver.url);
    connected(await start(), tenantId);
    expect((await disabled(id)).disabledReason).toBe('The receiver answered 410: it wants no more');
    const [entry] = await prisma.auditEntry.findMany({ where: { tenantId } });
    expect(entry).toMatchObject({ action: 'webhook.disable', actorKind: 'server', target: id });
    await eventually('the engine is asked for nothing', async () => asked.get(tenantId)?.length === 0);
  });

  test('when it has taken nothing for days, at many attempts', async () => {
    const receiver = await receive(() => 500);
    const tenantId = await tenant();
    const { id } = await webhook(tenantId, receiver.url);
    connected(await start({ retriesMs: Array.from({ length: 20 }, () => 1), disabledAfterMs: 1 }), tenantId);
    const { failedAttempts, disabledReason } = await disabled(id);
    expect(failedAttempts).toBe(10);
    expect(disabledReason).toContain('Nothing could be delivered');
    expect(await delivery(id, 'waiting')).toMatchObject({ attempts: 10 });
  });
});

test('of very many that wait the oldest are given up, and counted', async () => {
  const tenantId = await tenant();
  const { id } = await webhook(tenantId, 'http://127.0.0.1:1/');
  await fill(tenantId, id, 10_000, 'waiting');
  const notifier = await start({ retriesMs: [3_600_000] });
  connected(notifier, tenantId);
  await eventually('one is given up', async () => {
    const { givenUp } = await prisma.webhook.findUniqueOrThrow({ where: { id } });
    return givenUp === 1n;
  });
  const left = await deliveriesOf(id);
  expect(left).toHaveLength(10_000);
  expect(left[0].body).toBe('2');
  expect(left.at(-1)!.body).toContain('client.connected');
});

test('old deliveries go, and the oldest of very many that are over', async () => {
  const tenantId = await tenant();
  const { id } = await webhook(tenantId, 'http://127.0.0.1:1/');
  await fill(tenantId, id, 3, 'waiting');
  await fill(tenantId, id, 5_002, 'delivered', Date.now() - 60_000);
  await sweepDeliveries(prisma, Date.now() - 3_600_000);
  const left = await deliveriesOf(id);
  expect(left).toHaveLength(5_000);
  expect(left[0].body).toBe('3');
});

/** Deliveries that are not due, of long ago unless `at` says otherwise; their bodies count them. */
async function fill(
  tenantId: number,
  webhookId: string,
  count: number,
  state: string,
  at = 0,
): Promise<void> {
  const prefix = deliveryId(at).slice(0, 16);
  await prisma.$executeRaw`
    INSERT INTO webhook_delivery (id, webhook_id, tenant_id, event, body, state, created_at, next_attempt_at)
    SELECT ${prefix} || lpad(n::text, 20, '0'), ${webhookId}, ${tenantId}, 'ping', n::text, ${state}, now(),
      now() + interval '1 day'
    FROM generate_series(1, ${count}::int) AS n`;
}
