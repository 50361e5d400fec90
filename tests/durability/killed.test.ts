import { eventually, within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';
import { expectComplete } from './expect-complete.ts';
import { MqttjsPublisher } from './mqttjs-publisher.ts';
import { PahoPublisher } from './paho-device.ts';
import { publishEnd } from './publish-end.ts';
import type { Publisher } from './publisher.ts';
import { createRandom, type Random, withSeed } from './random.ts';
import { RawPublisher } from './raw-publisher.ts';
import { mosquittoDevice, mqttjsDevice, pahoDevice, type ReturningDevice } from './returning-device.ts';

const MESSAGES = 10_200;
type Killed = 'broker' | 'postgres' | 'both';
/** 22 kills of the broker and 8 of PostgreSQL, 4 of them at the same moment. */
const KILLS: Killed[] = [
  ...Array<Killed>(18).fill('broker'),
  ...Array<Killed>(4).fill('postgres'),
  ...Array<Killed>(4).fill('both'),
];

let server: TestServer;
let login: Login;

beforeAll(async () => {
  server = await startServer();
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'fleet', { maxQueuedMessages: 100_000 });
}, 60_000);

afterAll(() => server.dispose());

test('10,000 messages acknowledged while broker and PostgreSQL are killed wait for six absent devices', async () => {
  const random = createRandom();
  await withSeed(random, async () => {
    const devices = createDevices();
    for (const device of devices) await device.subscribeAndLeave();
    const publishers = createPublishers();
    const killedAtWork = await publishUnderKills(publishers, random).finally(() =>
      Promise.all(publishers.map((publisher) => publisher.close())),
    );
    // Else the kills would have shown nothing.
    expect(killedAtWork).toBeGreaterThan(KILLS.length / 2);
    await publishEnd(login);
    for (const device of devices) await expectReturn(device, publishers);
  });
}, 240_000);

function createDevices(): ReturningDevice[] {
  return ([1, 2] as const).flatMap((qos) => [
    mqttjsDevice(login, `mqttjs-receives-${qos}`, qos),
    pahoDevice(login, `paho-receives-${qos}`, qos),
    mosquittoDevice(login, `mosquitto-receives-${qos}`, qos, qos === 1 ? 'mqttv311' : '5'),
  ]);
}

function createPublishers(): Publisher[] {
  return ([1, 2] as const).flatMap((qos) => [
    new RawPublisher(login, `raw-sends-${qos}`, qos),
    new MqttjsPublisher(login, `mqttjs-sends-${qos}`, qos),
    new PahoPublisher(login, `paho-sends-${qos}`, qos),
  ]);
}

/** @returns how many kills hit while messages were unanswered */
async function publishUnderKills(publishers: Publisher[], random: Random): Promise<number> {
  const share = Math.ceil(MESSAGES / publishers.length / (KILLS.length + 1));
  const kills = shuffle(KILLS, random);
  const failed = Promise.race(
    publishers.map(({ progress }) => new Promise<never>((_, reject) => progress.once('error', reject))),
  );
  // Each has connected once before the first kill.
  for (const { progress } of publishers) progress.release(1);
  const connected = Promise.all(publishers.map(({ progress }) => progress.finished()));
  await within('all publishers are connected', Promise.race([connected, failed]));
  let atWork = 0;
  for (const kill of kills) {
    await publishQoS0();
    const due = total(publishers) + random.below(share * publishers.length);
    for (const { progress } of publishers) progress.release(share);
    const reached = eventually(`${due} acknowledged`, () => total(publishers) >= due);
    await Promise.race([reached, failed]).catch((error: Error) => explain(error, publishers));
    await new Promise((resolve) => setTimeout(resolve, random.below(8)));
    if (publishers.some(({ progress }) => progress.acknowledged < progress.released)) atWork++;
    await execute(kill);
  }
  const rest = Math.ceil(MESSAGES / publishers.length) - share * kills.length - 1;
  for (const { progress } of publishers) progress.release(rest);
  const finished = Promise.all(publishers.map(({ progress }) => progress.finished()));
  await within('everything is acknowledged', finished, 60_000).catch((error: Error) =>
    explain(error, publishers),
  );
  return atWork;
}

async function execute(kill: Killed): Promise<void> {
  if (kill === 'postgres') return server.killPostgres9();
  await Promise.all([server.kill9(), kill === 'both' && server.killPostgres9()]);
  await server.start();
}

/** For absent devices these are lost, and must be: QoS 0 is not kept. */
async function publishQoS0(): Promise<void> {
  // Refused while PostgreSQL, killed a moment ago, is away.
  const { client } = await eventually('QoS 0 is published', () =>
    RawClient.connect(login, { clientId: 'sends-qos-0', clean: true }),
  );
  for (let number = 1; number <= 5; number++) {
    client.send({
      cmd: 'publish',
      topic: 'crash/nothing',
      payload: 'QoS 0',
      qos: 0,
      dup: false,
      retain: false,
    });
  }
  await client.takeUntilPingAnswer();
  await client.disconnect();
}

async function expectReturn(device: ReturningDevice, publishers: Publisher[]): Promise<void> {
  const { sessionPresent, messages } = await device.comeBack();
  if (sessionPresent !== null)
    expect({ device: device.name, sessionPresent }).toEqual({ device: device.name, sessionPresent: true });
  expectComplete(device, messages, publishers);
}

/** @throws `error` with how far each publisher came */
function explain(error: Error, publishers: Publisher[]): never {
  const progress = publishers.map(
    ({ name, progress: { acknowledged, released } }) => `${name} ${acknowledged} of ${released}`,
  );
  error.message += `\n${progress.join(', ')}\n${server.log.slice(-2_000)}`;
  throw error;
}

function total(publishers: Publisher[]): number {
  return publishers.reduce((sum, { progress }) => sum + progress.acknowledged, 0);
}

function shuffle<Item>(items: Item[], random: Random): Item[] {
  const rest = [...items];
  return items.map(() => rest.splice(random.below(rest.length), 1)[0]);
}
