import { differencesOf } from './difference.ts';

describe('the difference that a change made', () => {
  it('is each field that is not as it was, however deep, and no other', () => {
    const before = { label: 'a', policy: null, settings: { limit: 1, overflow: 'drop-oldest' } };
    const after = { label: 'a', policy: 'large', settings: { limit: 2, overflow: 'drop-oldest' } };
    expect(differencesOf(before, after)).toEqual([
      { path: 'policy', before: 'none', after: 'large' },
      { path: 'settings.limit', before: '1', after: '2' },
    ]);
  });

  it('is all there is when something is new, and all there was when it is gone', () => {
    expect(differencesOf(null, { events: ['a', 'b'] })).toEqual([
      { path: 'events', before: undefined, after: 'a, b' },
    ]);
    expect(differencesOf({ name: '' }, null)).toEqual([{ path: 'name', before: 'empty', after: undefined }]);
  });

  it('compares lists as one, and keeps what is in their objects', () => {
    expect(differencesOf({ acl: [{ allow: 'a' }] }, { acl: [{ allow: 'b' }] })).toEqual([
      { path: 'acl', before: '[{"allow":"a"}]', after: '[{"allow":"b"}]' },
    ]);
  });
});
