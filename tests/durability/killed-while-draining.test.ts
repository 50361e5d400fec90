import { within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { expectComplete } from './expect-complete.ts';
import { createRandom, withSeed } from './random.ts';
import { RawPublisher } from './raw-publisher.ts';
import { RawSubscriber } from './raw-subscriber.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

const MESSAGES = 3_000;
const KILLS = 8;

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant({ maxQueuedMessages: 100_000 });
}, 60_000);

afterAll(() => started.dispose());

test('a queue that is drained while the broker is killed arrives in order, and QoS 2 once', async () => {
  const random = createRandom();
  await withSeed(random, async () => {
    const subscribers = ([1, 2] as const).map(
      (qos) => new RawSubscriber(started.login, `drains-${qos}`, qos),
    );
    for (const { name, qos } of subscribers) {
      const { client } = await RawClient.connect(started.login, { clientId: name });
      await client.subscribe(1, 'crash/#', qos);
      await client.disconnect();
    }
    const publishers = ([1, 2] as const).map((qos) => new RawPublisher(started.login, `fills-${qos}`, qos));
    for (const { progress } of publishers) progress.release(MESSAGES / 2);
    await within('the queue is filled', Promise.all(publishers.map(({ progress }) => progress.finished())));
    await Promise.all(publishers.map((publisher) => publisher.close()));

    for (const subscriber of subscribers) subscriber.start();
    for (let kill = 1; kill <= KILLS; kill++) {
      // A part of what is left, so that the last kill still finds something to drain.
      const target = subscribers[1].messages.length + random.below(MESSAGES / KILLS);
      await within(`${target} messages`, subscribers[1].hasReceived(target));
      await started.server.kill9();
      await started.server.start();
    }
    await within(
      'all messages',
      Promise.all(subscribers.map((subscriber) => subscriber.hasReceivedDistinct(MESSAGES))),
    );
    for (const subscriber of subscribers) {
      await subscriber.stop();
      expectComplete(subscriber, subscriber.messages, publishers);
    }
  });
}, 120_000);
