import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A request that came, with its body as it was parsed. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into whatever came
  body: any;
}

/** What a receiver answers: a status, or nothing for as long as the promise takes. */
export type Answering = (request: Received) => number | Promise<number>;

/** Receives webhooks on this machine. Every request is kept until a test takes it. */
export class WebhookReceiver {
  private readonly received: Received[] = [];
  private onNews: () => void = () => undefined;
  /** Requests that came, ever. */
  count = 0;
  /** Of one request: where it is redirected to. */
  location: string | null = null;

  private constructor(
    private readonly server: Server,
    public answer: Answering,
  ) {}

  static async start(answer: Answering = () => 204): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server, answer);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const headers = request.headers as Record<string, string>;
        const received = { path: request.url!, headers, text, body: JSON.parse(text) as unknown };
        receiver.take(received);
        if (receiver.location !== null) response.setHeader('location', receiver.location);
        void Promise.resolve(receiver.answer(received)).then((status) => response.writeHead(status).end());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  private take(received: Received): void {
    this.count++;
    this.received.push(received);
    this.onNews();
  }

  /** The next request, of a kind of event if one is named; those that came before it are left. */
  async next(type?: string): Promise<Received> {
    for (;;) {
      const index = this.received.findIndex(({ body }) => type === undefined || body.type === type);
      if (index >= 0) return this.received.splice(index, 1)[0];
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
  }

  /** Requests that nobody has taken. */
  get left(): readonly Received[] {
    return this.received;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The body, as the library of the specification gives it to who has the secret. @throws Error on a wrong signature */
export function verified(secret: string, { headers, text }: Received): unknown {
  return new Webhook(secret).verify(text, headers);
}
