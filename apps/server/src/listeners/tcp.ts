import { type Broker, type Transport } from '@restante/broker';
import net from 'node:net';

/** A TCP listener that hands its connections to the broker. */
export class TcpListener {
  private readonly server: net.Server;

  constructor(broker: Broker) {
    this.server = net.createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
      (socket) => {
        const transport = new SocketTransport(socket);
        broker.accept(transport);
        transport.listen();
      },
    );
  }

  /** @returns the port in use */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port, backlog: 4_096 }, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as net.AddressInfo).port);
      });
    });
  }

  /** Takes no more connections; those that are there stay. */
  close(): void {
    this.server.close();
  }
}

/** A socket as the broker sees it. */
class SocketTransport implements Transport {
  readonly remoteAddress: string;
  onData!: (chunk: Buffer) => void;
  onDrain!: () => void;
  onClose!: (error?: Error) => void;

  constructor(private readonly socket: net.Socket) {
    this.remoteAddress = `${socket.remoteAddress}:${socket.remotePort}`;
  }

  listen(): void {
    let failure: Error | undefined;
    this.socket.on('data', (chunk) => this.onData(chunk as Buffer));
    this.socket.on('drain', () => this.onDrain());
    // A reset or a time-out: 'close' follows and says it.
    this.socket.on('error', (error) => (failure = error));
    this.socket.on('close', () => this.onClose(failure));
  }

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  write(bytes: Buffer): boolean {
    return this.socket.write(bytes);
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
    this.socket.setTimeout(5_000, () => this.socket.destroy());
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
