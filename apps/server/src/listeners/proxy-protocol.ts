/**
 * The PROXY protocol, versions 1 and 2: what a load balancer says of its client before the client's first byte.
 * https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
 */
import net from 'node:net';
import { endpoint, type Origin } from './origin.ts';

/** Section 2.1: the longest line, its CRLF included. */
const MAX_V1_BYTES = 107;
/** The header's length field allows 64 KiB; what balancers send is below 1 KiB. */
const MAX_V2_BYTES = 4_096;
const V1_START = Buffer.from('PROXY ');
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Signature, version and command, family and transport, length of the rest. */
const V2_FIXED_BYTES = 16;
/** Section 2.2.1: a host name, as the client gave it by SNI. */
const PP2_TYPE_AUTHORITY = 0x02;

/** Section 2.2: address families with the bytes their two addresses (and ports) take. */
const FAMILIES = [
  { name: 'unspecified', bytes: 0 },
  { name: 'ipv4', bytes: 12 },
  { name: 'ipv6', bytes: 36 },
  { name: 'unix', bytes: 216 },
] as const;

export interface ProxyHeader {
  /** Of the header, in bytes. */
  length: number;
  /** `remoteAddress` undefined: the balancer speaks for itself, or of no address; the socket's own one counts. */
  origin: Partial<Origin>;
}

/** What came first is no header of the PROXY protocol. */
export class ProxyHeaderError extends Error {
  override readonly name = 'ProxyHeaderError';
}

/**
 * Reads the header that `bytes` begin with.
 *
 * @returns null when more bytes are needed
 * @throws ProxyHeaderError as soon as they cannot become a header
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | null {
  if (beginsLike(bytes, V1_START)) return parseV1(bytes);
  if (beginsLike(bytes, V2_SIGNATURE)) return parseV2(bytes);
  throw new ProxyHeaderError('The connection does not begin with a header of the PROXY protocol');
}

/** Whether the one is a beginning of the other. */
function beginsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function parseV1(bytes: Buffer): ProxyHeader | null {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf('\r\n');
  if (end < 0) {
    if (bytes.length >= MAX_V1_BYTES) throw new ProxyHeaderError('A PROXY line is longer than 107 bytes');
    return null;
  }
  const line = bytes.toString('latin1', 0, end);
  const [, family, source, destination, sourcePort, destinationPort, ...more] = line.split(' ');
  // "UNKNOWN": whatever follows up to the line's end is to be ignored.
  if (family === 'UNKNOWN') return { length: end + 2, origin: {} };
  const isAddress = family === 'TCP4' ? net.isIPv4 : family === 'TCP6' ? net.isIPv6 : null;
  const isGood =
    isAddress?.(source) &&
    isAddress(destination) &&
    isPort(sourcePort) &&
    isPort(destinationPort) &&
    more.length === 0;
  if (!isGood) throw new ProxyHeaderError('A PROXY line is malformed');
  return { length: end + 2, origin: { remoteAddress: endpoint(source, Number(sourcePort)) } };
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function parseV2(bytes: Buffer): ProxyHeader | null {
  if (bytes.length < V2_FIXED_BYTES) return null;
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > MAX_V2_BYTES) throw new ProxyHeaderError('A PROXY header is longer than 4,096 bytes');
  const version = bytes[12] >> 4;
  const command = bytes[12] & 0x0f;
  const family = FAMILIES[bytes[13] >> 4];
  const transport = bytes[13] & 0x0f;
  if (version !== 2 || command > 1 || family === undefined || transport > 2)
    throw new ProxyHeaderError('A PROXY header has a version, command or family that is not defined');
  if (bytes.length < length) return null;

  // LOCAL, such as a health check: "the receiver must use the real connection endpoints and discard the protocol block".
  if (command === 0) return { length, origin: {} };
  const rest = bytes.subarray(V2_FIXED_BYTES, length);
  if (rest.length < family.bytes) throw new ProxyHeaderError('A PROXY header ends within its addresses');
  const authority = findValue(rest.subarray(family.bytes), PP2_TYPE_AUTHORITY)?.toString('utf8');
  return { length, origin: { remoteAddress: sourceIn(rest, family.name), serverName: authority } };
}

function sourceIn(addresses: Buffer, family: (typeof FAMILIES)[number]['name']): string | undefined {
  if (family === 'ipv4') return endpoint(addresses.subarray(0, 4).join('.'), addresses.readUInt16BE(8));
  if (family === 'ipv6') {
    const groups = addresses.toString('hex', 0, 16).match(/.{4}/g)!;
    const { address } = new net.SocketAddress({ address: groups.join(':'), family: 'ipv6' });
    return endpoint(address, addresses.readUInt16BE(32));
  }
  return undefined;
}

/** The first value of a type among type-length-value fields: one byte, two bytes, the value. */
function findValue(fields: Buffer, type: number): Buffer | undefined {
  let found: Buffer | undefined;
  for (let at = 0; at < fields.length;) {
    const end = at + 3 + (at + 3 <= fields.length ? fields.readUInt16BE(at + 1) : 0);
    if (end > fields.length) throw new ProxyHeaderError('A PROXY header ends within a field');
    if (fields[at] === type) found ??= fields.subarray(at + 3, end);
    at = end;
  }
  return found;
}
