import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

const TRANSIENT = { cleanStart: true, properties: {} };

function names(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);
}

test('a flood is taken in by and by: another client is answered before the end of it, and nothing of it is lost', async () => {
  const subscriber = await engine.connect('subscriber', TRANSIENT);
  await subscriber.subscribe('a', { qos: 0 });
  const flooder = await engine.connect('flooder', TRANSIENT);
  const other = await engine.connect('other', TRANSIENT);
  const all = names(1, 30_000);
  for (const payload of all) flooder.publish('a', payload, { qos: 0 });
  await other.takeUntilPingAnswer();
  const before = await subscriber.takeUntilPingAnswer();
  expect(before.length).toBeLessThan(all.length);
  const payloads = before.map((packet) => (packet.type === PacketType.PUBLISH ? `${packet.payload}` : '?'));
  const rest = await subscriber.receivePayloads(all.length - before.length);
  expect([...payloads, ...rest]).toEqual(all);
});

test('a message for many counts as many: its publisher has fewer of them in a turn', async () => {
  const subscribers = await Promise.all(names(1, 50).map((name) => engine.connect(name, TRANSIENT)));
  for (const subscriber of subscribers) await subscriber.subscribe('a', { qos: 0 });
  const flooder = await engine.connect('flooder', TRANSIENT);
  const other = await engine.connect('other', TRANSIENT);
  for (const payload of names(1, 1_000)) flooder.publish('a', payload, { qos: 0 });
  await other.takeUntilPingAnswer();
  expect((await subscribers[0].takeUntilPingAnswer()).length).toBeLessThan(1_000);
});

test('many that send less than a share each do not make a long turn together', async () => {
  const subscriber = await engine.connect('subscriber', TRANSIENT);
  await subscriber.subscribe('a', { qos: 0 });
  const flooders = await Promise.all(names(1, 30).map((name) => engine.connect(name, TRANSIENT)));
  const other = await engine.connect('other', TRANSIENT);
  // Each of them begins early in the turn.
  for (const flooder of flooders) flooder.publish('a', 'first', { qos: 0 });
  for (const flooder of flooders)
    for (const payload of names(1, 2_000)) flooder.publish('a', payload, { qos: 0 });
  await other.takeUntilPingAnswer();
  const before = await subscriber.takeUntilPingAnswer();
  expect(before.length).toBeLessThan(30 * 2_001);
  await subscriber.receivePayloads(30 * 2_001 - before.length);
});

test.each([
  ['one publisher', 1],
  ['several publishers', 5],
])(
  'publishers wait for a subscriber that keeps up in its own time: nothing is dropped, each is in order (%s)',
  async (_name, publisherCount) => {
    engine.setPolicy('device', { maxQueuedMessages: 2_000, maxInflight: 10 });
    const device = await engine.connect('device', TRANSIENT);
    await device.subscribe('+');
    const publishers = await Promise.all(
      names(1, publisherCount).map((name) => engine.connect(`publisher ${name}`, TRANSIENT)),
    );
    const payloads = names(1, 6_000 / publisherCount);
    for (const [index, publisher] of publishers.entries()) {
      for (const payload of payloads) publisher.publish(`${index}`, `${index} ${payload}`);
    }
    const received = await device.consume(6_000);
    for (const index of publishers.keys()) {
      const own = received.filter((each) => each.startsWith(`${index} `));
      expect(own).toEqual(payloads.map((payload) => `${index} ${payload}`));
    }
  },
);

test('nobody waits for ever for a subscriber that answers nothing: then its policy decides', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 2_000, maxInflight: 10, overflow: 'drop-newest' });
  const device = await engine.connect('device', TRANSIENT);
  await device.subscribe('a');
  const publisher = await engine.connect('publisher', TRANSIENT);
  for (const payload of names(1, 3_000)) publisher.publish('a', payload);
  for (let answered = 0; answered < 3_000; answered++) await publisher.receive(PacketType.PUBACK);
  expect(await device.consume(2_010)).toEqual(names(1, 2_010));
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});
