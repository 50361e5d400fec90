import type { AddressInfo, Server } from 'node:net';

/** So many connections may wait to be accepted: after an outage all devices come back at once. */
const BACKLOG = 4_096;

/** Resolves with the port in use; rejects when it cannot be listened on. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
