import mqtt from 'mqtt';
import { eventually } from '../harness/eventually.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { createRandom, withSeed } from './random.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

const LIMIT = 100;
const MESSAGES_A_ROUND = 500;
const ROUNDS = 5;

let started: StartedServer;

beforeAll(async () => {
  const settings = { maxQueuedMessages: LIMIT, overflow: 'drop-oldest', deadLetters: true };
  started = await startServerWithTenant(settings);
}, 60_000);

afterAll(() => started.dispose());

interface List {
  items: { message: { payload: string } }[];
  next: string | null;
}

/** The payloads of all pages of a list. */
async function payloadsOf(path: string): Promise<string[]> {
  const payloads: string[] = [];
  let after = '';
  for (;;) {
    const page = await started.server.api<List>(`/tenants/acme/${path}limit=500${after}`);
    payloads.push(...page.items.map(({ message }) => message.payload));
    if (page.next === null) return payloads;
    after = `&after=${page.next}`;
  }
}

test('what a full queue loses while the broker is killed is in the queue or a dead letter, and not in both', async () => {
  const { server, login } = started;
  const device = await mqtt.connectAsync(mqttjsOptions(login, 'absent'));
  await device.subscribeAsync('lost', { qos: 1 });
  await device.endAsync();
  const acknowledged: string[] = [];
  const random = createRandom();
  await withSeed(random, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const options = { ...mqttjsOptions(login, `sends ${round}`), reconnectPeriod: 0 };
      const publisher = await mqtt.connectAsync(options);
      publisher.on('error', () => undefined);
      const closed = new Promise((resolve) => publisher.once('close', () => resolve(null)));
      for (let index = 0; index < MESSAGES_A_ROUND; index++) {
        const payload = `${round}.${index}`;
        publisher.publish('lost', payload, { qos: 1 }, (error) => !error && acknowledged.push(payload));
      }
      // Somewhere between the first message and some time after the last one, while the queue is cut.
      await new Promise((resolve) => setTimeout(resolve, random.below(2_500)));
      await server.kill9();
      await closed;
      publisher.end(true);
      await server.start();
    }
    await eventually(
      'the queue is cut',
      async () => (await payloadsOf('sessions/absent/queue?')).length <= LIMIT,
    );
    let queued: string[] = [];
    let letters: string[] = [];
    await eventually('all of it is copied', async () => {
      queued = await payloadsOf('sessions/absent/queue?');
      letters = await payloadsOf('dead-letters?');
      return queued.length + letters.length >= acknowledged.length;
    });
    const found = [...queued, ...letters];
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(acknowledged));
  });
}, 120_000);
