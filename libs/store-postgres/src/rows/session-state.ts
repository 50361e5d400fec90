import type { InflightRecord } from '@restante/broker';

/**
 * A session's in-flight window as bytes, 16 a line, big-endian, in the order of sending: u16 packet identifier,
 * u8 state (1: QoS 1 sent, 2: QoS 2 sent, 3: PUBREL sent), u8 0, u48 filter, u48 sequence number.
 */
export const INFLIGHT_BYTES = 16;
const STATES = ['publish-qos1', 'publish-qos2', 'pubrel'] as const;

export function packInflight(records: readonly InflightRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * INFLIGHT_BYTES);
  records.forEach(({ packetIdentifier, state, filterId, sequence }, index) => {
    const at = index * INFLIGHT_BYTES;
    bytes.writeUInt16BE(packetIdentifier, at);
    bytes[at + 2] = STATES.indexOf(state) + 1;
    bytes.writeUIntBE(filterId, at + 4, 6);
    bytes.writeUIntBE(sequence, at + 10, 6);
  });
  return bytes;
}

export function unpackInflight(bytes: Buffer): InflightRecord[] {
  const records: InflightRecord[] = [];
  for (let at = 0; at < bytes.length; at += INFLIGHT_BYTES) {
    records.push({
      packetIdentifier: bytes.readUInt16BE(at),
      state: STATES[bytes[at + 2] - 1],
      filterId: bytes.readUIntBE(at + 4, 6),
      sequence: bytes.readUIntBE(at + 10, 6),
    });
  }
  return records;
}

/** QoS 2 packet identifiers received and not yet released: u16 each. */
export function packReceived(identifiers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(identifiers.length * 2);
  identifiers.forEach((identifier, index) => bytes.writeUInt16BE(identifier, index * 2));
  return bytes;
}

export function unpackReceived(bytes: Buffer): number[] {
  const identifiers: number[] = [];
  for (let at = 0; at < bytes.length; at += 2) identifiers.push(bytes.readUInt16BE(at));
  return identifiers;
}
