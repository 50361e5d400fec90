import { once } from 'node:events';
import net from 'node:net';

export const HOST = '127.0.0.1';
const POLL_MS = 20;

/** A TCP port that is free now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once the port takes connections. @throws Error when `isStillStarting` says no, or after `timeoutMs` */
export async function untilListening(
  port: number,
  isStillStarting: () => boolean,
  timeoutMs: number,
): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end && isStillStarting();) {
    if (await canConnect(port)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Nothing listens on port ${port}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, HOST);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
