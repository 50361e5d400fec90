import { PacketType } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../testing/clock.ts';
import { TestBroker } from '../testing/test-broker.ts';

installClock();
let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** A publisher that has set the retained message of a topic. */
async function retain(topic: string, payload: string, qos: 0 | 1 = 1) {
  const publisher = await engine.connect('publisher');
  publisher.publish(topic, payload, { qos, retain: true });
  if (qos === 1) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  else await publisher.takeUntilPingAnswer();
  return publisher;
}

test('a new subscription gets the retained message, after SUBACK, with RETAIN set [MQTT-3.3.1-9]', async () => {
  await retain('a', 'kept');
  const device = await engine.connect('device');
  await device.subscribe('+', { qos: 2, identifier: 5 });
  expect(await device.receivePublish()).toMatchObject({ retain: true, qos: 1, subscriptionIdentifiers: [5] });
});

test('a retained message is there after a crash, once PUBACK was sent', async () => {
  await retain('a', 'kept');
  await engine.restartAfterCrash();
  const device = await engine.connect('device', { cleanStart: true, properties: {} });
  await device.subscribe('a');
  expect(await device.consume(1)).toEqual(['kept']);
});

test('what a subscription of a durable session brings is durable with it', async () => {
  await retain('a', 'kept');
  const device = await engine.connect('device');
  await device.subscribe('a');
  const batch = engine.store.committed.find(({ subscriptions }) => subscriptions.length > 0)!;
  expect(batch.entries).toHaveLength(1);
  await engine.restartAfterCrash();
  const returned = await engine.connect('device');
  expect(await returned.consume(1)).toEqual(['kept']);
});

test('an empty payload removes it [MQTT-3.3.1-6]', async () => {
  const publisher = await retain('a', 'kept');
  await publisher.publishAcknowledged('a', '', { retain: true });
  await engine.restartAfterCrash();
  const device = await engine.connect('device');
  await device.subscribe('a');
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test('an expired one is not sent', async () => {
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a', 'kept', { retain: true, messageExpiryInterval: 10 });
  advanceClock(10);
  const device = await engine.connect('device');
  await device.subscribe('a');
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test('retain handling: 1 sends for a new subscription only, 2 never [MQTT-3.3.1-10] [MQTT-3.3.1-11]', async () => {
  await retain('a', 'kept', 0);
  const device = await engine.connect('device');
  await device.subscribe('a', { retainHandling: 2 });
  expect(await device.takeUntilPingAnswer()).toEqual([]);
  await device.subscribe('a', { retainHandling: 1 });
  expect(await device.takeUntilPingAnswer()).toEqual([]);
  await device.subscribe('+', { retainHandling: 1 });
  expect(await device.receivePayloads(1)).toEqual(['kept']);
});

test('a client gets QoS 0 ones as it takes them, and none is dropped', async () => {
  const publisher = await engine.connect('publisher');
  const count = 1_200;
  for (let index = 0; index < count; index++)
    publisher.publish(`a/${index}`, 'kept', { qos: 0, retain: true });
  await publisher.takeUntilPingAnswer();
  const device = await engine.connect('device');
  device.transport.bufferedBytes = 17 * 1024 * 1024;
  await device.subscribe('a/+', { qos: 0 });
  expect(await device.takeUntilPingAnswer()).toEqual([]);
  device.transport.bufferedBytes = 0;
  device.transport.onDrain();
  expect(await device.receivePayloads(count)).toHaveLength(count);
});
