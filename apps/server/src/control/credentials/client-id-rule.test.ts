import { mayUse } from './client-id-rule.ts';

test.each([
  ['any', '', 'whatever', true],
  ['any', '', '', true],
  ['exact', 'sensor', 'sensor', true],
  ['exact', 'sensor', 'sensor1', false],
  ['exact', 'sensor', '', false],
  ['exact', '%u', 'device', true],
  ['exact', '%u-%u', 'device-device', true],
  ['exact', '%u', '%u', false],
  ['prefix', 'floor-1/', 'floor-1/lamp', true],
  ['prefix', 'floor-1/', 'floor-10/lamp', false],
  ['prefix', 'floor-1/', '', false],
  ['prefix', '%u.', 'device.2', true],
  ['prefix', '%u.', 'other.2', false],
] as const)('%s %j and the client identifier %j: %s', (clientIdRule, clientId, given, expected) => {
  expect(mayUse({ clientIdRule, clientId }, given, 'device')).toBe(expected);
});

test('what stands for the user name is no pattern', () => {
  expect(mayUse({ clientIdRule: 'exact', clientId: '%u' }, '$&', '$&')).toBe(true);
});
