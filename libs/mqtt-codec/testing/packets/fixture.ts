import type { Packet, ProtocolVersion } from '../../src/index.ts';

/** A packet in bytes written by hand, with what they mean. */
export interface PacketFixture {
  name: string;
  version: ProtocolVersion;
  bytes: Buffer;
  packet: Packet;
  /** Set when there is a shorter or another form that the encoder writes instead. */
  onlyParsed?: true;
}
