import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;

beforeAll(async () => {
  engine = await TestBroker.start();
});

afterAll(() => engine.dispose());

test('very many retained messages are deleted a piece at a time, for good', async () => {
  const { inspection } = engine.broker;
  const publish = (topic: string) =>
    inspection.publish(1, { topic, payload: Buffer.from('x'), qos: 0, retain: true });
  await Promise.all(Array.from({ length: 5_001 }, (_, index) => publish(`many/${index}`)));
  await publish('other');
  expect(await inspection.deleteRetainedMatching(1, 'many/+')).toEqual({
    deletedMessages: 5_000,
    isComplete: false,
  });
  expect(await inspection.deleteRetainedMatching(1, 'many/+')).toEqual({
    deletedMessages: 1,
    isComplete: true,
  });
  await engine.restartAfterCrash();
  const { items } = await engine.broker.inspection.listRetained(1, { limit: 10, payloadBytes: 0 });
  expect(items.map(({ topic }) => topic)).toEqual(['other']);
});
