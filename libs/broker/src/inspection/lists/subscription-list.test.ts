import type { ConnectFields } from '../../../testing/test-client.ts';
import { TestBroker } from '../../../testing/test-broker.ts';
import type { SubscriptionQuery } from '../inspection.ts';

let engine: TestBroker;

beforeAll(async () => {
  engine = await TestBroker.start();
  const lasting = await engine.connect('lasting', { username: '1:one' });
  await lasting.subscribe('home/+/heat', { qos: 2, noLocal: true, identifier: 7 });
  await lasting.subscribe('$share/group/home/#');
  const absent = await engine.connect('absent', { username: '1:two' });
  await absent.subscribe('home/+/heat', { retainAsPublished: true, retainHandling: 2 });
  await absent.subscribe(`long/${'é'.repeat(300)}/a`);
  await absent.subscribe(`long/${'é'.repeat(300)}/b`);
  await absent.subscribe('only/qos0', { qos: 0 });
  await absent.disconnect();
  const passing = await engine.connect('passing', { ...PASSING, username: '1:one' });
  await passing.subscribe('home/+/heat', { qos: 0 });
  await passing.subscribe('\u{1F600}');
  await passing.subscribe('\uFF5E');
  const other = await engine.connect('other', { username: '2:one' });
  await other.subscribe('home/+/heat');
});

afterAll(() => engine.dispose());

const PASSING: ConnectFields = { cleanStart: true, properties: {} };

/** `client identifier filter` of all pages of so many. */
async function listed(query: Partial<SubscriptionQuery> = {}, limit = 50): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await engine.broker.inspection.listSubscriptions(1, { limit, ...query, after });
    found.push(...page.items.map(({ clientId, topicFilter }) => `${clientId} ${topicFilter}`));
    if (page.next === null) return found;
    after = page.next;
  }
}

const ALL = [
  'lasting $share/group/home/#',
  'lasting home/+/heat',
  'absent home/+/heat',
  'passing home/+/heat',
  `absent long/${'é'.repeat(300)}/a`,
  `absent long/${'é'.repeat(300)}/b`,
  'absent only/qos0',
  'passing \uFF5E',
  'passing \u{1F600}',
];

test.each([1, 2, 3, 8, 9, 50])(
  'all are listed by filter in pages of %d that leave none out',
  async (limit) => {
    expect(await listed({}, limit)).toEqual(ALL);
  },
);

test('each with its options, its share and what its session is', async () => {
  const { items } = await engine.broker.inspection.listSubscriptions(1, { limit: 4 });
  expect(items).toEqual([
    {
      clientId: 'lasting',
      username: 'one',
      state: 'online',
      outlivesConnection: true,
      topicFilter: '$share/group/home/#',
      shareName: 'group',
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
      subscriptionIdentifier: null,
    },
    expect.objectContaining({ qos: 2, noLocal: true, subscriptionIdentifier: 7, shareName: null }),
    expect.objectContaining({
      ...{ state: 'offline', username: 'two', retainAsPublished: true, retainHandling: 2 },
      outlivesConnection: true,
    }),
    expect.objectContaining({ state: 'online', qos: 0, outlivesConnection: false }),
  ]);
});

test.each<[string, Partial<SubscriptionQuery>, string[]]>([
  ['a part of the filter', { q: 'HOME' }, ALL.slice(0, 4)],
  ['a part too short for the index', { q: 'q' }, ['absent only/qos0']],
  ['a part that is taken as it is', { q: '_' }, []],
  ['a client', { clientId: 'lasting' }, ALL.slice(0, 2)],
  ['a client that is passing by', { clientId: 'passing' }, [ALL[3], ALL[7], ALL[8]]],
  ['a client and a part', { clientId: 'lasting', q: 'heat' }, [ALL[1]]],
  ['nobody', { clientId: 'nobody' }, []],
  ['exactly a filter', { topicFilter: 'home/+/heat' }, ALL.slice(1, 4)],
  ['a filter longer than an index entry', { topicFilter: ALL[5].slice(7) }, [ALL[5]]],
  ['exactly a filter, of a client', { topicFilter: 'home/+/heat', clientId: 'absent' }, [ALL[2]]],
  ['a topic', { matchesTopic: 'home/hall/heat' }, ALL.slice(0, 4)],
  ['a topic that fewer match', { matchesTopic: 'home/hall' }, [ALL[0]]],
  ['a topic and a part', { matchesTopic: 'home/hall/heat', q: 'share' }, [ALL[0]]],
  ['a topic and another filter', { matchesTopic: 'home/hall', topicFilter: 'home/+/heat' }, []],
  ['a topic of nobody', { matchesTopic: 'nothing' }, []],
])('those of %s', async (_, query, expected) => {
  expect(await listed(query)).toEqual(expected);
  expect(await listed(query, 1)).toEqual(expected);
});

test('a session that has ended has none, nor has one that another took the place of', async () => {
  const old = await engine.connect('leaving');
  await old.subscribe('leaving/a');
  await old.disconnect();
  expect(await listed({ q: 'leaving' })).toEqual(['leaving leaving/a']);
  engine.store.hold();
  const deleted = engine.broker.inspection.deleteSession(1, 'leaving');
  await engine.store.commitAsked();
  expect(await listed({ q: 'leaving' })).toEqual([]);
  engine.store.release();
  expect(await deleted).toBe(true);
  expect(await listed({ q: 'leaving' })).toEqual([]);
});
