/** MQTT 5.0, section 3.3.2.3.3: message expiry interval. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { u32 } from './bytes.ts';
import {
  acknowledge,
  AN_HOUR,
  leave,
  MESSAGE_EXPIRY_INTERVAL,
  messagesUntilEnd,
  nextMessage,
  passTime,
  payloadsUntilEnd,
  publish,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';
import { PUBLISH } from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

/** The session of an earlier connection. */
const RESUMED = { flags: 0, properties: AN_HOUR };
/** One message at a time. */
const ONE_AT_A_TIME = '21 0001';

const expiry = (seconds: number) => `02 ${u32(seconds)}`;

const intervalOf = (message: ReceivedPacket) => message.properties.get(MESSAGE_EXPIRY_INTERVAL);

/** Does what comes before time passes. @returns what comes after it, with the assertions */
type Scenario = () => Promise<() => Promise<void>>;

/** Tests of which each goes on after the same second has passed. */
function describeAfterASecond(scenarios: [title: string, prepare: Scenario][]): void {
  const checks: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    for (const [, prepare] of scenarios) checks.push(await prepare());
    await passTime(broker, 1);
  });
  test.each(scenarios.map(([title], index) => [title, index] as const))('%s', (_, index) => checks[index]());
}

/** Publishes a message that lives for a second between two that live on. */
async function publishThree(topic: string, qos: 1 | 2, retain = false): Promise<void> {
  await publish(publisher, `${topic}/1`, 'lives', { qos, retain });
  await publish(publisher, `${topic}/2`, 'expires', { qos, retain, properties: expiry(1) });
  await publish(publisher, `${topic}/3`, 'lives long', { qos, retain, properties: expiry(3_600) });
}

/** All that waited for this client lives on. */
async function expectTheLiving(peer: Peer, topic: string): Promise<void> {
  await publish(publisher, `${topic}/end`, 'end', { qos: 2 });
  expect(await payloadsUntilEnd(peer)).toEqual(['lives', 'lives long']);
}

describe.each([1, 2] as const)('expired messages with QoS %d', (qos) => {
  const away =
    (topic: string, filter: string): Scenario =>
    async () => {
      await leave(await subscriber(broker, topic, filter, '02', { properties: AN_HOUR }));
      await publishThree(topic, qos);
      return async () => {
        const { peer } = await broker.connect5({ clientId: topic, ...RESUMED });
        await expectTheLiving(peer, topic);
      };
    };

  const slow =
    (topic: string, properties: string): Scenario =>
    async () => {
      const peer = await subscriber(broker, topic, `${topic}/+`, '02', {
        properties: `${ONE_AT_A_TIME} ${properties}`,
      });
      await publish(publisher, `${topic}/0`, 'first', { qos });
      const first = await peer.receive(PUBLISH);
      await publishThree(topic, qos);
      return async () => {
        await acknowledge(peer, first);
        await expectTheLiving(peer, topic);
      };
    };

  const retained =
    (topic: string): Scenario =>
    async () => {
      await publishThree(topic, qos, true);
      const inTime = await subscriber(broker, `${topic}/in-time`, `${topic}/2`, '02');
      expect((await nextMessage(inTime)).payload).toBe('expires');
      return async () => {
        const peer = await subscriber(broker, topic, `${topic}-end`);
        await subscribe(peer, `${topic}/+`, '02');
        await publish(publisher, `${topic}-end`, 'end');
        const payloads = (await messagesUntilEnd(peer, 2)).map(({ payload }) => payload);
        expect(payloads.sort()).toEqual(['lives', 'lives long']);
      };
    };

  const forOneOfTwo =
    (topic: string): Scenario =>
    async () => {
      const here = await subscriber(broker, `${topic}/here`, `${topic}/+`, '02');
      const goOn = await away(topic, `${topic}/+`)();
      for (const payload of ['lives', 'expires', 'lives long']) {
        expect((await here.receive(PUBLISH)).payload).toBe(payload);
      }
      return goOn;
    };

  describeAfterASecond([
    ['[MQTT-3.3.2-5] are not sent to a client that was away', away(`away/${qos}`, `away/${qos}/+`)],
    [
      '[MQTT-3.3.2-5] are not sent to a client of a shared subscription',
      away(`shared/${qos}`, `$share/expired/shared/${qos}/+`),
    ],
    ['[MQTT-3.3.2-5] are not sent to a client that took no more meanwhile', slow(`slow/${qos}`, '')],
    ['[MQTT-3.3.2-5] nor if it has a stored session', slow(`slow-stored/${qos}`, AN_HOUR)],
    ['[MQTT-3.3.2-5] are not sent to new subscribers, when they were retained', retained(`retained/${qos}`)],
    ['[MQTT-3.3.2-5] may have been sent to another client in time', forOneOfTwo(`one-of-two/${qos}`)],
  ]);
});

test('[MQTT-3.3.2-5] a message that lives for 0 seconds does not wait for a client', async () => {
  await leave(await subscriber(broker, 'zero-away', 'zero/away', '01', { properties: AN_HOUR }));
  await publish(publisher, 'zero/away', 'unwanted', { properties: expiry(0) });
  const { peer } = await broker.connect5({ clientId: 'zero-away', ...RESUMED });
  await publish(publisher, 'zero/away', 'end');
  expect(await payloadsUntilEnd(peer)).toEqual([]);
});

