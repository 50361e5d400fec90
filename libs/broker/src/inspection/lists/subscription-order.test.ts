import fc from 'fast-check';
import { byCodePoint } from './subscription-order.ts';

test('texts are ordered as PostgreSQL orders their bytes in UTF-8', () => {
  const text = fc.string({ unit: 'binary', maxLength: 5 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  expect(byCodePoint('\u{1F600}', '\uFF5E')).toBeGreaterThan(0);
});
