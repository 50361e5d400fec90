import { TestBroker } from '../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

test('topics go with an alias once, then as the alias, as many as the client takes [MQTT-3.1.2-26]', async () => {
  const client = await engine.connect('client', { properties: { topicAliasMaximum: 2 } });
  await client.subscribe('#', { qos: 0 });
  const publisher = await engine.connect('publisher');
  for (const topic of ['a', 'b', 'c', 'a', 'b', 'c']) publisher.publish(topic, topic, { qos: 0 });
  const seen = [];
  for (let count = 0; count < 6; count++) {
    const { topic, topicAlias, payload } = await client.receivePublish();
    seen.push([topic, topicAlias, payload.toString()]);
  }
  expect(seen).toEqual([
    ['a', 1, 'a'],
    ['b', 2, 'b'],
    ['c', 0, 'c'],
    ['', 1, 'a'],
    ['', 2, 'b'],
    ['c', 0, 'c'],
  ]);
});

test('without a topic alias maximum there are none [MQTT-3.1.2-27], and a new connection begins anew', async () => {
  const properties = { sessionExpiryInterval: 100 };
  const first = await engine.connect('client', { properties: { ...properties, topicAliasMaximum: 9 } });
  await first.subscribe('a', { qos: 0 });
  const publisher = await engine.connect('publisher');
  publisher.publish('a', 'x', { qos: 0 });
  expect(await first.receivePublish()).toMatchObject({ topic: 'a', topicAlias: 1 });
  await first.drop();
  const second = await engine.connect('client', { properties });
  publisher.publish('a', 'x', { qos: 0 });
  expect(await second.receivePublish()).toMatchObject({ topic: 'a', topicAlias: 0 });
});

test('a packet that was too large for the client gives no alias', async () => {
  const client = await engine.connect('client', {
    properties: { topicAliasMaximum: 9, maximumPacketSize: 40 },
  });
  await client.subscribe('a', { qos: 0 });
  const publisher = await engine.connect('publisher');
  publisher.publish('a', 'x'.repeat(50), { qos: 0 });
  publisher.publish('a', 'x', { qos: 0 });
  expect(await client.receivePublish()).toMatchObject({ topic: 'a', topicAlias: 1 });
});
