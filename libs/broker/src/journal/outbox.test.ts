import pg from 'pg';
import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;
let database: pg.Client;

beforeEach(async () => {
  engine = await TestBroker.start();
  database = new pg.Client({ connectionString: engine.database.url });
  await database.connect();
  await database.query("INSERT INTO tenant (id, slug, name) VALUES (1, 'acme', 'Acme')");
  await database.query("SELECT restante.publish('acme', 'a', 'x', 1)");
});

afterEach(async () => {
  await database.end();
  await engine.dispose();
});

async function outboxSize(): Promise<number> {
  const { rows } = await database.query('SELECT count(*)::int AS count FROM restante.outbox');
  return rows[0].count as number;
}

const request = () => ({
  topic: 'a',
  payload: Buffer.from('x'),
  qos: 1 as const,
  retain: false,
  outboxId: 1,
});

async function absentDevice(): Promise<void> {
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
}

const queued = async () => (await engine.broker.inspection.getSession(1, 'device'))!.queuedMessages;

test('a message leaves the outbox in the commit that puts it into the queues: a crash finds it in one of the two', async () => {
  await absentDevice();
  engine.store.hold();
  const asked = engine.store.commitAsked();
  // Never answered: the broker is gone before.
  void engine.broker.inspection.publish(1, request());
  await asked;
  await engine.restartAfterCrash();
  expect({ outbox: await outboxSize(), queued: await queued() }).toEqual({ outbox: 1, queued: 0 });
  await engine.broker.inspection.publish(1, request());
  expect({ outbox: await outboxSize(), queued: await queued() }).toEqual({ outbox: 0, queued: 1 });
  await engine.restartAfterCrash();
  expect({ outbox: await outboxSize(), queued: await queued() }).toEqual({ outbox: 0, queued: 1 });
});

test('one that nobody has to keep leaves it too', async () => {
  await engine.broker.inspection.publish(1, { ...request(), qos: 0 });
  expect(await outboxSize()).toBe(0);
});
