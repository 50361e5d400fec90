/** A packet as it came from the broker, taken apart as far as tests ask, by code that the broker does not share. */
export class ReceivedPacket {
  /** Bits 7 to 4 of the first byte (section 2.1.2). */
  readonly type: number;
  /** Bits 3 to 0 (section 2.1.3). */
  readonly flags: number;

  constructor(
    firstByte: number,
    /** Everything behind the remaining length. */
    readonly body: Buffer,
  ) {
    this.type = firstByte >> 4;
    this.flags = firstByte & 0x0f;
  }

  /** All of it, as the notation of `bytes` would have it, for comparison. */
  get hex(): string {
    return `${((this.type << 4) | this.flags).toString(16).padStart(2, '0')} ${this.body.toString('hex')}`;
  }

  // ---------------------------------------------------------------- PUBLISH

  get dup(): boolean {
    return (this.flags & 0x08) !== 0;
  }

  get qos(): number {
    return (this.flags >> 1) & 0x03;
  }

  get retain(): boolean {
    return (this.flags & 0x01) !== 0;
  }

  get topic(): string {
    return this.body.subarray(2, 2 + this.body.readUInt16BE(0)).toString();
  }

  private get afterTopic(): number {
    return 2 + this.body.readUInt16BE(0) + (this.qos > 0 ? 2 : 0);
  }

  /** Of a PUBLISH with QoS > 0, or of any packet that begins with one. */
  get packetIdentifier(): number {
    return this.body.readUInt16BE(this.type === 3 ? this.afterTopic - 2 : 0);
  }

  /** A 5.0 PUBLISH's payload, as text. */
  get payload(): string {
    return this.body.subarray(propertiesAt(this.body, this.afterTopic).end).toString();
  }

  /** A 3.1.1 PUBLISH's payload, as text. */
  get payloadV3(): string {
    return this.body.subarray(this.afterTopic).toString();
  }

  // ---------------------------------------------------------------- others

  /**
   * CONNACK: byte 2; DISCONNECT and AUTH: byte 1 (0 when left out); PUBACK, PUBREC, PUBREL and PUBCOMP: byte 3 (0
   * when left out). In 3.1.1 CONNACK's is its return code.
   */
  get reasonCode(): number {
    switch (this.type) {
      case 2:
        return this.body[1];
      case 4:
      case 5:
      case 6:
      case 7:
        return this.body[2] ?? 0;
      default:
        return this.body[0] ?? 0;
    }
  }

  get sessionPresent(): boolean {
    return this.body[0] === 1;
  }

  /** The payload of a SUBACK or UNSUBACK. */
  reasonCodes(version: 3 | 5): number[] {
    return [...this.body.subarray(version === 5 ? propertiesAt(this.body, 2).end : 2)];
  }

  /** The 5.0 properties: what stands behind each identifier, in order; see {@link properties}. */
  get properties(): ReceivedProperties {
    return propertiesAt(this.body, this.startOfProperties()).properties;
  }

  private startOfProperties(): number {
    switch (this.type) {
      case 2:
        return 2;
      case 3:
        return this.afterTopic;
      case 4:
      case 5:
      case 6:
      case 7:
        return 3;
      case 9:
      case 11:
        return 2;
      default:
        return 1;
    }
  }
}

/** By property identifier (section 2.2.2.2), each value that came for it: numbers, texts, bytes, or pairs of texts. */
export type ReceivedProperties = Map<number, (number | string | Buffer | [string, string])[]>;

const BYTE = [0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a];
const TWO_BYTES = [0x13, 0x21, 0x22, 0x23];
const FOUR_BYTES = [0x02, 0x11, 0x18, 0x27];
const VARIABLE = [0x0b];
const TEXT = [0x03, 0x08, 0x12, 0x15, 0x1a, 0x1c, 0x1f];
const BINARY = [0x09, 0x16];

function propertiesAt(body: Buffer, start: number): { properties: ReceivedProperties; end: number } {
  const properties: ReceivedProperties = new Map();
  if (start >= body.length) return { properties, end: start };
  let at = start;
  const variable = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      value += (body[at] & 0x7f) * 2 ** shift;
      if ((body[at++] & 0x80) === 0) return value;
    }
  };
  const length = (size: number) => body.readUIntBE((at += size) - size, size);
  const binary = () => {
    const size = length(2);
    return body.subarray(at, (at += size));
  };
  const size = variable();
  const end = at + size;
  while (at < end) {
    const identifier = variable();
    const value = BYTE.includes(identifier)
      ? length(1)
      : TWO_BYTES.includes(identifier)
        ? length(2)
        : FOUR_BYTES.includes(identifier)
          ? length(4)
          : VARIABLE.includes(identifier)
            ? variable()
            : TEXT.includes(identifier)
              ? binary().toString()
              : BINARY.includes(identifier)
                ? binary()
                : identifier === 0x26
                  ? ([binary().toString(), binary().toString()] as [string, string])
                  : undefined;
    if (value === undefined) throw new Error(`No such property: ${identifier}`);
    properties.set(identifier, [...(properties.get(identifier) ?? []), value]);
  }
  if (at !== end) throw new Error(`The properties do not end where they say: ${body.toString('hex')}`);
  return { properties, end };
}
