import { devicesOfTown } from './town.ts';

test.each([1, 20, 200, 1_000])('a town of %s devices has some of each kind, and not many more', (count) => {
  const names = devicesOfTown(count).map(({ clientId }) => clientId());
  expect(new Set(names).size).toBe(names.length);
  const kinds = new Set(names.map((name) => name.split(/[-_]/)[0]));
  expect([...kinds].toSorted()).toEqual([
    'depot',
    'dispatcher',
    'display',
    'locker',
    'mqttjs',
    'sorter',
    'van',
  ]);
  expect(names.length).toBe(Math.max(count, kinds.size));
});

test('what is published is below the topics of the town', () => {
  for (const { publishes, will } of devicesOfTown(20)) {
    const topics = [publishes?.next().topic, will?.topic].filter((topic) => topic !== undefined);
    for (const topic of topics) expect(topic).toMatch(/^(lockers|vans|parcels)\/\d{3}(\/[a-z]+)*$/);
  }
});
