import { ruleWords } from './rule-words.ts';

test.each([
  [{ effect: 'deny', action: 'all' }, 'Deny publishing and subscribing'],
  [{ effect: 'allow', action: 'subscribe', maxQoS: 2, retain: false }, 'Allow subscribing'],
  [
    { effect: 'allow', action: 'publish', maxQoS: 1, retain: false },
    'Allow publishing, with QoS 1 at the most, not retained',
  ],
  [{ effect: 'deny', action: 'publish', maxQoS: 0 }, 'Deny publishing'],
] as const)('%j is told in words', (rule, words) => {
  expect(ruleWords({ ...rule, topicFilter: '#' })).toBe(words);
});
