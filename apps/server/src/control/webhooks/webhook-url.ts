import { isIP } from 'node:net';
import { DomainError } from '../errors.ts';
import { isPublicAddress } from '../outbound/public-address.ts';

/**
 * A webhook's URL as it is stored. What its name stands for is looked at whenever something is sent.
 *
 * @throws DomainError `invalid-request`
 */
export function checkUrl(text: string, allowPrivate: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong('must be a URL of http or https');
  if (url.username !== '' || url.password !== '') throw wrong('must not hold a user name or password');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw wrong('must be a public address');
  url.hash = '';
  return url.href;
}

function wrong(message: string): DomainError {
  return new DomainError('invalid-request', 'The URL cannot be used', [{ path: 'url', message }]);
}
