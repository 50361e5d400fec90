import { type AclRule, authorizerOf } from './acl.ts';

const rules: AclRule[] = [
  { effect: 'allow', action: 'all', topicFilter: 'of/%c/#' },
  { effect: 'allow', action: 'publish', topicFilter: 'news' },
  { effect: 'deny', action: 'all', topicFilter: '#' },
];

test('what was decided for one client or action is not taken for another, however often they ask', () => {
  const mayDo = authorizerOf(rules, 'user');
  for (let times = 0; times < 2; times++) {
    expect(mayDo('publish', 'of/a/b', 'a')).toBe(true);
    expect(mayDo('publish', 'of/a/b', 'b')).toBe(false);
    expect(mayDo('publish', 'news', 'a')).toBe(true);
    expect(mayDo('subscribe', 'news', 'a')).toBe(false);
  }
});

test('a client identifier and a topic with spaces are not taken for another pair of them', () => {
  const mayDo = authorizerOf([{ effect: 'deny', action: 'all', topicFilter: 'b %c' }], 'user');
  expect(mayDo('publish', 'b a', 'a')).toBe(false);
  expect(mayDo('publish', 'a', 'a b')).toBe(true);
  expect(mayDo('publish', 'c', 'a')).toBe(true);
});
