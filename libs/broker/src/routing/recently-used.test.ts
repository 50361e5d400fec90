import { RecentlyUsed } from './recently-used.ts';

test('keeps the last entries used, and never more than twice as many', () => {
  const used = new RecentlyUsed<number, number>(3);
  for (let key = 0; key < 100; key++) {
    used.set(key, key * 10);
    expect(used.get(0)).toBe(0);
    expect(used.get(key)).toBe(key * 10);
    expect(used.size).toBeLessThanOrEqual(6);
  }
});

test('what is deleted or cleared is not found', () => {
  const used = new RecentlyUsed<string, number>(1);
  used.set('a', 1);
  used.set('b', 2);
  used.delete('a');
  expect([used.get('a'), used.get('b')]).toEqual([undefined, 2]);
  used.clear();
  expect(used.get('b')).toBeUndefined();
});
