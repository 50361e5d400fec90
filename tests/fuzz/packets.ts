import type { Random } from './random.ts';

export type Version = 4 | 5;

/** What a connection says of itself. */
export interface Login {
  username: string;
  password: string;
}

const TOPICS = ['a', 'a/b', 'a/b/c', 'é', 'sensors/1/temperature', '/', 'x'.repeat(300)];
const FILTERS = [...TOPICS, '#', '+', 'a/#', '+/b', 'a/+/c', '$share/g/a', '$share/h/+/b', '$SYS/#'];
const QOS_FIRST_BYTES = [0x30, 0x31, 0x32, 0x33, 0x34, 0x3a, 0x3c];

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number) =>
  Buffer.from([value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);
const text = (value: string) => {
  const encoded = Buffer.from(value);
  return Buffer.concat([u16(encoded.length), encoded]);
};
const byte = (value: number) => Buffer.from([value]);

export function varint(value: number): Buffer {
  const encoded: number[] = [];
  do {
    encoded.push((value % 128) + (value >= 128 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(encoded);
}

export function packet(firstByte: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([byte(firstByte), varint(body.length), body]);
}

function properties(version: Version, ...parts: Buffer[]): Buffer {
  if (version < 5) return Buffer.alloc(0);
  const all = Buffer.concat(parts);
  return Buffer.concat([varint(all.length), all]);
}

/** Some of the properties, in any order. */
function some(random: Random, all: Buffer[]): Buffer[] {
  return all.filter(() => random.chance(0.3)).sort(() => random.below(3) - 1);
}

const USER_PROPERTY = Buffer.concat([byte(0x26), text('name'), text('value')]);

export function connect(random: Random, version: Version, login: Login): Buffer {
  const hasWill = random.chance(0.3);
  const flags =
    0xc0 | (random.chance(0.5) ? 2 : 0) | (hasWill ? 4 | (random.below(3) << 3) | (random.below(2) << 5) : 0);
  const own = [
    Buffer.concat([byte(0x11), u32(random.pick([0, 1, 60, 3_600]))]),
    Buffer.concat([byte(0x21), u16(1 + random.below(100))]),
    Buffer.concat([byte(0x22), u16(random.below(10))]),
    Buffer.concat([byte(0x27), u32(100 + random.below(100_000))]),
    Buffer.from([0x17, 1]),
    Buffer.from([0x19, 1]),
    USER_PROPERTY,
  ];
  const will = [
    Buffer.concat([byte(0x18), u32(random.below(3))]),
    Buffer.from([0x01, 1]),
    Buffer.concat([byte(0x03), text('text/plain')]),
    USER_PROPERTY,
  ];
  return packet(
    0x10,
    text('MQTT'),
    byte(version),
    byte(flags),
    u16(random.pick([0, 30, 60])),
    properties(version, ...some(random, own)),
    // Few names, so that sessions are taken over and resumed.
    text(`fuzz-${random.below(50)}`),
    ...(hasWill ? [properties(version, ...some(random, will)), text(random.pick(TOPICS)), text('gone')] : []),
    text(login.username),
    text(login.password),
  );
}

/** A packet that the specification allows a connected client to send, whether or not it makes sense now. */
export function validPacket(random: Random, version: Version): Buffer {
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return publish(random, version);
    case 5:
      return acknowledgement(random, version, random.pick([0x40, 0x50, 0x62, 0x70]));
    case 6:
      // The identifiers that publishes use: some of these release one.
      return packet(0x62, u16(1 + random.below(20)));
    case 7:
      return subscribe(random, version);
    case 8:
      return packet(0xa2, u16(1 + random.below(100)), properties(version), text(random.pick(FILTERS)));
    case 9:
      return random.chance(0.9) ? packet(0xc0) : disconnect(random, version);
    case 10:
      return version === 5 && random.chance(0.1) ? auth() : packet(0xc0);
    default:
      return publish(random, version);
  }
}

function publish(random: Random, version: Version): Buffer {
  const firstByte = random.pick(QOS_FIRST_BYTES);
  const own = [
    Buffer.from([0x01, 1]),
    Buffer.concat([byte(0x02), u32(random.below(100))]),
    Buffer.concat([byte(0x03), text('text/plain')]),
    Buffer.concat([byte(0x08), text('answers/a')]),
    Buffer.concat([byte(0x09), text('correlation')]),
    Buffer.concat([byte(0x23), u16(1 + random.below(5))]),
    USER_PROPERTY,
  ];
  return packet(
    firstByte,
    text(random.pick(TOPICS)),
    (firstByte & 6) === 0 ? Buffer.alloc(0) : u16(1 + random.below(20)),
    properties(version, ...(random.chance(0.3) ? some(random, own) : [])),
    Buffer.alloc(random.pick([0, 1, 16, 100, 1_000]), 'p'),
  );
}

function subscribe(random: Random, version: Version): Buffer {
  const filters = Array.from({ length: 1 + random.below(3) }, () => {
    const filter = random.pick(FILTERS);
    const noLocal = random.chance(0.2) && !filter.startsWith('$share') ? 4 : 0;
    const options =
      random.below(3) | (version === 5 ? noLocal | (random.below(2) << 3) | (random.below(3) << 4) : 0);
    return Buffer.concat([text(filter), byte(options)]);
  });
  const identifier = random.chance(0.2) ? [Buffer.from([0x0b, 1 + random.below(100)])] : [];
  return packet(0x82, u16(1 + random.below(100)), properties(version, ...identifier), ...filters);
}

function acknowledgement(random: Random, version: Version, firstByte: number): Buffer {
  const identifier = u16(1 + random.below(20));
  if (version < 5 || random.chance(0.5)) return packet(firstByte, identifier);
  return packet(firstByte, identifier, byte(0), properties(version, ...some(random, [USER_PROPERTY])));
}

function disconnect(random: Random, version: Version): Buffer {
  return version === 5 && random.chance(0.5) ? packet(0xe0, byte(random.pick([0, 4]))) : packet(0xe0);
}

function auth(): Buffer {
  return packet(
    0xf0,
    byte(0x19),
    properties(5, byte(0x15), text('SCRAM-SHA-256'), byte(0x16), text('n,,n=a,r=b')),
  );
}
