import { PacketType } from '@restante/mqtt-codec';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';

installClock();
let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

async function aWatcher() {
  const watcher = await engine.connect('watcher', { username: '1:watcher' });
  await watcher.subscribe('will', { qos: 1 });
  return watcher;
}

const will = (delayInterval: number, qos: 0 | 1 = 1) => ({ topic: 'will', qos, delayInterval });

test('a connection that breaks publishes the will, DISCONNECT does not [MQTT-3.1.2-8] [MQTT-3.1.2-10]', async () => {
  const watcher = await aWatcher();
  await (await engine.connect('leaving', { will: will(0) })).disconnect();
  await (await engine.connect('broken', { will: { ...will(0), payload: Buffer.from('broken') } })).drop();
  expect(await watcher.consume(1)).toEqual(['broken']);
});

test('a delayed will waits for its delay, and is not published when the client returns before [MQTT-3.1.3-9]', async () => {
  const watcher = await aWatcher();
  await (await engine.connect('device', { will: will(30) })).drop();
  await (await engine.connect('device')).disconnect();
  await (await engine.connect('other', { will: { ...will(30), payload: Buffer.from('other') } })).drop();
  expect(await watcher.takeUntilPingAnswer()).toEqual([]);
  advanceClock(31);
  expect(await watcher.consume(1)).toEqual(['other']);
});

test('a delayed will is published when its session ends, whichever comes first', async () => {
  const watcher = await aWatcher();
  const device = { will: will(1_000), properties: { sessionExpiryInterval: 5 } };
  await (await engine.connect('device', device)).drop();
  advanceClock(6);
  expect(await watcher.consume(1)).toEqual(['gone']);
});

test('deleting the session of an absent client publishes its delayed will', async () => {
  const watcher = await aWatcher();
  await (await engine.connect('device', { will: will(1_000) })).drop();
  expect(await engine.broker.inspection.deleteSession(1, 'device')).toBe(true);
  expect(await watcher.consume(1)).toEqual(['gone']);
});

test('the will of a client that was connected when the broker crashed is published, once', async () => {
  await (await aWatcher()).disconnect();
  await engine.connect('device', { will: will(0), cleanStart: true, properties: {} });
  await engine.restartAfterCrash();
  const watcher = await engine.connect('watcher', { username: '1:watcher' });
  expect(await watcher.consume(1)).toEqual(['gone']);
  await watcher.takeUntilPingAnswer();
  await engine.restart();
  const again = await engine.connect('watcher', { username: '1:watcher' });
  await engine.store.sweeps(2);
  expect(await again.takeUntilPingAnswer()).toEqual([]);
});

test('publishing the will of an absent session leaves the limits of its queue as they are', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 50_000 });
  const watcher = await aWatcher();
  await (await engine.connect('device', { will: will(5) })).drop();
  advanceClock(6);
  await watcher.receive(PacketType.PUBLISH);
  await engine.broker.inspection.getSession(1, 'device');
  const written = () =>
    engine.store.committed
      .flatMap((batch) => batch.sessions)
      .filter((session) => session.clientId === 'device');
  await eventually('that it has no will any more is written', () => written().at(-1)!.will === null);
  expect(new Set(written().map(({ limits }) => limits.maxQueuedMessages))).toEqual(new Set([50_000]));
});

test('a client that returns with a clean start while its will is being published does not publish it again', async () => {
  const watcher = await aWatcher();
  await (await engine.connect('device', { will: will(5) })).drop();
  engine.store.hold();
  const asked = engine.store.commitAsked();
  advanceClock(6);
  await asked;
  const returning = engine.begin('device', { cleanStart: true });
  await engine.broker.inspection.getSession(1, 'watcher');
  await engine.broker.inspection.getSession(1, 'device');
  engine.store.release();
  await returning.receive(PacketType.CONNACK);
  expect(await watcher.consume(1)).toEqual(['gone']);
  expect(await watcher.takeUntilPingAnswer()).toEqual([]);
});
