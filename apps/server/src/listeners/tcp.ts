import type { Broker, Logger } from '@restante/broker';
import net from 'node:net';
import { listen } from './listen.ts';
import { type Origin, originOf } from './origin.ts';
import { parseProxyHeader } from './proxy-protocol.ts';
import { acceptSocket } from './socket-transport.ts';

/** How long a load balancer is given for its header. */
const PROXY_HEADER_TIMEOUT_MS = 10_000;

export interface TcpOptions {
  /** Every connection begins with a header of the PROXY protocol; one without is closed. */
  proxyProtocol: boolean;
  log: Logger;
}

/** A TCP listener that hands its connections to the broker. */
export class TcpListener {
  protected readonly server: net.Server;

  constructor(
    protected readonly broker: Broker,
    private readonly options: TcpOptions,
  ) {
    this.server = net.createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
      (socket) => this.receive(socket),
    );
  }

  /** @returns the port in use */
  listen(host: string, port: number): Promise<number> {
    return listen(this.server, host, port);
  }

  private receive(socket: net.Socket): void {
    if (this.options.proxyProtocol) this.readProxyHeader(socket);
    else this.accept(socket, originOf(socket));
  }

  /** Connections over TLS have more to do first. */
  protected accept(socket: net.Socket, origin: Origin): void {
    acceptSocket(this.broker, socket, origin);
  }

  private readProxyHeader(socket: net.Socket): void {
    let received = Buffer.alloc(0);
    const deadline = setTimeout(() => socket.destroy(), PROXY_HEADER_TIMEOUT_MS);
    const take = () => {
      received = Buffer.concat([received, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
      const header = this.parse(received, socket);
      if (header === null) return;
      clearTimeout(deadline);
      socket.off('readable', take);
      // The client's own bytes: whoever reads the socket next begins with them.
      if (received.length > header.length) socket.unshift(received.subarray(header.length));
      const { remoteAddress = originOf(socket).remoteAddress, serverName } = header.origin;
      this.accept(socket, { remoteAddress, serverName });
    };
    socket.on('readable', take);
    // A reset; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => clearTimeout(deadline));
  }

  /** null: there is no header (yet). */
  private parse(received: Buffer, socket: net.Socket) {
    try {
      return parseProxyHeader(received);
    } catch (error) {
      const { remoteAddress } = originOf(socket);
      this.options.log.info({ remoteAddress }, (error as Error).message);
      socket.destroy();
      return null;
    }
  }

  /** Takes no more connections; those that are there stay. */
  close(): void {
    this.server.close();
  }
}
