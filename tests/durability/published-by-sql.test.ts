import mqtt from 'mqtt';
import pg from 'pg';
import { eventually, within } from '../harness/eventually.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { createRandom, withSeed } from './random.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

const KILLS = 4;
const TRANSACTIONS = 10;
/** Every so many is rolled back. */
const ROLLED_BACK = 4;
const MESSAGES_A_TRANSACTION = 200;
const LAST = 'the last one';

let started: StartedServer;
let application: pg.Client;

beforeAll(async () => {
  started = await startServerWithTenant({ maxQueuedMessages: 100_000 });
  application = new pg.Client({ connectionString: started.databaseUrl });
  await application.connect();
}, 60_000);

afterAll(async () => {
  await application.end();
  await started.dispose();
});

test('what transactions publish while the broker is killed waits for an absent device, whole and once', async () => {
  const { server, login } = started;
  const absent = { ...mqttjsOptions(login, 'device'), reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(absent);
  await client.subscribeAsync('orders', { qos: 2 });
  await client.endAsync();
  const random = createRandom();
  await withSeed(random, async () => {
    const committed: string[] = [];
    let killedAtWork = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = committed.length;
      const { arrived } = await someArrived(1 + random.below(MESSAGES_A_TRANSACTION * 3));
      for (let each = 0; each < TRANSACTIONS; each++)
        committed.push(...(await transact(committed.length, each % ROLLED_BACK < ROLLED_BACK - 1)));
      await within('they are being published', arrived);
      await server.kill9();
      const left = await waiting();
      if (left > 0 && left < committed.length - before) killedAtWork++;
      await server.start();
    }
    // Else the kills would have shown nothing.
    expect(killedAtWork).toBeGreaterThan(1);
    await publish([LAST]);
    await eventually('nothing waits in the outbox', async () => (await waiting()) === 0);
    expect(await drain(absent)).toEqual([...committed, LAST]);
  });
}, 90_000);

/** @returns when somebody who is online has got so many messages, of those that come from now on */
async function someArrived(count: number): Promise<{ arrived: Promise<void> }> {
  const client = await mqtt.connectAsync({
    ...mqttjsOptions(started.login, 'online'),
    clean: true,
    reconnectPeriod: 0,
  });
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  let left = count;
  client.on('message', () => --left === 0 && resolve());
  await client.subscribeAsync('orders', { qos: 0 });
  return { arrived };
}

/** @returns those that were published */
async function transact(first: number, isCommitted: boolean): Promise<string[]> {
  const payloads = Array.from({ length: MESSAGES_A_TRANSACTION }, (_, index) => `${first + index}`);
  await application.query('BEGIN');
  await publish(isCommitted ? payloads : payloads.map((payload) => `${payload}, rolled back`));
  await application.query(isCommitted ? 'COMMIT' : 'ROLLBACK');
  return isCommitted ? payloads : [];
}

function publish(payloads: string[]): Promise<unknown> {
  const each = "SELECT restante.publish('acme', 'orders', payload, 2) FROM unnest($1::text[]) payload";
  return application.query(each, [payloads]);
}

async function waiting(): Promise<number> {
  const { rows } = await application.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM restante.outbox',
  );
  return rows[0].count;
}

async function drain(options: mqtt.IClientOptions): Promise<string[]> {
  const client = mqtt.connect(options);
  const payloads: string[] = [];
  const complete = Promise.withResolvers<void>();
  client.on('message', (_, payload) => {
    payloads.push(payload.toString());
    if (payloads.at(-1) === LAST) complete.resolve();
  });
  await within('the last message comes', complete.promise, 30_000);
  await client.endAsync();
  return payloads;
}
