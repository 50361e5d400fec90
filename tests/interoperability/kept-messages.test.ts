import { CLIENTS_AND_VERSIONS, InteroperableBroker, nameOf, type Way, WAYS } from './broker.ts';
import type { Device, Subscriber, Subscription } from './client.ts';
import { mqttJs } from './mqttjs.ts';

/** The other end of every exchange. */
const OTHER: Way = { client: mqttJs, transport: 'mqtt', version: '5.0' };

let broker: InteroperableBroker;
beforeAll(async () => {
  broker = await InteroperableBroker.start();
});
afterAll(() => broker.stop());

const named = (ways: Way[]) =>
  ways.map((way, index) => ({ way, name: nameOf(way), topic: `topic/${index}` }));

/** Of the test that runs: a test that fails must leave no programs behind. */
const subscribers: Subscriber[] = [];
afterEach(() => Promise.all(subscribers.splice(0).map((subscriber) => subscriber.vanish())));

function begin({ client }: Way, device: Device, subscription: Subscription): Subscriber {
  const subscriber = client.subscribe(device, subscription);
  subscribers.push(subscriber);
  return subscriber;
}

/** A subscriber that has subscribed. */
async function subscribe(
  way: Way,
  subscription: Subscription,
  device = broker.device(way),
): Promise<Subscriber> {
  const subscriber = begin(way, device, subscription);
  await broker.untilSubscribed(device);
  return subscriber;
}

describe('a retained message', () => {
  test.each(named(CLIENTS_AND_VERSIONS))(
    'of $name waits for others, and others of it',
    async ({ way, topic }) => {
      const message = {
        topic: `retained/${topic}`,
        payload: `retained by ${nameOf(way)}`,
        qos: 1,
        retain: true,
      } as const;
      await way.client.publish(broker.device(way), message);
      for (const reader of [OTHER, way]) {
        const subscriber = begin(reader, broker.device(reader), { topicFilter: message.topic, qos: 1 });
        expect(await subscriber.next()).toBe(message.payload);
      }
    },
  );
});

describe('the will', () => {
  test.each(named(WAYS))('of $name is sent when it vanishes', async ({ way, topic }) => {
    const will = { topic: `will/${topic}`, payload: `${nameOf(way)} is gone` };
    const observer = await subscribe(OTHER, { topicFilter: will.topic, qos: 1 });
    const device = await subscribe(way, { topicFilter: `here/${topic}`, qos: 1, will });
    await device.vanish();
    expect(await observer.next()).toBe(will.payload);
  });

  test.each(named(CLIENTS_AND_VERSIONS))(
    'of $name is not sent when it disconnects, unless it asks for that',
    async ({ way, topic }) => {
      const will = { topic: `no-will/${topic}`, payload: `${nameOf(way)} is gone` };
      const observer = await subscribe(OTHER, { topicFilter: will.topic, qos: 1 });
      const device = await subscribe(way, { topicFilter: `here/${topic}`, qos: 1, will });
      await device.leave();
      const { leavesWithWill } = way.client;
      if (leavesWithWill.includes(way.version)) expect(await observer.next()).toBe(will.payload);
      const message = { topic: will.topic, payload: 'another message', qos: 1 } as const;
      await OTHER.client.publish(broker.device(OTHER), message);
      expect(await observer.next()).toBe(message.payload);
    },
  );
});

describe('a kept session', () => {
  const resuming = WAYS.filter(({ client }) => client.canResume);

  test.each(named(resuming))('of $name is resumed with what it missed', async ({ way, topic }) => {
    const device = broker.device(way);
    const subscription = { topicFilter: `kept/${topic}`, qos: 2, isKept: true } as const;
    const before = await subscribe(way, subscription, device);
    await before.leave();
    await broker.untilAbsent(device);

    const missed = ([1, 2] as const).flatMap((qos) =>
      ['first', 'second'].map((word) => ({ payload: `${word} with QoS ${qos}`, qos })),
    );
    for (const message of missed) {
      await OTHER.client.publish(broker.device(OTHER), { topic: subscription.topicFilter, ...message });
    }

    const after = begin(way, device, subscription);
    const received: string[] = [];
    while (received.length < missed.length) received.push(await after.next());
    // [MQTT-4.6.0-5]: in order for the same topic and QoS.
    expect(received.filter((payload) => payload.endsWith('1'))).toEqual([
      'first with QoS 1',
      'second with QoS 1',
    ]);
    expect(received.filter((payload) => payload.endsWith('2'))).toEqual([
      'first with QoS 2',
      'second with QoS 2',
    ]);
  });
});
