import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { limitHandshakes } from './handshakes.ts';
import { listen } from './listen.ts';
import { ASKING } from './peer-certificates.ts';
import type { TlsCertificate } from './tls-certificate.ts';
import { refuseRequest } from './refuse-request.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** How long requests that are being answered are waited for at the end. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Takes over what asks to become a WebSocket. `head`: bytes that came right behind the request. */
export interface Upgradable {
  handleUpgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** An HTTP or HTTPS server in front of the control plane, and of WebSockets: MQTT's and the control plane's. */
export class HttpListener {
  private readonly server: http.Server;
  private readonly answering = new Set<http.ServerResponse>();

  /**
   * @param webSockets by their path
   * @param certificate null: HTTP without TLS
   * @param asks for clients' certificates: browsers then ask their users which of those they have they want to show
   */
  constructor(
    handle: RequestListener,
    webSockets: ReadonlyMap<string, Upgradable>,
    certificate: TlsCertificate | null,
    asks = false,
  ) {
    this.server = certificate === null ? http.createServer(OPTIONS) : createHttps(certificate, asks);
    this.server.on('request', (request, response) => {
      this.answering.add(response);
      response.on('close', () => this.answering.delete(response));
      handle(request, response);
    });
    this.server.on('clientError', (error, socket) => {
      const isAnswering = [...this.answering].some((response) => response.socket === socket);
      if (isAnswering) socket.destroy();
      else refuseRequest(error, socket);
    });
    this.server.on('upgrade', (request, socket, head) => {
      const target = webSockets.get(request.url?.split('?')[0] ?? '');
      if (target === undefined) refuseUpgrade(socket, 404);
      else target.handleUpgrade(request, socket, head);
    });
  }

  /** @returns the port in use */
  listen(host: string, port: number): Promise<number> {
    return listen(this.server, host, port);
  }

  /** Waits for the answers that are under way, and ends what takes too long. */
  async settle(): Promise<void> {
    const deadline = setTimeout(() => this.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await Promise.all(
      [...this.answering].map((response) => new Promise((resolve) => response.once('close', resolve))),
    );
    clearTimeout(deadline);
  }

  /** Takes no more connections, and waits for the answers that are under way. WebSockets stay. */
  async close(): Promise<void> {
    this.server.close();
    await this.settle();
    this.server.closeAllConnections();
  }
}

const OPTIONS: http.ServerOptions = {
  // Longer than what load balancers keep idle connections for, so that it is not this side that ends them.
  keepAliveTimeout: 72_000,
  // Other upgrades (Java's client asks every server for HTTP/2) are declined, which is to answer the request itself.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
};

function createHttps(certificate: TlsCertificate, asks: boolean): https.Server {
  const server = https.createServer({ ...OPTIONS, ...certificate.options, ...(asks ? ASKING : {}) });
  certificate.keepNew(server);
  limitHandshakes(server);
  return server;
}
