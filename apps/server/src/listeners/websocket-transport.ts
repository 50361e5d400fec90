import { PLATFORM_CAPS, type Transport, type TransportKind } from '@restante/broker';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { WebSocket } from 'ws';
import { BinaryFrames } from './binary-frames.ts';
import type { Origin } from './origin.ts';
import { certificatesOf } from './peer-certificates.ts';

/** After a close frame, for a client that does not answer it. */
const CLOSE_TIMEOUT_MS = 5_000;
/**
 * What a client may send before the broker's first answer: CONNECT (64 KiB at the most) and what it sends without
 * waiting. A message in several frames is handed on only when all of it is there, so that without this a stranger could
 * fill the memory.
 */
const MAX_UNANSWERED_BYTES = 1024 * 1024;
/** RFC 6455 section 7.4.1. */
const NORMAL_CLOSURE = 1000;
const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;

/** A WebSocket as the broker sees it: a stream of bytes, whatever the frames [MQTT-6.0.0-2]. */
export class WebSocketTransport implements Transport {
  readonly kind: TransportKind;
  readonly remoteAddress: string;
  readonly serverName: string | undefined;
  // A broker that stops refuses the connection without setting these.
  onData: (chunk: Buffer) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onClose: (error?: Error) => void = () => undefined;
  private isClosing = false;
  private isClosed = false;
  private hasAnswered = false;

  /** `socket`: the one below `webSocket`. */
  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Socket,
    { remoteAddress, serverName }: Origin,
  ) {
    this.kind = socket instanceof TLSSocket ? 'wss' : 'ws';
    this.remoteAddress = remoteAddress;
    this.serverName = serverName;
  }

  listen(): void {
    this.webSocket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary));
    // A malformed or too large frame, which `ws` answers with its close code.
    this.webSocket.on('error', (error) => this.fail(error));
    // A reset or a time-out: 'close' follows and says it.
    let failure: Error | undefined;
    this.socket.on('error', (error) => (failure = error));
    this.webSocket.on('close', () => this.closed(failure));
    this.socket.on('drain', () => this.onDrain());
    this.takeBinaryFrames();
    this.limitUnanswered();
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.isClosing) return;
    if (isBinary) this.onData(data);
    // [MQTT-6.0.0-1]
    else this.fail(new Error('A WebSocket frame is not binary'), UNSUPPORTED_DATA);
  }

  /** `ws` gets to see only what is no plain binary frame: it is the one that listens to the socket when this begins. */
  private takeBinaryFrames(): void {
    const [receiveOther] = this.socket.listeners('data') as ((this: Socket, bytes: Buffer) => void)[];
    const frames = new BinaryFrames(PLATFORM_CAPS.maxPacketBytes, {
      onPayload: (bytes) => this.receive(bytes, true),
      onOther: (bytes) => receiveOther.call(this.socket, bytes),
    });
    this.socket.off('data', receiveOther);
    this.socket.on('data', (chunk) => frames.take(chunk as Buffer));
  }

  private limitUnanswered(): void {
    let received = 0;
    const count = (chunk: Buffer) => {
      received += chunk.length;
      if (this.hasAnswered) this.socket.off('data', count);
      else if (received > MAX_UNANSWERED_BYTES) this.destroy();
    };
    this.socket.on('data', count);
  }

  get certificates(): readonly Uint8Array[] | undefined {
    return certificatesOf(this.socket);
  }

  get bufferedBytes(): number {
    return this.webSocket.bufferedAmount;
  }

  /** One frame. `ws` keeps no bytes back, so what waits, waits in the socket. */
  write(bytes: Buffer, written?: () => void): boolean {
    this.hasAnswered = true;
    // Where a write fails the connection has ended; 'close' says so.
    this.webSocket.send(bytes, { binary: true }, (error) => error ?? written?.());
    return !this.socket.writableNeedDrain;
  }

  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  end(isGoingAway = false): void {
    this.close(isGoingAway ? GOING_AWAY : NORMAL_CLOSURE);
  }

  destroy(): void {
    this.webSocket.terminate();
  }

  /** The broker is done with the connection at once; the client is told why. */
  private fail(error: Error, code?: number): void {
    this.close(code);
    this.closed(error);
  }

  private close(code?: number): void {
    if (this.isClosing) return;
    this.isClosing = true;
    const deadline = setTimeout(() => this.webSocket.terminate(), CLOSE_TIMEOUT_MS);
    this.webSocket.on('close', () => clearTimeout(deadline));
    // The client's close frame is to be seen, behind whatever it has sent before.
    this.webSocket.resume();
    this.webSocket.close(code);
  }

  private closed(error?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onClose(error);
  }
}
