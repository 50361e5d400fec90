import 'reflect-metadata';
import type { Inspection, TenantCounts, TenantTraffic } from '@restante/broker';
import { createControlPool, createPrisma, type PrismaClient } from '@restante/database';
import { SILENT } from '../../../../../tests/harness/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { ADMINISTRATOR } from '../../../testing/administrator.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { HistorySampler } from './history-sampler.ts';
import { HistoryService } from './history.service.ts';
import type { Range } from './history-steps.ts';

let database: TestDatabase;
let prisma: PrismaClient;
let history: HistoryService;
let tenantId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  prisma = createPrisma(createControlPool(database.url));
});
beforeEach(async () => {
  await prisma.historySample.deleteMany();
  await prisma.tenant.deleteMany();
  ({ id: tenantId } = await prisma.tenant.create({ data: { slug: 'acme', name: 'Acme' } }));
  history = new HistoryService(prisma, new TenantsAccess(prisma));
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

/** The engine, as far as it is sampled: what it says is what a test has set. */
class Engine {
  totals: TenantTraffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, droppedMessages: 0 };
  present: TenantCounts = { onlineSessions: 0, offlineSessions: 0, queuedMessages: 0, queuedBytes: 0 };

  traffic = () => new Map([[tenantId, { ...this.totals }]]);
  counts = () => Promise.resolve([{ ...this.present }]);
}

function samplerOf(engine: Engine): HistorySampler {
  return new HistorySampler(prisma, engine as unknown as Inspection, SILENT);
}

/** When the present step of ten minutes began, in seconds since the epoch. */
const BEGUN = Math.floor(Date.now() / 600_000) * 600;

/** So many seconds before that, as ms since the epoch. */
function before(seconds: number): number {
  return (BEGUN - seconds) * 1_000;
}

/** What a column holds, by time: without what is null. */
async function column(range: Range, name: 'messagesInPerSecond' | 'queuedMessages' | 'droppedMessages') {
  const view = await history.ofTenant(ADMINISTRATOR, 'acme', { range });
  return view.at
    .map((at, index) => [at * 1_000, view[name][index]] as const)
    .filter(([, value]) => value !== null);
}

test('a sample holds what came since the one before it, and what is there now', async () => {
  const engine = new Engine();
  const sampler = samplerOf(engine);
  engine.totals.messagesIn = 50;
  engine.present.queuedMessages = 3;
  await sampler.sample(before(30) + 5_000);
  engine.totals.messagesIn = 70;
  engine.totals.droppedMessages = 2;
  engine.present.queuedMessages = 1;
  await sampler.sample(before(20) + 5_000);
  await sampler.sample(before(10) + 5_000);
  expect(await column('hour', 'messagesInPerSecond')).toEqual([
    [before(30), 5],
    [before(20), 2],
    [before(10), 0],
  ]);
  expect(await column('hour', 'queuedMessages')).toEqual([
    [before(30), 3],
    [before(20), 1],
    [before(10), 1],
  ]);
  const { droppedMessages, at } = await history.ofPlatform(ADMINISTRATOR, { range: 'hour' });
  expect(droppedMessages[at.indexOf(before(20) / 1_000)]).toBe(2);
});

test('where a tenant has nothing to show nothing is kept, and zeros are shown while the server was there', async () => {
  const engine = new Engine();
  await samplerOf(engine).sample(before(20));
  expect(await prisma.historySample.count({ where: { tenantId } })).toBe(0);
  expect(await column('hour', 'queuedMessages')).toEqual([[before(20), 0]]);
});

test('coarser steps hold averages and sums, made when they have ended, by whichever server is there then', async () => {
  const engine = new Engine();
  const first = samplerOf(engine);
  for (let seconds = 120; seconds > 60; seconds -= 10) {
    engine.totals.messagesIn += 60;
    // For half of the minute there is nothing at all to be kept of the queue.
    engine.present.queuedMessages = seconds > 90 ? 6 : 0;
    await first.sample(before(seconds));
  }
  const second = samplerOf(new Engine());
  await second.tidy(before(60));
  await second.tidy(before(60));
  expect(await column('day', 'messagesInPerSecond')).toEqual([[before(120), 6]]);
  expect(await column('day', 'queuedMessages')).toEqual([[before(120), 3]]);
  await second.tidy(before(0));
  // One minute of the ten: the server was not there for the rest.
  expect(await column('week', 'queuedMessages')).toEqual([[before(600), 3]]);
  expect(await column('week', 'messagesInPerSecond')).toEqual([[before(600), 0.6]]);
});

test('a server that starts again within a step adds to it', async () => {
  const [one, other] = [new Engine(), new Engine()];
  one.totals.messagesIn = 10;
  other.totals.messagesIn = 20;
  await samplerOf(one).sample(before(10));
  await samplerOf(other).sample(before(10) + 4_000);
  expect(await column('hour', 'messagesInPerSecond')).toEqual([[before(10), 3]]);
});

test('what is not shown any more is removed, and nothing is kept of a tenant that is gone', async () => {
  const engine = new Engine();
  engine.present.onlineSessions = 1;
  const sampler = samplerOf(engine);
  await sampler.sample(before(8_000));
  await sampler.sample(before(600));
  await prisma.tenant.delete({ where: { id: tenantId } });
  await sampler.sample(before(10));
  await sampler.tidy(before(0));
  const left = await prisma.historySample.findMany({
    where: { stepSeconds: 10 },
    orderBy: [{ at: 'asc' }, { tenantId: 'asc' }],
  });
  expect(left.map((row) => [row.tenantId, row.at.getTime()])).toEqual([
    [0, before(600)],
    [tenantId, before(600)],
    [0, before(10)],
  ]);
});
