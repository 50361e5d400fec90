import type { TokenIssuer } from '@restante/api-client';
import {
  algorithmsFor,
  changesOf,
  draftOf,
  isComplete,
  jwksError,
  NEW_ISSUER,
  toBody,
} from './issuer-draft.ts';

const ISSUER: TokenIssuer = {
  ...{ name: 'identity', issuer: 'https://login.example', audience: 'restante', algorithms: ['HS256'] },
  ...{ keys: 'shared-key', jwks: null, jwksUrl: null, usernameClaim: 'sub', clientIdClaim: null },
  ...{ maxLifetimeSeconds: 3_600, isEnabled: true, createdAt: '2026-01-01T00:00:00Z' },
};

test('nothing is sent of what was not changed, a shared key that nobody has typed included', () => {
  const draft = draftOf(ISSUER);
  expect(isComplete(draft, false)).toBe(true);
  expect(isComplete(draft, true)).toBe(false);
  expect(changesOf(draft, ISSUER)).toEqual({});
});

test('with other keys the one source that is meant is sent', () => {
  const draft = {
    ...draftOf(ISSUER),
    keys: 'jwks' as const,
    jwks: '{"keys":[]}',
    jwksUrl: 'https://left.over',
  };
  expect(changesOf({ ...draft, algorithms: ['ES256'] }, ISSUER)).toEqual({
    jwks: { keys: [] },
    algorithms: ['ES256'],
  });
});

test('a claim for the client identifier is optional, and what is no JSON is told before it is sent', () => {
  expect(toBody({ ...NEW_ISSUER, clientIdClaim: ' device ' }).clientIdClaim).toBe('device');
  expect(toBody(NEW_ISSUER).clientIdClaim).toBeNull();
  const typed = (jwks: string) => jwksError({ ...NEW_ISSUER, keys: 'jwks', jwks });
  expect(typed('{"keys":')).toMatch(/^It is no JSON/);
  expect(typed('3')).toBe('It must be an object with "keys"');
  expect(typed('{"keys":[]}')).toBeUndefined();
});

test('no algorithm goes with public keys and with a shared one', () => {
  const [shared, set] = [algorithmsFor('shared-key'), algorithmsFor('jwks')];
  expect(shared.filter((algorithm) => set.includes(algorithm))).toEqual([]);
  expect(algorithmsFor('jwks-url')).toEqual(set);
});
