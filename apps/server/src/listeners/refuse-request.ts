import { STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';

/** By what Node's parser of HTTP says; anything else is 400. */
const STATUS: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};
const DETAILS: Record<number, string> = {
  400: 'This is not a request of HTTP/1.1',
  408: 'The request took too long to arrive',
  413: 'The extensions of a chunk are too long',
  431: 'The address and the headers of the request are together too long',
};

/** Answers what cannot be read as a request with a problem detail (RFC 9457), and closes. */
export function refuseRequest({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUS[code] ?? 400;
  const title = STATUS_CODES[status]!;
  const body = JSON.stringify({
    ...{ type: 'about:blank', title, status },
    ...{ detail: DETAILS[status], code: `http-${status}` },
  });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
