import { BrokerUnderTest } from './broker-under-test.ts';
import { packet } from './bytes.ts';
import { DIALECTS, type Dialect, subscribed } from './dialects.ts';
import { DISCONNECT, PUBLISH } from './packets.ts';
import { type Peer } from './peer.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** 65,535 bytes: the longest that a length of two bytes can tell. */
const LONGEST = 'l'.repeat(65_535);

describe.each(DIALECTS)('MQTT %s', (name, dialect: Dialect) => {
  let publisher: Peer;
  beforeAll(async () => {
    publisher = (await dialect.connect(broker, `publisher-${name}`)).peer;
  });

  /** Which of the topics reach a subscription, by what is delivered. */
  async function matching(filter: string, topics: string[]): Promise<string[]> {
    const { peer } = await dialect.connect(broker, `matching-${name}`);
    await subscribed(dialect, peer, filter, 0);
    publisher.send(...topics.map((topic) => dialect.publish(topic, 'x')));
    await publisher.takeUntilPingAnswer();
    const received = await peer.takeUntilPingAnswer();
    await peer.drop();
    return received.map(({ topic }) => topic);
  }

  async function expectRefused(peer: Peer, reasonCode: number): Promise<void> {
    if (dialect.version === 5) expect((await peer.receive(DISCONNECT)).reasonCode).toBe(reasonCode);
    expect(await peer.next()).toBeNull();
  }

  test.each([
    [
      'sport/#',
      ['sport', 'sport/tennis', 'sport/tennis/one', 'sport/'],
      ['sports', 'other/sport', 'Sport/tennis'],
    ],
    ['#', ['a', 'a/b', '/', '/a'], []],
    ['sport/tennis/#', ['sport/tennis', 'sport/tennis/one/two'], ['sport/tennisx', 'sport']],
  ])(
    '[MQTT-4.7.1-1] [v3 MQTT-4.7.1-2] %s matches the parent and every level below',
    async (filter, yes, no) => {
      expect(await matching(filter, [...yes, ...no])).toEqual(yes);
    },
  );

  test.each(['sport/tennis#', 'sport/#/ranking', '#/a', 'a#', '##'])(
    '[MQTT-4.7.1-1] [v3 MQTT-4.7.1-2] %s is no topic filter: # stands alone and last',
    async (filter) => {
      const { peer } = await dialect.connect(broker, `hash-${name}`);
      peer.send(dialect.subscribe(1, filter, 0));
      await expectRefused(peer, 0x8f);
    },
  );

  test.each([
    ['sport/tennis/+', ['sport/tennis/one', 'sport/tennis/'], ['sport/tennis', 'sport/tennis/one/two']],
    ['sport/+', ['sport/', 'sport/a'], ['sport']],
    ['+/+', ['/finance', 'a/b'], ['finance', '/a/b']],
    ['/+', ['/finance'], ['finance', 'a/finance']],
    ['+', ['finance'], ['/finance']],
    ['+/tennis/#', ['sport/tennis', 'sport/tennis/a', '/tennis/b'], ['tennis', 'sport/x/tennis']],
    ['a/+/c', ['a/b/c', 'a//c'], ['a/c', 'a/b/d', 'a/b/c/d']],
  ])('[MQTT-4.7.1-2] [v3 MQTT-4.7.1-3] %s matches one level where + stands', async (filter, yes, no) => {
    expect(await matching(filter, [...yes, ...no])).toEqual(yes);
  });

  test.each(['sport+', 'sport+/a', 'a/+b', '++', 'a/b+/c'])(
    '[MQTT-4.7.1-2] [v3 MQTT-4.7.1-3] %s is no topic filter: + takes a whole level',
    async (filter) => {
      const { peer } = await dialect.connect(broker, `plus-${name}`);
      peer.send(dialect.subscribe(1, filter, 0));
      await expectRefused(peer, 0x8f);
    },
  );

  test.each(['a/+', 'a/#', '+', '#', 'a+', 'a#b'])(
    '[MQTT-4.7.0-1] [v3 MQTT-4.7.1-1] a topic name with a wildcard (%s) ends the connection',
    async (topic) => {
      const { peer } = await dialect.connect(broker, `wildcard-name-${name}`);
      peer.send(dialect.publish(topic, 'x'));
      await expectRefused(peer, 0x90);
    },
  );

  test.each(['#', '+/broker/uptime', '+/#'])(
    '[MQTT-4.7.2-1] [v3 MQTT-4.7.2-1] %s matches no topic that begins with $',
    async (filter) => {
      const { peer } = await dialect.connect(broker, `dollar-${name}`);
      await subscribed(dialect, peer, filter, 0);
      // Those that match are sent at once, since they are retained.
      const before = await peer.takeUntilPingAnswer();
      expect(before.filter(({ topic }) => topic.startsWith('$'))).toEqual([]);
      await subscribed(dialect, peer, '$SYS/broker/+', 0);
      expect((await peer.receive(PUBLISH)).topic).toMatch(/^\$SYS\/broker\//);
    },
  );

  test('[MQTT-4.7.3-1] [v3 MQTT-4.7.3-1] names and filters have at least one character', async () => {
    const { peer: publishing } = await dialect.connect(broker, `empty-name-${name}`);
    publishing.send(dialect.publish('', 'x'));
    await expectRefused(publishing, dialect.version === 5 ? 0x82 : 0);
    const { peer } = await dialect.connect(broker, `empty-filter-${name}`);
    peer.send(dialect.subscribe(1, '', 0));
    await expectRefused(peer, 0x8f);
    expect(await matching('/', ['/'])).toEqual(['/']);
  });

  test('[MQTT-4.7.3-2] [v3 MQTT-4.7.3-2] names and filters have no null character', async () => {
    const properties = dialect.version === 5 ? '00' : '';
    for (const wrong of [
      packet('30', `0003 61 00 62 ${properties} <x>`),
      packet('82', `0001 ${properties} 0003 61 00 62 00`),
      packet('a2', `0001 ${properties} 0003 61 00 62`),
    ]) {
      const { peer } = await dialect.connect(broker, `null-${name}`);
      peer.send(wrong);
      await expectRefused(peer, 0x81);
    }
  });

  test('[MQTT-4.7.3-3] [v3 MQTT-4.7.3-3] names and filters may have 65,535 bytes', async () => {
    expect(await matching(LONGEST, [LONGEST])).toEqual([LONGEST]);
  });

  test('[MQTT-4.7.3-4] [v3 MQTT-4.7.3-4] names are compared character by character, without normalization', async () => {
    const composed = 'caf\u00e9';
    const decomposed = 'cafe\u0301';
    expect(await matching(composed, [composed, decomposed, 'CAF\u00c9', 'cafe', `${composed} `])).toEqual([
      composed,
    ]);
    expect(await matching('\ufeffa', ['a', '\ufeffa'])).toEqual(['\ufeffa']);
  });
});
