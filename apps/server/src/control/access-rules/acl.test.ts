import { type AclRule, authorizerOf, decide, TenantRules } from './acl.ts';

const NOTHING_SHARED = new TenantRules();
const FULL = { maxQoS: 2, retain: true };

function authorizer(acl: AclRule[], roles: string[] = [], tenant = NOTHING_SHARED) {
  return authorizerOf({ username: 'user', acl, roles }, tenant);
}

test('what was decided for one client or action is not taken for another, however often they ask', () => {
  const mayDo = authorizer([
    { effect: 'allow', action: 'all', topicFilter: 'of/%c/#' },
    { effect: 'allow', action: 'publish', topicFilter: 'news' },
    { effect: 'deny', action: 'all', topicFilter: '#' },
  ]);
  for (let times = 0; times < 2; times++) {
    expect(mayDo('publish', 'of/a/b', 'a')).toEqual(FULL);
    expect(mayDo('publish', 'of/a/b', 'b')).toBeNull();
    expect(mayDo('publish', 'news', 'a')).toEqual(FULL);
    expect(mayDo('subscribe', 'news', 'a')).toBeNull();
  }
});

test('a client identifier and a topic with spaces are not taken for another pair of them', () => {
  const mayDo = authorizer([{ effect: 'deny', action: 'all', topicFilter: 'b %c' }]);
  expect(mayDo('publish', 'b a', 'a')).toBeNull();
  expect(mayDo('publish', 'a', 'a b')).toEqual(FULL);
  expect(mayDo('publish', 'c', 'a')).toEqual(FULL);
});

test('an allow may be limited in QoS and retained messages', () => {
  const mayDo = authorizer([
    { effect: 'allow', action: 'publish', topicFilter: 'a', maxQoS: 1 },
    { effect: 'allow', action: 'all', topicFilter: 'b', retain: false },
  ]);
  expect(mayDo('publish', 'a', '')).toEqual({ maxQoS: 1, retain: true });
  expect(mayDo('subscribe', 'a', '')).toEqual(FULL);
  expect(mayDo('publish', 'b', '')).toEqual({ maxQoS: 2, retain: false });
});

test("a credential's own rules come first, then its roles' in their order, then the tenant's default", () => {
  const tenant = new TenantRules();
  const allow = (topicFilter: string): AclRule => ({ effect: 'allow', action: 'all', topicFilter });
  const deny = (topicFilter: string): AclRule => ({ effect: 'deny', action: 'all', topicFilter });
  tenant.replace(
    new Map([
      ['first', [deny('a'), allow('b')]],
      ['second', [allow('a'), deny('b'), allow('c')]],
      ['unused', [deny('#')]],
    ]),
    'deny',
  );
  const credential = { username: 'user', acl: [allow('d'), deny('c')], roles: ['second', 'gone', 'first'] };
  const decided = (topic: string) => decide(credential, tenant, 'publish', topic, '');
  expect(decided('d')).toEqual({ permit: FULL, rule: { role: null, index: 0, rule: allow('d') } });
  expect(decided('c')).toEqual({ permit: null, rule: { role: null, index: 1, rule: deny('c') } });
  expect(decided('a')).toEqual({ permit: FULL, rule: { role: 'second', index: 0, rule: allow('a') } });
  expect(decided('b')).toEqual({ permit: null, rule: { role: 'second', index: 1, rule: deny('b') } });
  expect(decided('e')).toEqual({ permit: null, rule: null });
});

test('what the tenant changes is in force for who was asked before', () => {
  const tenant = new TenantRules();
  const mayDo = authorizer([], ['role'], tenant);
  expect(mayDo('publish', 'a', 'client')).toEqual(FULL);
  tenant.replace(new Map([['role', [{ effect: 'deny', action: 'all', topicFilter: 'a' }]]]), 'allow');
  expect(mayDo('publish', 'a', 'client')).toBeNull();
  expect(mayDo('publish', 'b', 'client')).toEqual(FULL);
  // Now it depends on the client.
  tenant.replace(new Map([['role', [{ effect: 'allow', action: 'all', topicFilter: '%c' }]]]), 'deny');
  expect(mayDo('publish', 'a', 'client')).toBeNull();
  expect(mayDo('publish', 'a', 'a')).toEqual(FULL);
  expect(mayDo('publish', 'a', 'client')).toBeNull();
});
