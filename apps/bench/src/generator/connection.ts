import net from 'node:net';
import { Answers } from './answers.ts';
import { now } from './clock.ts';
import { framed, type Framing, FRAMINGS, type Transport } from './framing.ts';
import type { Target } from './plans.ts';
import { type PacketSink, Scanner } from './scanner.ts';
import { connectPacket, DISCONNECT_PACKET, type QoS, subscribePacket } from './templates.ts';
import { Unframer, type UnframerSink, upgradeRequest } from './unframer.ts';

/** A broker that does not close after DISCONNECT is left without its consent. */
const CLOSE_TIMEOUT_MS = 5_000;
/** Reason and return codes from here on are refusals. */
export const REFUSED = 0x80;

/** One thread handles one chunk at a time, so all its connections can use the same. */
const ANSWERS: Record<Transport, Answers> = {
  tcp: new Answers(FRAMINGS.tcp),
  websocket: new Answers(FRAMINGS.websocket),
};

/** What a connection and those around it must know of each other. */
export interface Surroundings {
  target: Target;
  /** Where this thread counts acknowledgements [0] and receipts [1], for the main thread to see. */
  progress: Int32Array;
  /** Called once, when the connection has done all of its plan, or cannot any more. */
  onDone: () => void;
}

/** A client's socket from CONNECT to DISCONNECT; there are publishers, subscribers and idlers. */
export abstract class Connection implements PacketSink, UnframerSink {
  sessionPresent = false;
  /** Why it ended before it was closed; null: it did not. */
  failure: string | null = null;
  isDone = false;
  protected readonly surroundings: Surroundings;
  /** When the chunk that is being handled was read, in microseconds of the clock. */
  protected receivedAt = 0;
  protected socket!: net.Socket;
  private readonly clientId: string;
  private readonly scanner: Scanner;
  private readonly framing: Framing;
  private readonly answers: Answers;
  /** null: nothing is framed. */
  private readonly unframer: Unframer | null;
  /** Of what is waited for: the upgrade, CONNACK, then SUBACK. */
  private reply = Promise.withResolvers<void>();
  private isClosing = false;

  constructor(clientId: string, surroundings: Surroundings) {
    this.clientId = clientId;
    this.surroundings = surroundings;
    const { protocol, transport } = surroundings.target;
    this.scanner = new Scanner(protocol, this);
    this.framing = FRAMINGS[transport];
    this.answers = ANSWERS[transport];
    this.unframer = transport === 'websocket' ? new Unframer(this) : null;
  }

  /** Resolves at CONNACK. @throws Error when the broker refuses, or closes first */
  protected async connect(clean: boolean): Promise<void> {
    const { host, port, login, protocol } = this.surroundings.target;
    this.socket = net.connect({ host, port, noDelay: true });
    this.socket.on('data', (chunk: Buffer) => this.handle(chunk));
    this.socket.on('error', (error) => (this.failure ??= error.message));
    this.socket.on('close', () => this.handleClosed());
    if (this.unframer !== null) await this.upgrade(host, port);
    await this.ask(connectPacket(protocol, { clientId: this.clientId, clean, login }));
  }

  private async upgrade(host: string, port: number): Promise<void> {
    this.socket.write(upgradeRequest(host, port));
    await this.reply.promise;
  }

  /** Resolves at SUBACK. @throws Error when the broker refuses, or closes first */
  protected async subscribe(filter: string, qos: QoS): Promise<void> {
    await this.ask(subscribePacket(this.surroundings.target.protocol, filter, qos));
  }

  /** Sends a packet and waits for the reply to it. */
  private async ask(packet: Buffer): Promise<void> {
    this.reply = Promise.withResolvers<void>();
    this.sendPacket(packet);
    await this.reply.promise;
  }

  protected sendPacket(packet: Buffer): void {
    this.socket.write(framed(this.framing, packet));
  }

  /** Leaves with DISCONNECT; resolves when the socket is closed. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.socket.closed) return;
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    const timer = setTimeout(() => this.socket.destroy(), CLOSE_TIMEOUT_MS);
    this.socket.end(framed(this.framing, DISCONNECT_PACKET));
    await closed;
    clearTimeout(timer);
  }

  protected finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.surroundings.onDone();
  }

  /** Goes out with the other answers to the chunk that is being handled. */
  protected answer(type: number, packetId: number): void {
    if (this.answers.isFull) this.socket.write(this.answers.take());
    this.answers.add(type, packetId);
  }

  /** A chunk is read to its end: the moment to send what it made room for. */
  protected abstract afterChunk(): void;
  abstract onPublish(qos: QoS, packetId: number, bytes: Buffer, payloadAt: number, end: number): void;
  abstract onAnswer(type: number, packetId: number, code: number): void;

  onConnack(sessionPresent: boolean, code: number): void {
    this.sessionPresent = sessionPresent;
    if (code === 0) this.reply.resolve();
    else this.fail(`CONNECT was refused with code ${code}`);
  }

  onSuback(code: number): void {
    if (code < REFUSED) this.reply.resolve();
    else this.fail(`SUBSCRIBE was refused with code ${code}`);
  }

  onPingResponse(): void {
    this.fail('The broker sent a PINGRESP that nobody asked for');
  }

  onUpgraded(): void {
    this.reply.resolve();
  }

  onBytes(bytes: Buffer): void {
    this.scanner.scan(bytes);
  }

  onCloseFrame(): void {
    this.socket.destroy();
  }

  onDisconnect(code: number): void {
    this.fail(`The broker disconnected with code ${code}`);
  }

  private handle(chunk: Buffer): void {
    this.receivedAt = now();
    try {
      if (this.unframer === null) this.scanner.scan(chunk);
      else this.unframer.scan(chunk);
    } catch (error) {
      this.fail((error as Error).message);
    }
    if (!this.answers.isEmpty) this.socket.write(this.answers.take());
    this.afterChunk();
  }

  protected fail(reason: string): void {
    this.failure ??= reason;
    this.socket.destroy();
  }

  private handleClosed(): void {
    if (this.isClosing) return;
    this.failure ??= 'The broker closed the connection';
    this.reply.reject(new Error(`${this.clientId}: ${this.failure}`));
    this.finish();
  }
}
