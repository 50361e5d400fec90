import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainProblem, PROBLEM_TYPE } from '../plain-problem.ts';

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
  const body = JSON.stringify(plainProblem(status, DETAILS[status]));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
