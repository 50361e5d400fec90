import net from 'node:net';
import type { Duplex } from 'node:stream';
import { within } from '../harness/eventually.ts';
import { packet } from './bytes.ts';
import { ReceivedPacket } from './received-packet.ts';

export const PINGREQ = packet('c0');
const PINGRESP = 13;

/** The other end of a connection to the broker: it sends the bytes of the test, and takes apart what comes. */
export class Peer {
  private unread = Buffer.alloc(0);
  private readonly received: ReceivedPacket[] = [];
  private onNews: () => void = () => undefined;
  private hasEnded = false;

  private constructor(private readonly socket: Duplex) {
    socket.on('data', (chunk) => this.take(chunk));
    // The broker may reset a connection that it refuses; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.hasEnded = true;
      this.onNews();
    });
  }

  static async open(port: number): Promise<Peer> {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    const peer = new Peer(socket);
    await within('a TCP connection', new Promise<void>((resolve) => socket.once('connect', resolve)));
    return peer;
  }

  /** The bytes of an open stream, such as the messages of a WebSocket. */
  static over(stream: Duplex): Peer {
    return new Peer(stream);
  }

  private take(chunk: Buffer): void {
    this.unread = Buffer.concat([this.unread, chunk]);
    for (;;) {
      const size = packetSize(this.unread);
      if (size === undefined || size.total > this.unread.length) break;
      const body = this.unread.subarray(size.header, size.total);
      this.received.push(new ReceivedPacket(this.unread[0], body));
      this.unread = this.unread.subarray(size.total);
    }
    this.onNews();
  }

  /** All in one write. */
  send(...packets: Buffer[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** No more is read from the socket until `resumeReading`. */
  stopReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  /** The next packet; null: the broker closed the connection. @throws Error when neither comes */
  next(timeoutMs?: number): Promise<ReceivedPacket | null> {
    return within('a packet, or the end of the connection', this.news(), timeoutMs);
  }

  private async news(): Promise<ReceivedPacket | null> {
    while (this.received.length === 0) {
      if (this.hasEnded) return null;
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
    return this.received.shift()!;
  }

  /** The next packet, which must be of this type (section 2.1.2: 2 is CONNACK). @throws Error when it is not */
  async receive(type: number, timeoutMs?: number): Promise<ReceivedPacket> {
    const next = await this.next(timeoutMs);
    if (next?.type !== type) throw new Error(`Not packet type ${type} but ${next?.hex ?? 'the end'}`);
    return next;
  }

  /** What came besides PINGRESP until the broker answered a PINGREQ sent now: shows that nothing else was on its way. */
  async takeUntilPingAnswer(): Promise<ReceivedPacket[]> {
    this.send(PINGREQ);
    const before: ReceivedPacket[] = [];
    for (;;) {
      const next = await this.next();
      if (next === null) throw new Error('The connection ended where PINGRESP was awaited');
      if (next.type === PINGRESP) return before;
      before.push(next);
    }
  }

  /** Resolves to what came before the connection's end. @throws Error when it does not end */
  async untilClosed(timeoutMs?: number): Promise<ReceivedPacket[]> {
    const before: ReceivedPacket[] = [];
    for (let next = await this.next(timeoutMs); next !== null; next = await this.next(timeoutMs)) {
      before.push(next);
    }
    return before;
  }

  /** Ends the connection without DISCONNECT, and waits until it has ended. */
  async drop(): Promise<void> {
    this.socket.destroy();
    await this.untilClosed();
  }
}

function packetSize(data: Buffer): { header: number; total: number } | undefined {
  let length = 0;
  for (let index = 1; index < Math.min(data.length, 5); index++) {
    length += (data[index] & 0x7f) * 128 ** (index - 1);
    if (data[index] < 128) return { header: index + 1, total: index + 1 + length };
  }
  return undefined;
}
