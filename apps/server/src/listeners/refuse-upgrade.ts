import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers a request to become a WebSocket with an error, and closes. */
export function refuseUpgrade(socket: Duplex, status: 400 | 404 | 429 | 503): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
