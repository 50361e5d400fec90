import ipaddr from 'ipaddr.js';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';

const CONNECT_TIMEOUT_MS = 5_000;
/** Until the first byte of an answer, and between its pieces. */
const ANSWER_TIMEOUT_MS = 10_000;
const MAX_ANSWER_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS_A_HOST = 4;

/** A tenant names a server that only this machine's own network can reach. The message is for that tenant. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** All addresses of a host name, of which there is at least one. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * Whether an IP address is one that anybody on the internet may send to: no loopback, private, link-local, shared,
 * multicast, documentation or other special one, and no IPv6 address that stands for an IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  // Of IPv6 this alone is given out (RFC 4291 section 2.4); what lies outside has no range of its own in the library.
  return address instanceof ipaddr.IPv4 || address.match(ipaddr.IPv6.parse('2000::'), 3);
}

/**
 * The addresses of a host (a name, or an address as in a URL).
 *
 * @throws PrivateAddressError when one of them is not public; whatever DNS says when there is no such host
 */
export async function resolvePublic(host: string, resolve = resolveByDns): Promise<LookupAddress[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  const addresses = family === 0 ? await resolve(bare) : [{ address: bare, family }];
  if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  throw new PrivateAddressError(`"${host}" is not a public address`);
}

/**
 * Takes requests (undici's `request` or `fetch`, `dispatcher`) to servers that tenants have named. It connects to an
 * address that was checked, and asks DNS only once for it, so that a name cannot be public when it is checked and
 * private a moment later. Nothing here follows redirects: callers must not either (`request` does not by itself, `fetch`
 * takes `redirect: 'error'`).
 *
 * @param allowPrivate every address may be connected to
 */
export function outboundAgent(allowPrivate: boolean, resolve = resolveByDns): Agent {
  const resolveAllowed: Resolve = allowPrivate ? resolve : (host) => resolvePublic(host, resolve);
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    lookup: (hostname, { all }, done) => {
      resolveAllowed(hostname).then(
        (addresses) => {
          if (all) done(null, addresses);
          else done(null, addresses[0].address, addresses[0].family);
        },
        (error: Error) => done(error, ''),
      );
    },
  });
  return new Agent({
    connect: (options, done) => {
      // An address is connected to without a look-up.
      const bare = options.hostname.replace(/^\[(.*)\]$/, '$1');
      if (!allowPrivate && isIP(bare) !== 0 && !isPublicAddress(bare))
        return done(new PrivateAddressError(`"${options.hostname}" is not a public address`), null);
      connect(options, done);
    },
    connections: MAX_CONNECTIONS_A_HOST,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
  });
}
