import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

async function figures(client: TestClient): Promise<Record<string, string>> {
  const packets = await client.takeUntilPingAnswer();
  return Object.fromEntries(
    packets.map((packet) => {
      if (packet.type !== PacketType.PUBLISH) throw new Error(`Not a PUBLISH: ${packet.type}`);
      return [packet.topic.replace('$SYS/broker/', ''), packet.payload.toString()];
    }),
  );
}

test("who subscribes to $SYS gets its own tenant's figures at once", async () => {
  const other = await engine.connect('other', { username: '2:device' });
  other.publish('a', 'x', { qos: 0 });
  const client = await engine.connect('client');
  client.publish('a', 'x', { qos: 0, retain: true });
  await client.subscribe('$SYS/#');
  expect(await figures(client)).toMatchObject({
    version: 'Restante of the tests',
    uptime: '0',
    'clients/connected': '1',
    'messages/received': '1',
    'retained/count': '1',
  });
});

test('they come again when they change, what waits for absent sessions among them', async () => {
  const absent = await engine.connect('absent');
  await absent.subscribe('a');
  await absent.drop();
  const client = await engine.connect('client');
  await client.publishAcknowledged('a', 'x');
  await client.subscribe('$SYS/broker/messages/queued');
  const publish = await client.receivePublish();
  expect(publish).toMatchObject({ topic: '$SYS/broker/messages/queued', qos: 0, retain: false });
  expect(publish.payload.toString()).toBe('1');
});

test('wildcards at the first level do not match them, and nobody publishes there', async () => {
  const client = await engine.connect('client');
  await client.subscribe('#');
  await client.subscribe('+/broker/uptime');
  expect((await client.publishAcknowledged('$SYS/broker/uptime', 'x')).reasonCode).toBe(0x87);
  expect(await client.takeUntilPingAnswer()).toEqual([]);
});
