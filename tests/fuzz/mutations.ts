import { packet, varint } from './packets.ts';
import type { Random } from './random.ts';

const BAD_UTF8 = ['c080', 'eda080', 'f4908080', 'ff', 'c3', '00', 'efbfbf', 'efbbbf'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Changes bytes that change what is said but hardly ever whether it may be said: letters of topics and payloads. */
export function mutateGently(random: Random, original: Buffer): Buffer {
  const mutated = Buffer.from(original);
  for (let tries = 0; tries < 8; tries++) {
    const at = 2 + random.below(Math.max(1, mutated.length - 2));
    if (mutated[at] >= 0x61 && mutated[at] <= 0x7a) {
      mutated[at] = 0x61 + random.below(2);
      return mutated;
    }
  }
  return mutated;
}

/** Changes anything. What comes of it may be allowed all the same. */
export function mutateWildly(random: Random, original: Buffer): Buffer {
  let mutated = original;
  for (let count = 1 + random.below(3); count > 0; count--) mutated = change(random, mutated);
  return mutated;
}

function change(random: Random, original: Buffer): Buffer {
  const at = random.below(Math.max(1, original.length));
  const copy = Buffer.from(original);
  switch (random.below(14)) {
    case 0:
      if (copy.length > 0) copy[at] ^= 1 << random.below(8);
      return copy;
    case 1:
      if (copy.length > 0) copy[at] = random.below(256);
      return copy;
    case 2:
      return Buffer.concat([copy.subarray(0, at), Buffer.from([random.below(256)]), copy.subarray(at)]);
    case 3:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + random.below(4))]);
    case 4:
      return copy.subarray(0, at);
    case 5:
      // Another remaining length over the same bytes.
      return Buffer.concat([copy.subarray(0, 1), varint(random.below(300)), copy.subarray(2)]);
    case 6:
      return Buffer.concat([copy.subarray(0, 1), Buffer.from('ffffffff7f', 'hex'), copy.subarray(2)]);
    case 7:
      return Buffer.concat([
        copy.subarray(0, 1),
        varint(random.pick([0x0f_ff_ff_ff, 70_000_000, 2_000_000])),
        copy.subarray(2),
      ]);
    case 8:
      copy[0] = (copy[0] & 0xf0) | random.below(16);
      return copy;
    case 9:
      copy[0] = (random.below(16) << 4) | (copy[0] & 0x0f);
      return copy;
    case 10:
      return Buffer.concat([copy.subarray(0, at), random.pick(BAD_UTF8), copy.subarray(at)]);
    case 11: {
      // A piece twice: properties, strings, filters.
      const end = Math.min(copy.length, at + 1 + random.below(20));
      return body(copy, [copy.subarray(2, end), copy.subarray(Math.min(at, end), end), copy.subarray(end)]);
    }
    case 12:
      // Two bytes that may be a length.
      if (at + 1 < copy.length)
        copy.writeUInt16BE(random.pick([0, 1, 0xff, 0xffff, random.below(65_536)]), at);
      return copy;
    default:
      return Buffer.from(Array.from({ length: random.below(64) }, () => random.below(256)));
  }
}

/** The same first byte with a remaining length that is right for what follows. */
function body(original: Buffer, parts: Buffer[]): Buffer {
  return packet(original[0] ?? 0, ...parts);
}
