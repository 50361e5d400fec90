import mqtt from 'mqtt';
import { within } from '../harness/eventually.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { createRandom, withSeed } from './random.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

const MESSAGES = 2_000;
const ROUNDS = 6;
const SESSIONS = ['left', 'right'];

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant();
}, 60_000);

afterAll(() => started.dispose());

async function queued(clientId: string): Promise<number> {
  const path = `/tenants/acme/sessions/${clientId}`;
  return (await started.server.api<{ queuedMessages: number }>(path)).queuedMessages;
}

async function drain(clientId: string): Promise<string[]> {
  const count = await queued(clientId);
  const client = mqtt.connect({ ...mqttjsOptions(started.login, clientId), reconnectPeriod: 0 });
  const payloads: string[] = [];
  const complete = Promise.withResolvers<void>();
  client.on('message', (_, payload) => {
    if (payloads.push(payload.toString()) === count) complete.resolve();
  });
  if (count > 0) await within(`${clientId} has its ${count}`, complete.promise);
  await client.endAsync();
  return payloads;
}

test('a queue that is moved while the broker is killed is here or there, whole and once', async () => {
  const { server, login } = started;
  for (const clientId of SESSIONS) {
    const client = await mqtt.connectAsync(mqttjsOptions(login, clientId));
    if (clientId === 'left') await client.subscribeAsync('moved', { qos: 1 });
    await client.endAsync();
  }
  const publisher = await mqtt.connectAsync(mqttjsOptions(login, 'sends'));
  const sent = Array.from({ length: MESSAGES }, (_, index) => `${index}`);
  for (const payload of sent) await publisher.publishAsync('moved', payload, { qos: 1 });
  await publisher.endAsync();
  const random = createRandom();
  await withSeed(random, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [to, from] = (await queued('left')) > 0 ? ['right', 'left'] : ['left', 'right'];
      const body = { to };
      const answered = server.api(`/tenants/acme/sessions/${from}/queue/move`, { method: 'POST', body }).then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, random.below(150)));
      await server.kill9();
      const isAnswered = await answered;
      await server.start();
      expect((await Promise.all([from, to].map(queued))).sort()).toEqual([0, MESSAGES]);
      if (isAnswered) expect(await queued(to)).toBe(MESSAGES);
    }
    const got = [...(await drain('left')), ...(await drain('right'))];
    expect(got).toEqual(sent);
  });
}, 90_000);
