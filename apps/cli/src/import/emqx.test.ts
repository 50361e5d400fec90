import { NOTHING_ELSE } from './brought.ts';
import { type EmqxHashing, readEmqx } from './emqx.ts';

const SHA256: EmqxHashing = {
  algorithm: 'sha256',
  saltPosition: 'prefix',
  macFunction: 'sha256',
  iterations: 4_096,
};
const HASH = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
const csv = (line: string) => ({
  name: 'users.csv',
  text: `user_id,password_hash,salt,is_superuser\n${line}\n`,
});
const rulesOf = (...rules: object[]) => ({
  name: 'rules.json',
  text: JSON.stringify({ data: [{ username: 'a', rules }], meta: { count: 1 } }),
});
const user = csv(`a,${HASH},pass,false`);

test.each([
  [{}, `a,${HASH},pass,false`, '$sha256$salt=prefix$cGFzcw==$XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg='],
  [{ algorithm: 'sha', saltPosition: 'suffix' }, 'a,00ff,pass,false', '$sha1$salt=suffix$cGFzcw==$AP8='],
  [{ algorithm: 'md5', saltPosition: 'disable' }, 'a,00ff,,false', '$md5$salt=none$$AP8='],
  [{ algorithm: 'pbkdf2', iterations: 7 }, 'a,00ff,pass,false', '$pbkdf2-sha256$i=7$cGFzcw==$AP8='],
  [{ algorithm: 'bcrypt' }, 'a,$2b$10$x,,false', '$2b$10$x'],
  [
    { algorithm: 'plain' },
    'a,password,,false',
    '$sha256$salt=none$$XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=',
  ],
] as [Partial<EmqxHashing>, string, string][])('%j: %s', (hashing, line, expected) => {
  const { devices, remarks } = readEmqx(csv(line), [], { ...SHA256, ...hashing }, 'allow');
  expect(devices).toEqual([{ file: 'users.csv', line: 2, username: 'a', passwordHash: expected, rules: [] }]);
  expect(remarks).toEqual([]);
});

test('users as JSON; one without a hash and a superuser are told', () => {
  const users = [
    { user_id: 'a', password_hash: HASH, salt: 'pass', is_superuser: true },
    { user_id: 'b', salt: 'pass' },
  ];
  const file = { name: 'users.json', text: JSON.stringify(users) };
  const { devices, sharedRules, remarks } = readEmqx(file, [], SHA256, 'allow');
  expect(devices).toMatchObject([
    { username: 'a', rules: [{ effect: 'allow', topicFilter: '#' }, { topicFilter: '$SYS/#' }] },
  ]);
  expect(sharedRules).toBeNull();
  expect(remarks).toEqual([
    { file: 'users.json', line: 1, text: expect.stringContaining('superuser') },
    { file: 'users.json', line: 2, text: expect.stringContaining('no password_hash') },
  ]);
});

test('rules of a user, and of all: placeholders, QoS, retained messages', () => {
  const own = rulesOf(
    {
      topic: 't/${username}/${clientid}',
      permission: 'allow',
      action: 'publish',
      qos: [0, 1],
      retain: false,
    },
    { topic: 'eq t/1', permission: 'deny', action: 'all', qos: [0, 1, 2], retain: 'all' },
  );
  const ofAll = { name: 'all.json', text: '{"rules":[{"topic":"x/#","permission":"allow","action":"all"}]}' };
  const { devices, sharedRules, remarks } = readEmqx(user, [own, ofAll], SHA256, 'deny');
  expect(devices[0].rules).toEqual([
    { effect: 'allow', action: 'publish', topicFilter: 't/%u/%c', maxQoS: 1, retain: false },
    { effect: 'deny', action: 'all', topicFilter: 't/1' },
  ]);
  expect(sharedRules).toEqual([{ effect: 'allow', action: 'all', topicFilter: 'x/#' }, ...NOTHING_ELSE]);
  expect(remarks).toEqual([]);
});

test.each([
  [{ topic: 'eq a/#' }, 'the topic "eq a/#"'],
  [{ topic: 'a/${cert_common_name}' }, 'the topic "a/${cert_common_name}"'],
  [{ topic: 'a/%c' }, 'the topic "a/%c"'],
  [{ qos: [1, 2] }, 'its QoS'],
  [{ permission: 'deny', qos: [0] }, 'its QoS'],
  [{ retain: true }, 'retained'],
  [{ ipaddress: '10.0.0.1' }, '"ipaddress"'],
  [{ permission: 'maybe' }, 'permission'],
  [{ action: 'read' }, 'action'],
])('a rule with %j is told', (fields, sentence) => {
  const rule = { topic: 'a', permission: 'allow', action: 'all', ...fields };
  const { devices, remarks } = readEmqx(user, [rulesOf(rule)], SHA256, 'allow');
  expect(devices[0].rules).toEqual([]);
  expect(remarks).toEqual([{ file: 'rules.json', line: 1, text: expect.stringMatching(/^Rule 1: /) }]);
  expect(remarks[0].text).toContain(sentence);
});

test('rules of client identifiers and of unknown users are told', () => {
  const text = JSON.stringify([
    { clientid: 'c', rules: [] },
    { username: 'nobody', rules: [] },
  ]);
  const { remarks } = readEmqx(user, [{ name: 'rules.json', text }], SHA256, 'allow');
  expect(remarks.map(({ line, text }) => [line, text])).toEqual([
    [1, expect.stringContaining('client identifier "c"')],
    [2, 'There is no user "nobody"'],
  ]);
});
