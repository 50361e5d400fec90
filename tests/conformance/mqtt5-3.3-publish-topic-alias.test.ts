/** MQTT 5.0, section 3.3.2.3.4 and the rules for it in section 3.3.4: topic aliases. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16, u32 } from './bytes.ts';
import {
  AN_HOUR,
  leave,
  nextMessage,
  payloadsUntilEnd,
  publish,
  reasonOfDisconnect,
  subscribe,
  subscriber,
  TOPIC_ALIAS,
  TOPIC_ALIAS_MAXIMUM,
} from './mqtt5-publish-exchange.ts';
import { PUBACK, PUBCOMP, publish5, publish5WithId, PUBLISH, PUBREC, pubrel } from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
let observer: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
  observer = await subscriber(broker, 'observer', 'alias/#', '02');
});
afterAll(() => broker.stop());

const RESUMED = { flags: 0, properties: AN_HOUR };

/** PUBLISH with an alias; QoS 1 or 2 with `firstByte` 32 or 34. */
function publishAlias(topic: string, alias: number, payload: string, firstByte = '30'): Buffer {
  const properties = `03 23 ${u16(alias)}`;
  return firstByte === '30'
    ? publish5(topic, payload, properties)
    : publish5WithId(firstByte, topic, 1, payload, properties);
}

const seen = ({ topic, qos, payload }: ReceivedPacket) => [topic, qos, payload];

/** What the observer gets next has this topic and payload. */
async function expectMessage(topic: string, payload: string): Promise<void> {
  expect(seen(await observer.receive(PUBLISH))).toEqual([topic, 0, payload]);
}

