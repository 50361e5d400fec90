import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Caller, Carried } from '../access.ts';
import type { SubscriptionContext } from './subscription-context.ts';

/** Nobody answers for so long: the other end is gone, or does not read what it is sent. */
const KEEP_ALIVE_MS = 12_000;
const MAX_MESSAGES_A_SECOND = 100;
/** More than what all its subscriptions can have waiting: answers to pings of somebody who does not read. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
const SECOND_MS = 1_000;
const TOO_MUCH = 4_429;
const INTERNAL_ERROR = 1_011;

/**
 * A WebSocket below the protocol. Of each subscription one answer at a time is on its way: the next one is made when the
 * operating system has taken it, so that who reads slowly gets fewer of them, and nothing heaps up here.
 */
export class SubscriptionSocket {
  /** null: not known yet. */
  caller: Caller | null = null;
  context: SubscriptionContext | null = null;
  private second = 0;
  private inSecond = 0;
  private isAlive = true;

  /** @param carried by which the caller is known: the headers of the upgrade, and an API key when one comes */
  constructor(
    private readonly webSocket: WebSocket,
    readonly carried: Carried,
    private readonly onFault: (error: Error) => void,
  ) {}

  admit(caller: Caller, context: SubscriptionContext): void {
    this.caller = caller;
    this.context = context;
  }

  /** @param open begins the protocol; what it returns is told the end */
  serve(open: (socket: ProtocolSocket) => (code: number, reason: string) => Promise<void>): void {
    const { webSocket } = this;
    const closed = open({
      protocol: webSocket.protocol,
      send: (data) => this.send(data),
      close: (code, reason) => webSocket.close(code, reason),
      onMessage: (handle) => webSocket.on('message', (data: Buffer) => this.receive(data, handle)),
    });
    // Of a frame that breaks the rules, or a connection that broke: it is closed after that.
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('pong', () => (this.isAlive = true));
    const keepAlive = setInterval(() => this.checkAlive(), KEEP_ALIVE_MS);
    webSocket.once('close', (code, reason) => {
      clearInterval(keepAlive);
      void closed(code, reason.toString());
    });
  }

  private receive(data: Buffer, handle: (data: string) => Promise<void>): void {
    const second = Math.floor(performance.now() / SECOND_MS);
    if (second !== this.second) this.inSecond = 0;
    this.second = second;
    if (++this.inSecond > MAX_MESSAGES_A_SECOND) return this.webSocket.close(TOO_MUCH, 'Too many messages');
    handle(data.toString()).catch((error: Error) => {
      this.onFault(error);
      this.webSocket.close(INTERNAL_ERROR, 'The server failed');
    });
  }

  /** Resolves when it is on its way, or will never be. */
  private send(data: string): Promise<void> {
    const { webSocket } = this;
    if (webSocket.readyState !== webSocket.OPEN) return Promise.resolve();
    if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) {
      webSocket.terminate();
      return Promise.resolve();
    }
    return new Promise((resolve) => webSocket.send(data, () => resolve()));
  }

  private checkAlive(): void {
    if (!this.isAlive) return this.webSocket.terminate();
    this.isAlive = false;
    this.webSocket.ping();
  }

  close(code: number, reason: string): void {
    this.webSocket.close(code, reason);
  }

  /** Closes, and resolves when it is closed: at the latest after `timeoutMs`. */
  async end(code: number, timeoutMs: number): Promise<void> {
    const { webSocket } = this;
    if (webSocket.readyState === webSocket.CLOSED) return;
    const closed = new Promise((resolve) => webSocket.once('close', resolve));
    const deadline = setTimeout(() => webSocket.terminate(), timeoutMs);
    webSocket.close(code);
    await closed;
    clearTimeout(deadline);
  }
}
