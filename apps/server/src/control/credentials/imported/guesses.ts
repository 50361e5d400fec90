import { RecentlyUsed } from '@restante/broker';
import ipaddr from 'ipaddr.js';

const WRONG_A_MINUTE = 10;
const MINUTE_MS = 60_000;
const MAX_REMEMBERED = 50_000;
/** Of 16 bits: a network of IPv6 is given to one customer whole (RFC 6177). */
const IPV6_NETWORK_PARTS = 4;

/**
 * Wrong passwords, by credential and the place they come from: others of the credential are not kept out by them. Who
 * guesses from more places than are remembered is limited less.
 */
export class Guesses {
  private readonly counts = new RecentlyUsed<string, { since: number; wrong: number }>(MAX_REMEMBERED);

  /** Whether no password from there is to be looked at for now, right or wrong. */
  areOver(credentialId: number, remoteAddress: string): boolean {
    return (this.recent(keyOf(credentialId, remoteAddress))?.wrong ?? 0) >= WRONG_A_MINUTE;
  }

  /** One is looked at, which counts as wrong until it is known to be none. */
  begin(credentialId: number, remoteAddress: string): void {
    const key = keyOf(credentialId, remoteAddress);
    const count = this.recent(key);
    if (count === undefined) this.counts.set(key, { since: Date.now(), wrong: 1 });
    else count.wrong++;
  }

  wasNotWrong(credentialId: number, remoteAddress: string): void {
    const count = this.recent(keyOf(credentialId, remoteAddress));
    if (count !== undefined) count.wrong--;
  }

  private recent(key: string) {
    const count = this.counts.get(key);
    return count !== undefined && Date.now() - count.since < MINUTE_MS ? count : undefined;
  }
}

function keyOf(credentialId: number, remoteAddress: string): string {
  return `${credentialId} ${placeOf(remoteAddress)}`;
}

/** @param endpoint address and port, as connections have them */
function placeOf(endpoint: string): string {
  const text = endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6
    ? address.parts.slice(0, IPV6_NETWORK_PARTS).join(':')
    : address.toString();
}
