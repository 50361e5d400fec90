/**
 * Stands between the dashboard and the server, and tells of as many live sessions as one likes: the list of a tenant's
 * sessions and the subscription to them are made up here, by the server's own protocols; all else is the server's.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { HOST } from '../brokers/listening.ts';

/** As the server does: so many in one piece, told about once a second. */
const BATCH = 1_000;
const EVERY_MS = 1_000;
const MOST_QUEUED = 1_000;
/** Of ten, one is offline. */
const OFFLINE_EVERY = 10;
const SUSPECT_EVERY = 50;
const LIST = /^\/api\/v1\/tenants\/[^/]+\/sessions$/;

interface Asked {
  type: string;
  id?: string;
  payload?: { query?: string };
}

export class SessionsFeed {
  private readonly server = http.createServer((request, response) => this.answer(request, response));
  private readonly sockets = new WebSocketServer({ server: this.server, path: '/graphql' });
  private readonly startedAt = Date.now();
  private readonly serverUrl: URL;
  private readonly count: number;
  /** Raised with every second: the queues of all are as deep as it says. */
  private turn = 0;

  /** @param serverUrl the control plane's @param count sessions */
  constructor(serverUrl: string, count: number) {
    this.serverUrl = new URL(serverUrl);
    this.count = count;
    this.sockets.on('connection', (socket) => this.serve(socket));
  }

  /** @returns its address, in the place of the server's */
  async listen(): Promise<string> {
    this.server.listen(0, HOST);
    await once(this.server, 'listening');
    return `http://${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, this.serverUrl);
    if (request.method === 'GET' && LIST.test(pathname)) {
      const [after, limit] = [Number(searchParams.get('after')), Number(searchParams.get('limit') ?? 50)];
      const end = Math.min(this.count, after + limit);
      const page = { items: this.sessions(after, end), next: end < this.count ? String(end) : null };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(page));
      return;
    }
    const { method, headers } = request;
    const passed = http.request(new URL(request.url!, this.serverUrl), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', (error) => response.destroy(error));
    request.pipe(passed);
  }

  /** graphql-transport-ws, as far as one subscription needs it. Other subscriptions stay without a word. */
  private serve(socket: WebSocket): void {
    const say = (message: object) => socket.send(JSON.stringify(message));
    let timer: NodeJS.Timeout | undefined;
    socket.on('close', () => clearInterval(timer));
    socket.on('message', (data: Buffer) => {
      const { type, id, payload } = JSON.parse(data.toString()) as Asked;
      if (type === 'connection_init') say({ type: 'connection_ack' });
      if (type === 'ping') say({ type: 'pong' });
      if (type !== 'subscribe' || !/\bsessions\s*\(\s*tenant/.test(payload?.query ?? '')) return;
      const tell = (isReset: boolean) => {
        for (let start = 0; start < this.count; start += BATCH) {
          const end = Math.min(this.count, start + BATCH);
          const piece = { sessions: this.sessions(start, end), gone: [], isTruncated: false };
          const sessions = { ...piece, isReset: isReset && start === 0, isComplete: end === this.count };
          say({ type: 'next', id, payload: { data: { sessions } } });
        }
      };
      tell(true);
      timer = setInterval(() => {
        // As the server: who is slow is told the newest when there is room.
        if (socket.bufferedAmount > 0) return;
        this.turn += 1;
        tell(false);
      }, EVERY_MS);
    });
  }

  private sessions(start: number, end: number): object[] {
    return Array.from({ length: end - start }, (_, index) => this.session(start + index));
  }

  private session(number: number): object {
    const isOffline = number % OFFLINE_EVERY === 0;
    const since = new Date(this.startedAt - number * 1_000).toISOString();
    const queuedMessages = (number * 7 + this.turn * (1 + (number % 13))) % MOST_QUEUED;
    return {
      clientId: `sensor-${String(number).padStart(6, '0')}`,
      state: isOffline ? 'offline' : 'online',
      username: `device-${number % 20}`,
      protocolVersion: 5,
      remoteAddress: isOffline
        ? null
        : `10.0.${(number >> 8) & 255}.${number & 255}:${40_000 + (number % 20_000)}`,
      connectedAt: isOffline ? null : since,
      disconnectedAt: isOffline ? since : null,
      expiresAt: isOffline ? new Date(this.startedAt + 86_400_000).toISOString() : null,
      sessionExpirySeconds: 86_400,
      queuedMessages,
      queuedBytes: queuedMessages * 64,
      maxQueuedMessages: MOST_QUEUED,
      inflightMessages: queuedMessages % 20,
      droppedMessages: number % 3,
      isOrphanSuspect: number % SUSPECT_EVERY === 0,
    };
  }
}