describe('aliases set by the client', () => {
  test('[MQTT-3.3.2-12] every alias up to the maximum in CONNACK is accepted', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'all' });
    const [maximum] = connack.properties.get(TOPIC_ALIAS_MAXIMUM) as number[];
    expect(maximum).toBeGreaterThan(0);
    const aliases = Array.from({ length: maximum }, (_, i) => i + 1);
    peer.send(...aliases.map((alias) => publishAlias(`alias/${alias}`, alias, 'set')));
    for (const alias of aliases) await expectMessage(`alias/${alias}`, 'set');
    peer.send(...aliases.reverse().map((alias) => publishAlias('', alias, 'used')));
    for (const alias of aliases) await expectMessage(`alias/${alias}`, 'used');
  });

  test.each([1, 2, 300, 65_535])('[MQTT-3.3.2-12] [MQTT-3.3.2-9] a maximum of %d', async (maximum) => {
    const login = await broker.createLogin(`aliases-${maximum}`, { topicAliasMaximum: maximum });
    const { peer, connack } = await broker.connect5({ clientId: 'some', login });
    expect(connack.properties.get(TOPIC_ALIAS_MAXIMUM)).toEqual([maximum]);
    for (const alias of new Set([1, Math.ceil(maximum / 2), maximum])) {
      peer.send(publishAlias(`alias/${alias}`, alias, 'set'), publishAlias('', alias, 'used'));
      await expectMessage(`alias/${alias}`, 'set');
      await expectMessage(`alias/${alias}`, 'used');
    }
    if (maximum === 65_535) return;
    peer.send(publishAlias('alias/above', maximum + 1, 'unwanted'));
    expect(await reasonOfDisconnect(peer)).toBe(0x94);
    await publish(publisher, 'alias/above', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test.each(['30', '32', '34'])(
    '[MQTT-3.3.2-9] an alias above the maximum (%s) is an error',
    async (first) => {
      const { peer, connack } = await broker.connect5({ clientId: 'above' });
      const maximum = (connack.properties.get(TOPIC_ALIAS_MAXIMUM) as number[])[0];
      for (const [alias, topic] of [
        [maximum + 1, 'alias/above'],
        [0xffff, 'alias/above'],
        [maximum + 1, ''],
      ] as const) {
        const violator = (await broker.connect5({ clientId: 'above' })).peer;
        violator.send(publishAlias(topic, alias, 'unwanted', first));
        expect(await reasonOfDisconnect(violator)).toBe(0x94);
      }
      await peer.untilClosed();
      await publish(publisher, 'alias/above', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual([]);
    },
  );

  test('[MQTT-3.3.2-9] where the maximum is 0, CONNACK has none and each alias is an error', async () => {
    const login = await broker.createLogin('no-aliases', { topicAliasMaximum: 0 });
    const { peer, connack } = await broker.connect5({ clientId: 'no-aliases', login });
    expect(connack.properties.get(TOPIC_ALIAS_MAXIMUM) ?? [0]).toEqual([0]);
    peer.send(publishAlias('alias/none', 1, 'unwanted'));
    expect(await reasonOfDisconnect(peer)).toBe(0x94);
  });

  test.each(['30', '32', '34'])('[MQTT-3.3.2-8] alias 0 (%s) is an error', async (first) => {
    for (const topic of ['alias/zero', '']) {
      const { peer } = await broker.connect5({ clientId: 'zero' });
      peer.send(publishAlias(topic, 0, 'unwanted', first));
      expect(await reasonOfDisconnect(peer)).toBe(0x94);
    }
    await publish(publisher, 'alias/zero', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test.each(['30', '32', '34'])(
    'section 3.3.4: an alias that was never set (%s) is an error',
    async (first) => {
      const { peer } = await broker.connect5({ clientId: 'unset' });
      peer.send(publishAlias('alias/set', 1, 'set'), publishAlias('', 2, 'unwanted', first));
      expect(await reasonOfDisconnect(peer)).toBe(0x82);
      await publish(publisher, 'alias/set', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual(['set']);
    },
  );

  test.each([
    ['that ended by DISCONNECT', leave],
    ['that broke', (peer: Peer) => peer.drop()],
    ['that is taken over', () => Promise.resolve()],
  ])('[MQTT-3.3.2-7] an alias set in a connection %s is not known in the next', async (_, end) => {
    const { peer } = await broker.connect5({ clientId: 'forgotten', properties: AN_HOUR });
    peer.send(publishAlias('alias/forgotten', 1, 'set'));
    await expectMessage('alias/forgotten', 'set');
    await end(peer);
    const again = await broker.connect5({ clientId: 'forgotten', ...RESUMED });
    expect(again.connack.sessionPresent).toBe(true);
    again.peer.send(publishAlias('', 1, 'unwanted'));
    expect(await reasonOfDisconnect(again.peer)).toBe(0x82);
    await publish(publisher, 'alias/forgotten', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test('[MQTT-3.3.2-7] each connection has aliases of its own', async () => {
    const { peer: a } = await broker.connect5({ clientId: 'own-a' });
    const { peer: b } = await broker.connect5({ clientId: 'own-b' });
    for (const [peer, name] of [
      [a, 'a'],
      [b, 'b'],
    ] as const) {
      peer.send(publishAlias(`alias/${name}`, 1, 'set'));
      await expectMessage(`alias/${name}`, 'set');
    }
    a.send(publishAlias('', 1, 'used'));
    await expectMessage('alias/a', 'used');
    b.send(publishAlias('', 1, 'used'));
    await expectMessage('alias/b', 'used');
  });

  test('[MQTT-3.3.2-12] an alias can be set anew, and holds until then, for each QoS', async () => {
    const { peer } = await broker.connect5({ clientId: 'anew' });
    for (const topic of ['alias/first', 'alias/second', 'alias/first']) {
      peer.send(publishAlias(topic, 5, 'set'));
      await expectMessage(topic, 'set');
      peer.send(publishAlias('', 5, 'used'));
      await expectMessage(topic, 'used');
      peer.send(publishAlias('', 5, 'used', '32'));
      await peer.receive(PUBACK);
      expect(seen(await nextMessage(observer))).toEqual([topic, 1, 'used']);
      peer.send(publishAlias('', 5, 'used', '34'));
      await peer.receive(PUBREC);
      peer.send(pubrel(1));
      await peer.receive(PUBCOMP);
      expect(seen(await nextMessage(observer))).toEqual([topic, 2, 'used']);
    }
  });

  test('[MQTT-3.3.2-12] aliases for the same topic hold both, and QoS 1 or 2 sets one as well', async () => {
    const { peer } = await broker.connect5({ clientId: 'both' });
    peer.send(publishAlias('alias/both', 1, 'set', '32'));
    await peer.receive(PUBACK);
    expect(seen(await nextMessage(observer))).toEqual(['alias/both', 1, 'set']);
    peer.send(publishAlias('alias/both', 2, 'set', '34'));
    await peer.receive(PUBREC);
    expect(seen(await nextMessage(observer))).toEqual(['alias/both', 2, 'set']);
    for (const alias of [1, 2, 1]) {
      peer.send(publishAlias('', alias, 'used'));
      await expectMessage('alias/both', 'used');
    }
  });

  test('[MQTT-3.3.2-12] a message that is refused sets its alias', async () => {
    const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'alias/denied' }];
    const login = await broker.createLogin('denied', undefined, acl);
    const { peer } = await broker.connect5({ clientId: 'denied', login });
    peer.send(publishAlias('alias/denied', 1, 'unwanted', '32'));
    expect((await peer.receive(PUBACK)).reasonCode).toBe(0x87);
    peer.send(publishAlias('', 1, 'unwanted', '32'));
    expect((await peer.receive(PUBACK)).reasonCode).toBe(0x87);
    peer.send(publishAlias('alias/allowed', 1, 'set'), publishAlias('', 1, 'used'));
    await expectMessage('alias/allowed', 'set');
    await expectMessage('alias/allowed', 'used');
  });

  test('[MQTT-3.3.2-11] an alias of the publisher is not passed on', async () => {
    const taking = await subscriber(broker, 'taking', 'alias/#', '00', { properties: '22 0001' });
    const { peer } = await broker.connect5({ clientId: 'passing' });
    peer.send(publishAlias('alias/passed', 9, 'set'), publishAlias('', 9, 'used'));
    const first = await taking.receive(PUBLISH);
    expect(first.topic).toBe('alias/passed');
    for (const message of [first, await taking.receive(PUBLISH)]) {
      expect(message.properties.get(TOPIC_ALIAS) ?? [1]).toEqual([1]);
    }
    for (const payload of ['set', 'used']) {
      const message = await observer.receive(PUBLISH);
      expect([...seen(message), message.properties.size]).toEqual(['alias/passed', 0, payload, 0]);
    }
  });
});

/** A client's view of a connection's aliases, by the rules of section 3.3.4. */
class Aliases {
  private readonly topics = new Map<number, string>();

  constructor(private readonly maximum: number) {}

  topicOf(message: ReceivedPacket): string {
    const aliases = message.properties.get(TOPIC_ALIAS) as number[] | undefined;
    if (aliases !== undefined) {
      expect(aliases).toHaveLength(1);
      expect(aliases[0]).toBeGreaterThan(0);
      expect(aliases[0]).toBeLessThanOrEqual(this.maximum);
      if (message.topic !== '') this.topics.set(aliases[0], message.topic);
    }
    const topic = message.topic || this.topics.get(aliases?.[0] ?? 0);
    if (topic === undefined) throw new Error(`No topic: ${message.hex}`);
    return topic;
  }
}

describe('aliases set by the broker', () => {
  const topics = ['alias/a', 'alias/b', 'alias/a/c', 'alias/d', 'alias/e'];

  test.each([undefined, 0, 1, 2, 4, 5, 0xffff])(
    '[MQTT-3.3.2-8] [MQTT-3.3.2-11] are within the maximum in CONNECT (%s), and stand for the right topic',
    async (maximum) => {
      const properties = maximum === undefined ? undefined : `22 ${u16(maximum)}`;
      const aliases = new Aliases(maximum ?? 0);
      const { peer } = await broker.connect5({ clientId: 'within', properties });
      await subscribe(peer, 'alias/#', '02');
      for (const qos of [0, 1, 2, 0] as const) {
        for (const topic of [...topics, ...topics].reverse()) {
          await publish(publisher, topic, topic, { qos });
          const message = await nextMessage(peer);
          expect([aliases.topicOf(message), message.payload]).toEqual([topic, topic]);
        }
      }
    },
  );

  test('[MQTT-3.3.2-8] [MQTT-3.3.2-11] so they are for more topics than aliases, many at once', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `alias/many/${(i * 7) % 40}`);
    const aliases = new Aliases(25);
    const { peer } = await broker.connect5({ clientId: 'many', properties: '22 0019' });
    await subscribe(peer, 'alias/many/+', '00');
    publisher.send(...many.map((topic) => publish5(topic, topic)));
    for (const topic of many) {
      const message = await peer.receive(PUBLISH);
      expect([aliases.topicOf(message), message.payload]).toEqual([topic, topic]);
    }
  });

  test.each([undefined, 1, 2, 5])(
    '[MQTT-3.3.2-7] [MQTT-3.3.2-11] are those of the connection alone: the next takes %s',
    async (maximum) => {
      const ofFirst = new Aliases(5);
      const first = await broker.connect5({ clientId: 'next', properties: `22 0005 ${AN_HOUR}` });
      await subscribe(first.peer, 'alias/#');
      for (const topic of [...topics, ...topics]) {
        await publish(publisher, topic, topic);
        expect(ofFirst.topicOf(await nextMessage(first.peer))).toBe(topic);
      }
      // Not acknowledged: they come again.
      for (const topic of topics) {
        await publish(publisher, topic, `${topic} again`);
        expect(ofFirst.topicOf(await first.peer.receive(PUBLISH))).toBe(topic);
      }
      await first.peer.drop();
      const ofSecond = new Aliases(maximum ?? 0);
      const properties = maximum === undefined ? AN_HOUR : `22 ${u16(maximum)} ${AN_HOUR}`;
      const { peer } = await broker.connect5({ clientId: 'next', flags: 0, properties });
      for (const topic of topics) {
        const message = await nextMessage(peer);
        expect([message.dup, ofSecond.topicOf(message), message.payload]).toEqual([
          true,
          topic,
          `${topic} again`,
        ]);
      }
      for (const topic of [...topics, ...topics]) {
        await publish(publisher, topic, topic);
        expect(ofSecond.topicOf(await nextMessage(peer))).toBe(topic);
      }
    },
  );

  test('[MQTT-3.3.2-8] are not set by a packet that is too large to be sent', async () => {
    const aliases = new Aliases(5);
    const properties = `22 0005 27 ${u32(60)}`;
    const { peer } = await broker.connect5({ clientId: 'large', properties });
    await subscribe(peer, 'alias/#');
    for (const topic of topics) {
      await publish(publisher, topic, 'x'.repeat(100));
      for (const payload of ['small', 'small again']) {
        await publish(publisher, topic, payload);
        const message = await nextMessage(peer);
        expect([aliases.topicOf(message), message.payload]).toEqual([topic, payload]);
      }
    }
  });

  test("[MQTT-3.3.2-11] are independent of the client's own", async () => {
    const aliases = new Aliases(3);
    const { peer } = await broker.connect5({ clientId: 'independent', properties: '22 0003' });
    await subscribe(peer, 'alias/from', '00');
    for (const alias of [1, 2, 3]) peer.send(publishAlias(`alias/to/${alias}`, alias, 'set'));
    for (const alias of [1, 2, 3]) await expectMessage(`alias/to/${alias}`, 'set');
    for (let time = 0; time < 3; time++) {
      await publish(publisher, 'alias/from', 'm', { qos: 0 });
      expect(aliases.topicOf(await peer.receive(PUBLISH))).toBe('alias/from');
      await expectMessage('alias/from', 'm');
      for (const alias of [1, 2, 3]) {
        peer.send(publishAlias('', alias, 'used'));
        await expectMessage(`alias/to/${alias}`, 'used');
      }
    }
  });

  test('[MQTT-3.3.2-11] 3.1.1 clients get topics', async () => {
    const { peer } = await broker.connect3({ clientId: 'three' });
    peer.send(packet('82', '0001 "alias/three" 00'));
    await peer.next();
    for (const payload of ['1', '2']) {
      await publish(publisher, 'alias/three', payload, { qos: 0 });
      const message = await peer.receive(PUBLISH);
      expect([message.topic, message.payloadV3]).toEqual(['alias/three', payload]);
    }
  });
});
