import { formatBytes, formatCount, formatCountOf, formatList, formatMs, formatRate } from './numbers.ts';

describe('numbers as people read them', () => {
  it('groups thousands', () => expect(formatCount(1234567)).toBe('1,234,567'));

  it('says one of a thing in the singular', () => {
    expect(formatCountOf(1, 'message')).toBe('1 message');
    expect(formatCountOf(0, 'message')).toBe('0 messages');
  });

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KiB'],
    [64 * 1024 * 1024, '64 MiB'],
    [3 * 1024 ** 5, '3,072 TiB'],
  ])('gives %d bytes in binary units', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('gives small rates a decimal and great ones none', () => {
    expect(formatRate(0.25)).toBe('0.3');
    expect(formatRate(1234.6)).toBe('1,235');
  });

  it('gives times of a second and more in seconds', () => {
    expect(formatMs(0.24)).toBe('0.2 ms');
    expect(formatMs(120.4)).toBe('120 ms');
    expect(formatMs(1_250)).toBe('1.3 s');
  });

  it('joins a list as in a sentence', () => {
    expect(formatList(['a'])).toBe('a');
    expect(formatList(['a', 'b', 'c'])).toBe('a, b and c');
  });
});
