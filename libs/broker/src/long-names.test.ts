import { PacketType } from '@restante/mqtt-codec';
import { createHash } from 'node:crypto';
import { TestBroker } from '../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** Text that does not compress: what an index holds of it is as long as it. */
function longName(bytes: number, seed: string): string {
  let name = '';
  for (let index = 0; name.length < bytes; index++) {
    name += createHash('sha512').update(`${seed} ${index}`).digest('base64url');
  }
  return name.slice(0, bytes);
}

test('topics and filters of 65,535 bytes are kept as any others [MQTT-4.7.3-3]', async () => {
  const topics = ['one', 'two'].map((seed) => longName(65_535, seed));
  const device = await engine.connect('device');
  for (const topic of topics) await device.subscribe(topic);
  await device.subscribe(`$share/g/${topics[0].slice(9)}`);
  await device.drop();
  const publisher = await engine.connect('publisher');
  for (const topic of topics) await publisher.publishAcknowledged(topic, topic.slice(0, 9), { retain: true });
  await engine.restartAfterCrash();
  expect(engine.fatal).toBeNull();
  const back = await engine.connect('device');
  expect(await back.consume(2)).toEqual(topics.map((topic) => topic.slice(0, 9)));
  back.sendUnsubscribe(topics[0]);
  expect((await back.receive(PacketType.UNSUBACK)).reasonCodes).toEqual([0]);
  const other = await engine.connect('other', { cleanStart: true, properties: {} });
  await other.subscribe(topics[1]);
  expect(await other.consume(1)).toEqual([topics[1].slice(0, 9)]);
});

test('a client identifier may have 1,024 bytes; a longer one is refused with 0x85 [MQTT-3.1.3-8]', async () => {
  const longest = longName(1_024, 'client');
  const device = await engine.connect(longest);
  await device.drop();
  await engine.restart();
  expect((await engine.connect(longest)).connack.sessionPresent).toBe(true);
  const refused = engine.begin(`${longest}x`);
  expect((await refused.receive(PacketType.CONNACK)).reasonCode).toBe(0x85);
});

test('a CONNECT may carry a will of 65,535 bytes', async () => {
  const will = { topic: 'will', payload: Buffer.alloc(65_535, 'x') };
  const device = await engine.connect('device', { will });
  const watcher = await engine.connect('watcher');
  await watcher.subscribe('will');
  await device.drop();
  expect((await watcher.receivePublish()).payload).toHaveLength(65_535);
});
