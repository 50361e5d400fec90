import type { Socket } from 'node:net';

/** Where a connection comes from, for people and for finding the tenant. */
export interface Origin {
  /** Address and port: `192.0.2.1:1883`, `[2001:db8::1]:1883`. */
  remoteAddress: string;
  /** The name under which the client looked for this server; undefined: it did not say. */
  serverName?: string | undefined;
}

/** As the operating system sees the other end. */
export function originOf(socket: Socket): Origin {
  return { remoteAddress: endpoint(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0) };
}

export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
