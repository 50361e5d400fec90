import proxyAddress from '@fastify/proxy-addr';
import type { Logger } from '@restante/broker';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Caller, Callers, Carried } from '../access.ts';
import { DomainError, toProblem } from '../errors.ts';
import type { LiveService } from '../live/live.service.ts';
import { TriesAMinute } from '../people/tries-a-minute.ts';
import { knownProblem } from '../problem.filter.ts';
import { refuseUpgrade } from '../../listeners/refuse-upgrade.ts';
import { SubscriptionContext } from './subscription-context.ts';
import { readSubscription } from './subscription-request.ts';
import { SubscriptionSocket } from './subscription-socket.ts';
import { toGraphqlError } from './graphql-error.ts';

const MAX_SOCKETS = 1_000;
const MAX_SOCKETS_A_CALLER = 50;
const MAX_SUBSCRIPTIONS_A_SOCKET = 20;
const MAX_MESSAGE_BYTES = 64 * 1024;
const INIT_TIMEOUT_MS = 5_000;
/** How long a change of what a caller may do can go unnoticed, and a bit. */
const ASK_AGAIN_MS = 1_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** 4401: the protocol's "Unauthorized", after which its clients do not try again by themselves. */
const UNAUTHORIZED = 4_401;
const FORBIDDEN = 4_403;
const TOO_MANY = 4_429;
const GOING_AWAY = 1_001;

export interface SocketOptions {
  log: Logger;
  /** From one address. */
  requestsAMinute: number;
  trustedProxies: string[];
}

/** Subscriptions over WebSockets: the protocol graphql-transport-ws, for the HTTP servers' upgrades at `/graphql`. */
export class SubscriptionSockets {
  private readonly webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  private readonly server: Server<SubscriptionSocket>;
  private readonly sockets = new Set<SubscriptionSocket>();
  private readonly upgrades: TriesAMinute;
  private asking: NodeJS.Timeout | null = null;
  private isClosing = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly callers: Callers,
    private readonly live: LiveService,
    private readonly options: SocketOptions,
  ) {
    this.upgrades = new TriesAMinute(options.requestsAMinute);
    this.server = makeServer<Record<string, unknown>, SubscriptionSocket>({
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      onConnect: ({ extra, connectionParams }) => this.admit(extra, connectionParams),
      onSubscribe: ({ extra, subscriptions }, _id, payload) => {
        if (Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS_A_SOCKET) return [tooMany()];
        const request = readSubscription(this.schema, payload);
        return 'schema' in request ? { ...request, contextValue: extra.context } : [...request];
      },
    });
  }

  /** Takes an upgrade of an HTTP server over. `head`: bytes that came right behind it. */
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ip = proxyAddress(request, this.options.trustedProxies);
    if (this.isClosing || this.sockets.size >= MAX_SOCKETS) return refuseUpgrade(stream, 503);
    if (!this.upgrades.take(ip)) return refuseUpgrade(stream, 429);
    this.webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      const { headers } = request;
      // A page of any site may open a WebSocket, with the cookies of this one: it counts as a change would.
      const carried = { method: 'WEBSOCKET', headers: { ...headers }, ip };
      const socket = new SubscriptionSocket(webSocket, carried, this.onFault);
      this.sockets.add(socket);
      webSocket.once('close', () => this.sockets.delete(socket));
      socket.serve((protocol) => this.server.opened(protocol, socket));
      this.keepAsking();
    });
  }

  /** Who sends an API key sends it with the first message; who has logged in, the cookie with the upgrade. */
  private async admit(
    socket: SubscriptionSocket,
    params: Record<string, unknown> | undefined,
  ): Promise<boolean> {
    const authorization = params?.authorization;
    if (typeof authorization === 'string') socket.carried.headers.authorization = authorization;
    const caller = await this.known(socket.carried);
    if (caller === null) socket.close(UNAUTHORIZED, 'Send an API key, or log in');
    else if (caller === 'foreign') socket.close(FORBIDDEN, 'The request comes from another site');
    else if (this.countOf(caller) >= MAX_SOCKETS_A_CALLER) socket.close(TOO_MANY, 'Too many sockets');
    else {
      socket.admit(caller, new SubscriptionContext(this.live, caller, this.onFault));
      return true;
    }
    return false;
  }

  private async known(carried: Carried): Promise<Caller | 'foreign' | null> {
    try {
      return await this.callers.of(carried);
    } catch (error) {
      if (knownProblem(error)?.code === 'foreign-origin') return 'foreign';
      throw error;
    }
  }

  private countOf(caller: Caller): number {
    const name = nameOf(caller);
    return [...this.sockets].filter((socket) => socket.caller && nameOf(socket.caller) === name).length;
  }

  private keepAsking(): void {
    this.asking ??= setTimeout(() => {
      void this.askAgain().finally(() => {
        this.asking = null;
        if (this.sockets.size > 0 && !this.isClosing) this.keepAsking();
      });
    }, ASK_AGAIN_MS);
  }

  /** Whoever is not known any more is closed, and what they may not see any more ends: one after the other. */
  private async askAgain(): Promise<void> {
    const known = new Map<string, Caller | 'foreign' | null>();
    for (const socket of this.sockets) {
      if (socket.caller === null) continue;
      try {
        const key = keyOf(socket.carried);
        if (!known.has(key)) known.set(key, await this.known(socket.carried));
        const caller = known.get(key)!;
        if (caller === null || caller === 'foreign') socket.close(UNAUTHORIZED, 'No longer known');
        else await socket.context!.askAgain(caller);
      } catch (error) {
        this.onFault(error as Error);
      }
    }
  }

  /** Tells all that the server goes, and waits for them a moment. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.asking !== null) clearTimeout(this.asking);
    await Promise.all([...this.sockets].map((socket) => socket.end(GOING_AWAY, CLOSE_TIMEOUT_MS)));
  }

  private readonly onFault = (error: Error): void => {
    if (knownProblem(error) !== null) return;
    this.options.log.error({ error: error.stack }, 'A subscription failed');
  };
}

/** The same for all sockets of one caller. */
function nameOf({ kind, id }: Caller): string {
  return `${kind} ${id}`;
}

function keyOf({ headers: { authorization, cookie, origin } }: Carried): string {
  return JSON.stringify([authorization, cookie, origin]);
}

function tooMany(): GraphQLError {
  const detail = `A socket may have ${MAX_SUBSCRIPTIONS_A_SOCKET} subscriptions`;
  return toGraphqlError(toProblem(new DomainError('too-many-subscriptions', detail)));
}