test('[MQTT-3.3.2-6] a message that lives for 0 seconds comes as such, or not at all', async () => {
  const peer = await subscriber(broker, 'zero-here', 'zero/here', '01');
  await publish(publisher, 'zero/here', 'm', { properties: expiry(0) });
  await publish(publisher, 'zero/here', 'end');
  for (const message of await messagesUntilEnd(peer)) expect(intervalOf(message)).toEqual([0]);
});

describe('the interval that clients get', () => {
  const INTERVAL = 1_000;
  const properties = expiry(INTERVAL);

  test.each([0, 1, 2] as const)('[MQTT-3.3.2-6] is what was asked for, at once, QoS %d', async (qos) => {
    const peer = await subscriber(broker, 'at-once', `at-once/${qos}`, '02');
    // 604,800 is the greatest interval that the policy lets a publisher ask for.
    for (const seconds of [1, 2, 127, 128, 65_536, 604_800]) {
      const start = Date.now();
      await publish(publisher, `at-once/${qos}`, 'm', { qos, properties: expiry(seconds) });
      const [interval] = intervalOf(await nextMessage(peer))!;
      expect(interval).toBeLessThanOrEqual(seconds);
      expect(interval).toBeGreaterThanOrEqual(seconds - Math.ceil((Date.now() - start) / 1_000));
    }
  });

  test.each([0, 1, 2] as const)(
    '[MQTT-3.3.2-6] is not there where none was asked for, QoS %d',
    async (qos) => {
      const peer = await subscriber(broker, 'none', `none/${qos}`, '02');
      await publish(publisher, `none/${qos}`, 'm', { qos });
      expect(intervalOf(await nextMessage(peer))).toBeUndefined();
    },
  );

  /**
   * Publishes a message that waits, and checks its interval when it comes: that of the message without the time it
   * has waited, to the second, whichever way rounded.
   *
   * @param receive makes the broker send the message; the first message of the peer is it
   */
  async function waiting(
    topic: string,
    parts: { qos?: 0 | 1 | 2; retain?: boolean },
    receive: () => Promise<Peer>,
    beforehand?: () => Promise<void>,
  ): Promise<() => Promise<void>> {
    const start = Date.now();
    await publish(publisher, topic, 'm', { ...parts, properties });
    await beforehand?.();
    const accepted = Date.now();
    return async () => {
      const least = (Date.now() - accepted) / 1_000;
      expect(least).toBeGreaterThan(1);
      const message = await nextMessage(await receive());
      const most = (Date.now() - start) / 1_000;
      expect(message.payload).toBe('m');
      const [interval] = intervalOf(message)!;
      expect(interval).toBeLessThanOrEqual(INTERVAL - Math.floor(least));
      expect(interval).toBeGreaterThanOrEqual(INTERVAL - Math.ceil(most));
    };
  }

  const resume = async (clientId: string) => (await broker.connect5({ clientId, ...RESUMED })).peer;

  const away =
    (topic: string, qos: 1 | 2, filter = topic): Scenario =>
    async () => {
      await leave(await subscriber(broker, topic, filter, '02', { properties: AN_HOUR }));
      return waiting(topic, { qos }, () => resume(topic));
    };

  const behind =
    (topic: string): Scenario =>
    async () => {
      const peer = await subscriber(broker, topic, topic, '01', { properties: ONE_AT_A_TIME });
      await publish(publisher, topic, 'first');
      const first = await peer.receive(PUBLISH);
      return waiting(topic, {}, async () => {
        await acknowledge(peer, first);
        return peer;
      });
    };

  const retained =
    (topic: string, qos: 0 | 1 | 2): Scenario =>
    () =>
      waiting(topic, { qos, retain: true }, () => subscriber(broker, topic, topic, '02'));

  const sentAgain =
    (topic: string, qos: 1 | 2): Scenario =>
    async () => {
      const first = await subscriber(broker, topic, topic, '02', { properties: AN_HOUR });
      return waiting(
        topic,
        { qos },
        () => resume(topic),
        async () => {
          expect((await first.receive(PUBLISH)).dup).toBe(false);
          await first.drop();
        },
      );
    };

  describeAfterASecond([
    ['[MQTT-3.3.2-6] is less by what it waited for the client, QoS 1', away('waited/1', 1)],
    ['[MQTT-3.3.2-6] is less by what it waited for the client, QoS 2', away('waited/2', 2)],
    ['[MQTT-3.3.2-6] is less by what it waited in a shared subscription', away('group', 1, '$share/g/group')],
    ['[MQTT-3.3.2-6] is less by what it waited behind other messages', behind('behind')],
    ['[MQTT-3.3.2-6] is less by what it was retained, QoS 0', retained('kept/0', 0)],
    ['[MQTT-3.3.2-6] is less by what it was retained, QoS 1', retained('kept/1', 1)],
    ['[MQTT-3.3.2-6] is less when the message is sent again, QoS 1', sentAgain('again/1', 1)],
    ['[MQTT-3.3.2-6] is less when the message is sent again, QoS 2', sentAgain('again/2', 2)],
  ]);
});
