import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';
import { DEFAULT_POLICY, type Policy } from '../policy.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** As the control plane does it: what is read later agrees with what is told. */
async function change(username: string, fields: Partial<Policy>): Promise<void> {
  engine.setPolicy(username, fields);
  const policy = { ...DEFAULT_POLICY, ...fields };
  await engine.broker.inspection.changePolicies(1, (name) => (name === username ? policy : undefined));
}

async function publish(topic: string, ...payloads: string[]): Promise<number[]> {
  const publisher = await engine.transientPublisher();
  const codes: number[] = [];
  for (const payload of payloads) {
    publisher.publish(topic, payload);
    codes.push((await publisher.receiveAcknowledgement(PacketType.PUBACK)).reasonCode);
  }
  await publisher.disconnect();
  return codes;
}

const ONE_AT_A_TIME = { properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1 } };

test('a lower limit cuts the queue of a connected session at once', async () => {
  const slow = await engine.connect('slow', { ...ONE_AT_A_TIME, username: '1:slow' });
  await slow.subscribe('a');
  await publish('a', '1', '2', '3', '4');
  const { packetIdentifier } = await slow.receivePublish();
  await change('slow', { maxQueuedMessages: 2 });
  expect(await slow.takeUntilPingAnswer()).toEqual([]);
  const session = await engine.broker.inspection.getSession(1, 'slow');
  expect(session).toMatchObject({ maxQueuedMessages: 2, queuedMessages: 2, droppedMessages: 2 });
  slow.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await slow.consume(1)).toEqual(['4']);
  expect(await slow.takeUntilPingAnswer()).toEqual([]);
});

test.each([
  ['that lasts', ONE_AT_A_TIME],
  ['that ends with its connection', { cleanStart: true, properties: { receiveMaximum: 1 } }],
])('a connected session %s refuses publishers as soon as its policy says so', async (_, fields) => {
  const slow = await engine.connect('slow', { ...fields, username: '1:slow' });
  await slow.subscribe('a');
  expect(await publish('a', '1', '2', '3')).toEqual([0, 0, 0]);
  await change('slow', { maxQueuedMessages: 1, overflow: 'reject-publisher' });
  expect(await publish('a', '4')).toEqual([0x97]);
  await change('slow', {});
  expect(await publish('a', '5')).toEqual([0]);
});

test('other credentials, and what a client was told at CONNECT, are as before', async () => {
  const device = await engine.connect('device', { username: '1:device' });
  const other = await engine.connect('other', { username: '1:other' });
  await change('device', { topicAliasMaximum: 0, maxQueuedMessages: 5 });
  device.publish('a', 'x', { topicAlias: 1 });
  expect((await device.receiveAcknowledgement(PacketType.PUBACK)).reasonCode).toBe(0x10);
  expect(await engine.broker.inspection.getSession(1, 'other')).toMatchObject({
    maxQueuedMessages: DEFAULT_POLICY.maxQueuedMessages,
  });
  await other.disconnect();
});

test('what is kept for rewinding is kept from then on', async () => {
  const device = await engine.connect('device', { username: '1:device' });
  await device.subscribe('a');
  await change('device', { retentionSeconds: 60 });
  const to = Date.now() - 1_000;
  await publish('a', '1');
  expect(await device.consume(1)).toEqual(['1']);
  expect(await engine.broker.inspection.rewind(1, 'device', { to, isDryRun: false })).toMatchObject({
    messages: 1,
  });
  expect(await device.consume(1)).toEqual(['1']);
});
