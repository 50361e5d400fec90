import type { Credential } from '@restante/api-client';
import { changesOf, draftOf, NEW_CREDENTIAL, toBody } from './credential-draft.ts';

const CREDENTIAL = {
  label: 'Pump',
  policy: 'slow',
  clientId: { rule: 'exact', value: '%u' },
  expiresAt: '2026-12-31T09:30:12.000Z',
  loginMethods: ['secret'],
  certificateFingerprints: ['ab', 'cd'],
  roles: ['reader'],
  acl: null,
} as unknown as Credential;

test('nothing is sent of what was not changed', () => {
  expect(changesOf(draftOf(CREDENTIAL), CREDENTIAL)).toEqual({});
});

test('what was changed is sent, and emptied is null', () => {
  const draft = { ...draftOf(CREDENTIAL), policy: '', expiresAt: '', rule: 'any' as const, fingerprints: [] };
  expect(changesOf(draft, CREDENTIAL)).toEqual({
    policy: null,
    expiresAt: null,
    clientId: { rule: 'any' },
    certificateFingerprints: [],
  });
});

test('a new credential asks for nothing special', () => {
  expect(toBody({ ...NEW_CREDENTIAL, label: ' a ' })).toMatchObject({
    label: 'a',
    policy: null,
    clientId: { rule: 'any' },
    expiresAt: null,
    acl: null,
  });
});
