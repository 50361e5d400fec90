import { InteroperableBroker, nameOf, WAYS } from './broker.ts';
import { QOS, type Subscriber } from './client.ts';
import { mqttJs } from './mqttjs.ts';

const HELLO = 'hello';

let broker: InteroperableBroker;
/** One for each client, transport, version and QoS, all on the same topic filter. */
const subscribers: { name: string; subscriber: Subscriber }[] = [];

beforeAll(async () => {
  broker = await InteroperableBroker.start();
  // A subscriber that has this one is there.
  const hello = { topic: 'matrix/hello', payload: HELLO, qos: 1, retain: true } as const;
  await mqttJs.publish(broker.device({ client: mqttJs, transport: 'mqtt', version: '5.0' }), hello);
  for (const way of WAYS)
    for (const qos of QOS) {
      const subscriber = way.client.subscribe(broker.device(way), { topicFilter: 'matrix/#', qos });
      subscribers.push({ name: `${nameOf(way)}, QoS ${qos}`, subscriber });
    }
  for (const { subscriber } of subscribers) expect(await subscriber.next()).toBe(HELLO);
}, 120_000);

afterAll(async () => {
  await Promise.all(subscribers.map(({ subscriber }) => subscriber.leave()));
  await broker.stop();
});

const PUBLISHERS = WAYS.flatMap((way) => QOS.map((qos) => ({ way, qos, name: nameOf(way) })));

test.each(PUBLISHERS)(
  '$name publishes with QoS $qos, and every subscriber gets it',
  async ({ way, qos, name }) => {
    // More than a byte of remaining length, and characters of one to four bytes.
    const payload = `${name}, QoS ${qos}: ${'aé€😀'.repeat(100)}`;
    await way.client.publish(broker.device(way), { topic: 'matrix/message', payload, qos });
    const received = await Promise.all(
      subscribers.map(async ({ name, subscriber }) => ({ name, payload: await subscriber.next() })),
    );
    expect(received.filter((each) => each.payload !== payload)).toEqual([]);
  },
);
