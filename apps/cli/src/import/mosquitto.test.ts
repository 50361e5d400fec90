import { MOSQUITTO_PASSWORDS, MOSQUITTO_RULES } from '../../testing/mosquitto-files.ts';
import { NOTHING_ELSE } from './brought.ts';
import { readMosquitto } from './mosquitto.ts';

const allow = (action: string, topicFilter: string) => ({ effect: 'allow', action, topicFilter });
const deny = (topicFilter: string) => ({ effect: 'deny', action: 'all', topicFilter });
const passwords = { name: 'passwd', text: MOSQUITTO_PASSWORDS };
const read = (text: string) => readMosquitto(passwords, { name: 'acl', text });

test('hashes of both kinds, and what is none', () => {
  const { devices, sharedRules, remarks } = readMosquitto(passwords, null);
  expect(devices.map(({ line, username }) => [line, username])).toEqual([
    [2, 'lamp'],
    [3, 'door'],
    [4, 'old'],
  ]);
  expect(devices[0].passwordHash).toMatch(/^\$pbkdf2-sha512\$i=101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
  expect(devices[2].passwordHash).toMatch(/^\$sha512\$salt=suffix\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
  expect(sharedRules).toBeNull();
  expect(remarks).toMatchObject([{ file: 'passwd', line: 5 }]);
});

test('rules of users and patterns: those that deny are asked first, and nothing else is allowed', () => {
  const { devices, sharedRules } = read(MOSQUITTO_RULES);
  expect(devices.map(({ rules }) => rules)).toEqual([
    [deny('lamp/secret'), allow('all', 'lamp/#'), allow('publish', 'log')],
    [allow('all', 'door/with blanks')],
    [],
  ]);
  expect(sharedRules).toEqual([deny('state/%u/hidden'), allow('subscribe', 'state/%u/#'), ...NOTHING_ELSE]);
});

test.each([
  ['topic read a', 'without a user name'],
  ['user lamp\ntopic read a/%u', 'stand for themselves'],
  ['user nobody\ntopic a', '"nobody" has no password in passwd'],
  ['topics a', 'none of user, topic and pattern'],
])('%j is told by its line', (text, sentence) => {
  const { remarks } = read(text);
  expect(remarks.filter(({ file }) => file === 'acl')).toMatchObject([
    { line: text.startsWith('user lamp') ? 2 : 1, text: expect.stringContaining(sentence) },
  ]);
});
