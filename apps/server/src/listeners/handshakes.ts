import type { Socket } from 'node:net';
import type { Server } from 'node:tls';

/** From the first byte to the end of the TLS handshake, however busy the client is meanwhile. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Closes connections whose TLS handshake is not done in time. (Node's own `handshakeTimeout` begins anew with every
 * byte.) A handshake that fails ends its connection, and nothing else.
 */
export function limitHandshakes(server: Server): void {
  const deadlines = new Map<string, NodeJS.Timeout>();
  const done = (connection: string) => {
    clearTimeout(deadlines.get(connection));
    deadlines.delete(connection);
  };
  server.on('connection', (socket: Socket) => {
    const connection = connectionKey(socket);
    deadlines.set(
      connection,
      setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS),
    );
    socket.on('close', () => done(connection));
  });
  server.on('secureConnection', (socket) => done(connectionKey(socket)));
}

/**
 * A connection while it lasts. A TLS server tells of the socket first and of the secured one later; both ends'
 * addresses are what they have in common.
 */
export function connectionKey(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;
}
