import { PacketIdentifiers } from './packet-identifiers.ts';

test('gives out 1 first, then each following one [MQTT-2.2.1-3]', () => {
  const identifiers = new PacketIdentifiers();
  expect([1, 2, 3].map(() => identifiers.next(() => false))).toEqual([1, 2, 3]);
});

test('leaves out those in use', () => {
  const identifiers = new PacketIdentifiers();
  expect(identifiers.next((identifier) => identifier < 7)).toBe(7);
});

test('goes round before one is used again, and never gives 0', () => {
  const identifiers = new PacketIdentifiers();
  const given = new Set<number>();
  for (let count = 0; count < 65_535; count++) given.add(identifiers.next(() => false));
  expect(given.size).toBe(65_535);
  expect(given.has(0)).toBe(false);
  expect(identifiers.next(() => false)).toBe(1);
});

test('gives 0 when all are in use', () => {
  expect(new PacketIdentifiers().next(() => true)).toBe(0);
});
