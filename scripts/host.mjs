/** Where everything listens, and where it is found. */
export const HOST = process.env.RESTANTE_HOST || '127.0.0.1';

export function isAnyAddress(host) {
  return host === '0.0.0.0' || host === '::';
}
