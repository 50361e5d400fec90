import mqtt from 'mqtt';
import { within } from '../harness/eventually.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

const MESSAGES = 300;
const REWIND = '/tenants/acme/sessions/returns/rewind';

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant({ retentionSeconds: 3_600 });
}, 60_000);

afterAll(() => started.dispose());

/** Connects, subscribes, and takes what comes until there are so many; they are acknowledged when it leaves. */
async function take(count: number, onSubscribed?: () => Promise<void>): Promise<string[]> {
  const client = mqtt.connect({ ...mqttjsOptions(started.login, 'returns'), reconnectPeriod: 0 });
  const payloads: string[] = [];
  const complete = Promise.withResolvers<void>();
  client.on('message', (_, payload) => {
    if (payloads.push(payload.toString()) === count) complete.resolve();
  });
  if (onSubscribed !== undefined) {
    await client.subscribeAsync('rewound', { qos: 1 });
    await onSubscribed();
  }
  await within(`${count} messages came`, complete.promise);
  await client.endAsync();
  return payloads;
}

async function publish(payloads: string[]): Promise<void> {
  const publisher = await mqtt.connectAsync(mqttjsOptions(started.login, 'sends'));
  for (const payload of payloads) await publisher.publishAsync('rewound', payload, { qos: 1 });
  await publisher.endAsync();
}

test('what was acknowledged by everybody is kept, and a rewound session gets it, whatever is killed', async () => {
  const { server } = started;
  const to = new Date().toISOString();
  const first = Array.from({ length: MESSAGES }, (_, index) => `${index}`);
  expect(await take(MESSAGES, () => publish(first))).toEqual(first);
  await server.kill9();
  await server.start();
  const rewound = await server.api(REWIND, { method: 'POST', body: { to } });
  expect(rewound).toMatchObject({ messages: MESSAGES, isComplete: true });
  await server.kill9();
  await server.start();
  const second = Array.from({ length: MESSAGES }, (_, index) => `more ${index}`);
  await publish(second);
  expect(await take(2 * MESSAGES)).toEqual([...first, ...second]);
}, 60_000);
