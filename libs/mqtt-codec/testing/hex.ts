/** Bytes written by hand: pairs of hexadecimal digits, and quoted text for its UTF-8 bytes: `00 03 'a/b'`. */
export function hex(text: string): Buffer {
  const parts = text.matchAll(/'([^']*)'|([0-9a-fA-F]{2})|(\S)/g);
  return Buffer.concat(
    Array.from(parts, ([part, quoted, pair]) => {
      if (quoted !== undefined) return Buffer.from(quoted, 'utf8');
      if (pair !== undefined) return Buffer.from(pair, 'hex');
      throw new Error(`Not bytes: ${part}`);
    }),
  );
}
