import net from 'node:net';

/** Leads to a database, and lets nothing through in the first moments of a connection. */
export class DelayingProxy {
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();

  private constructor(target: number, delayMs: number) {
    this.server = net.createServer((client) => {
      const timer = setTimeout(() => this.join(client, net.connect(target, '127.0.0.1')), delayMs);
      this.keep(client).on('close', () => clearTimeout(timer));
    });
  }

  /** @param target port on the loopback */
  static async start(target: number, delayMs: number): Promise<DelayingProxy> {
    const proxy = new DelayingProxy(target, delayMs);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as net.AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(client: net.Socket, upstream: net.Socket): void {
    this.keep(upstream).on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  }

  private keep(socket: net.Socket): net.Socket {
    this.sockets.add(socket);
    // 'close' follows.
    return socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
  }
}
