import fc from 'fast-check';
import { isUtf8 } from '../index.ts';
import { decodeUtf8 } from './utf8.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

test('decodeUtf8 accepts what a strict decoder accepts, U+0000 excepted [MQTT-1.5.4-1] [MQTT-1.5.4-2]', () => {
  const nearlyUtf8 = fc
    .tuple(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 2 }),
    )
    .map(([text, changes]) => {
      const bytes = Buffer.from(text);
      for (const [position, byte] of changes) if (bytes.length > 0) bytes[position % bytes.length] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(nearlyUtf8, (bytes) => {
      const framed = Buffer.concat([Buffer.from([0xff]), bytes, Buffer.from([0xff])]);
      expect(outcome(() => decodeUtf8(framed, 1, framed.length - 1))).toBe(strictly(bytes));
      expect(isUtf8(bytes)).toBe(outcome(() => decoder.decode(bytes)) !== undefined);
    }),
    { numRuns: 5_000 },
  );
});

test('a byte order mark is kept wherever it stands [MQTT-1.5.4-3]', () => {
  const bytes = Buffer.from('\ufeffa\ufeff');
  expect(decodeUtf8(bytes, 0, bytes.length)).toBe('\ufeffa\ufeff');
});

test('a payload may be UTF-8 and hold U+0000', () => {
  expect(isUtf8(Buffer.from('a\0b'))).toBe(true);
  expect(isUtf8(Buffer.alloc(0))).toBe(true);
  expect(isUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBe(false);
});

/** What MQTT makes of `bytes`; undefined: refused. */
function strictly(bytes: Buffer): string | undefined {
  return bytes.includes(0) ? undefined : outcome(() => decoder.decode(bytes));
}

function outcome(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
