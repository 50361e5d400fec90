import net from 'node:net';

/**
 * Stands between a store and PostgreSQL, and cuts the connection over which the next COMMIT goes: before PostgreSQL
 * gets it, or when PostgreSQL has answered and the answer is not passed on.
 */
export class CuttingProxy {
  private cut: 'before' | 'after' | null = null;
  private readonly server: net.Server;

  private constructor(private readonly target: URL) {
    this.server = net.createServer((socket) => this.connect(socket));
  }

  static async start(databaseUrl: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(databaseUrl));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as net.AddressInfo).port);
    return url.href;
  }

  cutNextCommit(when: 'before' | 'after'): void {
    this.cut = when;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connect(client: net.Socket): void {
    const upstream = net.connect(Number(this.target.port), this.target.hostname);
    const close = () => {
      client.destroy();
      upstream.destroy();
    };
    let isCommitting = false;
    client.on('data', (chunk) => {
      if (this.cut !== null && chunk.includes('COMMIT\0')) {
        isCommitting = true;
        if (this.cut === 'before') {
          this.cut = null;
          return close();
        }
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      // "C" and the command tag: the transaction is over.
      if (this.cut === 'after' && isCommitting && chunk.includes('COMMIT\0')) {
        this.cut = null;
        return close();
      }
      client.write(chunk);
    });
    for (const socket of [client, upstream]) socket.on('close', close).on('error', close);
  }
}
