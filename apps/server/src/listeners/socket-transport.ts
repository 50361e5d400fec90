import type { Broker, Transport, TransportKind } from '@restante/broker';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Origin } from './origin.ts';
import { certificatesOf } from './peer-certificates.ts';

/** After `end`, for a client that reads no more. */
const END_TIMEOUT_MS = 5_000;

/** Hands a connection, over TLS or not, to the broker. */
export function acceptSocket(broker: Broker, socket: Socket, origin: Origin): void {
  const transport = new SocketTransport(socket, origin);
  broker.accept(transport);
  transport.listen();
}

/** A socket as the broker sees it. */
class SocketTransport implements Transport {
  readonly kind: TransportKind;
  readonly remoteAddress: string;
  readonly serverName: string | undefined;
  // A broker that stops refuses the connection without setting these.
  onData: (chunk: Buffer) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onClose: (error?: Error) => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    { remoteAddress, serverName }: Origin,
  ) {
    this.kind = socket instanceof TLSSocket ? 'tls' : 'tcp';
    this.remoteAddress = remoteAddress;
    this.serverName = serverName;
  }

  listen(): void {
    let failure: Error | undefined;
    this.socket.on('data', (chunk) => this.onData(chunk as Buffer));
    this.socket.on('drain', () => this.onDrain());
    // A reset or a time-out: 'close' follows and says it.
    this.socket.on('error', (error) => (failure = error));
    this.socket.on('close', () => this.onClose(failure));
  }

  get certificates(): readonly Uint8Array[] | undefined {
    return certificatesOf(this.socket);
  }

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  write(bytes: Buffer, written?: () => void): boolean {
    return this.socket.write(bytes, written && ((error) => error ?? written()));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    // A client that reads no more must not hold the socket for ever.
    this.socket.end(() => this.socket.destroy());
    const deadline = setTimeout(() => this.socket.destroy(), END_TIMEOUT_MS);
    this.socket.on('close', () => clearTimeout(deadline));
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
