import { PacketDecoder, type Packet, type ProtocolVersion } from '../src/index.ts';

/** The packets in `chunks`, decoded as `version` (undefined: as a server that waits for CONNECT). */
export function decodeAll(
  chunks: Buffer | Buffer[],
  version: ProtocolVersion | undefined,
  maximumPacketSize = 268_435_460,
): Packet[] {
  const decoder = new PacketDecoder({ maximumPacketSize });
  decoder.protocolVersion = version;
  const packets: Packet[] = [];
  for (const chunk of Array.isArray(chunks) ? chunks : [chunks]) {
    decoder.push(chunk);
    for (let packet = decoder.next(); packet !== null; packet = decoder.next()) packets.push(packet);
  }
  return packets;
}

/** The one packet that `bytes` are. */
export function decodeOne(bytes: Buffer, version: ProtocolVersion | undefined): Packet {
  const packets = decodeAll(bytes, version);
  if (packets.length !== 1) throw new Error(`${packets.length} packets instead of one`);
  return packets[0];
}
