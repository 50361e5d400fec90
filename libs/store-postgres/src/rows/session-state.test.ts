import fc from 'fast-check';
import { packInflight, packReceived, unpackInflight, unpackReceived } from './session-state.ts';

const aLine = fc.record({
  packetIdentifier: fc.integer({ min: 1, max: 65_535 }),
  state: fc.constantFrom('publish-qos1' as const, 'publish-qos2' as const, 'pubrel' as const),
  filterId: fc.nat({ max: 2 ** 48 - 1 }),
  sequence: fc.nat({ max: 2 ** 48 - 1 }),
});

test('an in-flight window is read as it was written, in its order', () => {
  fc.assert(
    fc.property(fc.array(aLine), (lines) => {
      expect(unpackInflight(packInflight(lines))).toEqual(lines);
    }),
  );
});

test('received packet identifiers are read as they were written', () => {
  const identifiers = [1, 65_535, 256, 255];
  expect(unpackReceived(packReceived(identifiers))).toEqual(identifiers);
  expect(unpackReceived(packReceived([]))).toEqual([]);
});
