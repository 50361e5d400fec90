import fc from 'fast-check';
import { arbitraryFilter, arbitraryTopic } from '../testing/arbitrary-packets.ts';
import { matches, parseSharedFilter, validateTopicFilter, validateTopicName } from './index.ts';

describe('a topic filter matches (section 4.7)', () => {
  test.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['sport/#', 'sport/'],
    ['#', 'sport/tennis'],
    ['#', '/'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['+', 'finance'],
    ['+/tennis/#', 'sport/tennis'],
    ['+/#', 'sport'],
    ['/', '/'],
    ['//', '//'],
    ['a//b', 'a//b'],
    ['a/+/b', 'a//b'],
    ['$SYS/#', '$SYS/monitor/Clients'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    ['a/+', 'a/$SYS'],
    ['é/+', 'é/\u{2a6d4}'],
    ['Accounts payable', 'Accounts payable'],
  ])('%j: the topic %j', (filter, topic) => {
    expect(matches(filter, topic)).toBe(true);
  });
});

describe('a topic filter does not match (section 4.7)', () => {
  test.each([
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['+', 'a/b'],
    ['#', '$SYS/monitor/Clients'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['+', '$SYS'],
    ['ACCOUNTS', 'Accounts'],
    ['/finance', 'finance'],
    ['finance', 'finance/'],
    ['finance/', 'finance'],
    ['a/b', 'a/bc'],
    ['a/bc', 'a/b'],
    ['a/b/#', 'a'],
    ['a/b/#', 'a/bc'],
    ['a/+/c', 'a/b/d'],
    ['a/+/+', 'a/b'],
    ['a', 'a/b'],
    ['a/b', 'a'],
  ])('%j: the topic %j', (filter, topic) => {
    expect(matches(filter, topic)).toBe(false);
  });
});

test('matching is that of the levels one by one', () => {
  const level = fc.constantFrom('a', 'b', '', '$x');
  const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/') || '/');
  const filter = fc
    .tuple(
      fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', '/#'),
    )
    .map(([levels, end]) => `${levels.join('/') || '/'}${end}`);
  fc.assert(
    fc.property(filter, topic, (filter, topic) => {
      expect(matches(filter, topic)).toBe(matchesByLevel(filter, topic));
    }),
    { numRuns: 5_000 },
  );
});

test('a valid topic name is a filter for itself', () => {
  fc.assert(
    fc.property(arbitraryTopic, (topic) => {
      validateTopicName(topic);
      expect(matches(topic, topic)).toBe(true);
    }),
  );
});

describe('validateTopicFilter', () => {
  test.each([
    '#',
    '+',
    '+/tennis/#',
    'sport/+/player1',
    '/',
    '$share/consumer1//finance',
    '$share/g/#',
    '$share',
    '$SHARE/',
  ])('accepts %j', (filter) => {
    expect(() => validateTopicFilter(filter)).not.toThrow();
  });

  test('accepts whatever the generated packets hold', () => {
    fc.assert(fc.property(arbitraryFilter, (filter) => validateTopicFilter(filter)));
  });

  test.each([
    ['', 'MQTT-4.7.3-1'],
    ['sport/tennis#', 'MQTT-4.7.1-1'],
    ['sport/tennis/#/ranking', 'MQTT-4.7.1-1'],
    ['#/', 'MQTT-4.7.1-1'],
    ['sport+', 'MQTT-4.7.1-2'],
    ['+sport', 'MQTT-4.7.1-2'],
    ['+#', 'MQTT-4.7.1-2'],
    ['$share/g/sport+', 'MQTT-4.7.1-2'],
    ['$share//a', 'MQTT-4.8.2-1'],
    ['$share/', 'MQTT-4.8.2-1'],
    ['$share/g', 'MQTT-4.8.2-2'],
    ['$share/g/', 'MQTT-4.8.2-2'],
    ['$share/+/a', 'MQTT-4.8.2-2'],
    ['a\0b', 'MQTT-4.7.3-2'],
    ['a\ud800', 'MQTT-1.5.4-1'],
    ['é'.repeat(32_768), 'MQTT-4.7.3-3'],
  ])('refuses filter %# with 0x8f', (filter, clause) => {
    expect(() => validateTopicFilter(filter)).toThrow(expect.objectContaining({ reasonCode: 0x8f, clause }));
  });
});

describe('validateTopicName', () => {
  test.each(['/', 'a', 'Accounts payable', '$SYS/x', 'a'.repeat(65_535), 'é'.repeat(32_767)])(
    'accepts name %#',
    (topic) => {
      expect(() => validateTopicName(topic)).not.toThrow();
    },
  );

  test.each([
    ['', 'MQTT-4.7.3-1'],
    ['a/#', 'MQTT-4.7.0-1'],
    ['+', 'MQTT-4.7.0-1'],
    ['a\0', 'MQTT-4.7.3-2'],
    ['\udc00a', 'MQTT-1.5.4-1'],
    ['a'.repeat(65_536), 'MQTT-4.7.3-3'],
    ['é'.repeat(32_768), 'MQTT-4.7.3-3'],
  ])('refuses name %# with 0x90', (topic, clause) => {
    expect(() => validateTopicName(topic)).toThrow(expect.objectContaining({ reasonCode: 0x90, clause }));
  });
});

describe('parseSharedFilter', () => {
  test.each([
    ['$share/consumer1/sport/tennis/+', { shareName: 'consumer1', topicFilter: 'sport/tennis/+' }],
    ['$share/consumer1//finance', { shareName: 'consumer1', topicFilter: '/finance' }],
    ['$share/g/$share/h/a', { shareName: 'g', topicFilter: '$share/h/a' }],
    ['$share', undefined],
    ['$shared/g/a', undefined],
    ['a/$share/g/a', undefined],
  ])('%j has the parts %j', (filter, parts) => {
    expect(parseSharedFilter(filter)).toEqual(parts);
  });
});

function matchesByLevel(filter: string, topic: string): boolean {
  const filters = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (filters[0] === '+' || filters[0] === '#')) return false;
  if (filters.at(-1) === '#') {
    const parents = filters.slice(0, -1);
    return levels.length >= parents.length && parents.every((each, i) => each === '+' || each === levels[i]);
  }
  return filters.length === levels.length && filters.every((each, i) => each === '+' || each === levels[i]);
}
