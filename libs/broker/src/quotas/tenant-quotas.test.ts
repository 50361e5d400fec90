import { PacketType, ReasonCode } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';
import { NO_QUOTAS, type Quotas } from './quotas.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

function setQuotas(quotas: Partial<Quotas>): void {
  engine.broker.inspection.setQuotas(1, { ...NO_QUOTAS, ...quotas });
}

/** Reason code of the CONNACK. */
async function answerTo(clientId: string, version: 4 | 5 = 5): Promise<number> {
  const fields = version === 5 ? {} : { protocolVersion: version };
  const { reasonCode } = await engine.begin(clientId, fields).receive(PacketType.CONNACK);
  return reasonCode;
}

/** The engine counts what lies in the store about once a second. */
async function whenCounted(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await engine.broker.inspection.usage(1);
}

test('one connection too many is refused; those of other tenants, and who takes a session over, are not', async () => {
  setQuotas({ connections: 2 });
  await engine.connect('a');
  const leaving = await engine.connect('b');
  expect(await answerTo('c')).toBe(ReasonCode.QUOTA_EXCEEDED);
  expect(await answerTo('c', 4)).toBe(3);
  await engine.connect('c', { username: '2:device' });
  await engine.connect('a');
  await leaving.disconnect();
  await engine.connect('c');
  expect((await engine.broker.inspection.usage(1)).connections).toBe(2);
});

test('one session too many is refused, and those there are come back', async () => {
  setQuotas({ sessions: 2 });
  for (const name of ['a', 'b']) await (await engine.connect(name)).disconnect();
  await whenCounted(async () => (await answerTo('c')) === ReasonCode.QUOTA_EXCEEDED);
  const back = await engine.connect('a');
  expect((await engine.broker.inspection.usage(1)).sessions).toBe(2);
  await back.disconnect();
});

test('who connects too often is told so', async () => {
  setQuotas({ connectsPerSecond: 1 });
  await engine.connect('a');
  expect(await answerTo('b')).toBe(ReasonCode.CONNECTION_RATE_EXCEEDED);
});

test('no more is retained than may be, but what is there can be replaced and removed', async () => {
  const publisher = await engine.connect('publisher');
  const retain = async (topic: string, payload: string) =>
    (await publisher.publishAcknowledged(topic, payload, { retain: true })).reasonCode;
  const none = ReasonCode.NO_MATCHING_SUBSCRIBERS;
  setQuotas({ retainedMessages: 1, retainedBytes: 10 });
  expect(await retain('a', '123')).toBe(none);
  expect(await retain('b', '1')).toBe(ReasonCode.QUOTA_EXCEEDED);
  expect(await retain('a', '123456789')).toBe(none);
  expect(await retain('a', '1234567890')).toBe(ReasonCode.QUOTA_EXCEEDED);
  expect(await retain('a', '')).toBe(none);
  expect(await retain('b', '1')).toBe(none);
  expect(await engine.broker.inspection.usage(1)).toMatchObject({ retainedMessages: 1, retainedBytes: 2 });
});

test('when the queues hold what they may, what would be queued is refused until there is room', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
  const publisher = await engine.connect('publisher');
  const publish = async (topic: string) => (await publisher.publishAcknowledged(topic, 'x')).reasonCode;
  for (let count = 0; count < 3; count++) expect(await publish('a')).toBe(ReasonCode.SUCCESS);
  setQuotas({ queuedMessages: 3 });
  await whenCounted(async () => (await publish('a')) === ReasonCode.QUOTA_EXCEEDED);
  expect(await publish('b')).toBe(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  await expect(
    engine.broker.inspection.publish(1, { topic: 'a', payload: Buffer.alloc(1), qos: 1, retain: false }),
  ).rejects.toMatchObject({ refusal: 'quota-exceeded' });
  setQuotas({ queuedMessages: 1_000_000 });
  expect(await publish('a')).toBe(ReasonCode.SUCCESS);
});

test('a publisher that sends more than the quota is read from at that rate, and loses nothing', async () => {
  setQuotas({ publishesPerSecond: 100 });
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a', { qos: 0 });
  const publisher = await engine.connect('publisher');
  const startedAt = Date.now();
  const names = Array.from({ length: 150 }, (_, index) => `${index}`);
  for (const name of names) publisher.publish('a', name, { qos: 0 });
  expect(await subscriber.receivePayloads(150)).toEqual(names);
  // A hundred at once, and fifty at the rate: half a second, but for the last one's wait.
  expect(Date.now() - startedAt).toBeGreaterThan(400);
});

test('a rate of bytes slows down as well', async () => {
  setQuotas({ publishedBytesPerSecond: 1_000 });
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a', { qos: 0 });
  const publisher = await engine.connect('publisher');
  const startedAt = Date.now();
  for (let count = 0; count < 3; count++) publisher.publish('a', 'x'.repeat(749), { qos: 0 });
  await subscriber.receivePayloads(3);
  expect(Date.now() - startedAt).toBeGreaterThan(450);
});
