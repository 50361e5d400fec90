import { type Packet, PacketDecoder, type ProtocolVersion } from '@restante/mqtt-codec';
import type { Transport } from '../ports.ts';
import type { Turn } from './turn.ts';

/** Largest CONNECT taken before anything is known of the client: five fields of 64 KiB each, and its properties. */
const MAX_CONNECT_BYTES = 384 * 1024;

/** Why a client is not read from. Bits: there may be several reasons. */
export const Pause = {
  /** Its login is under way. */
  login: 1,
  /** Too many of its publishes are unanswered. */
  window: 2,
  /** Too much waits to be committed. */
  journal: 4,
  /** A client that it publishes to is congested. */
  consumer: 8,
  /** It has had its share of this turn. */
  share: 16,
  /** Its tenant has published more than its quota. */
  quota: 32,
  /** The server is about to end. */
  stop: 64,
} as const;

/** What a client sends: taken in packet after packet, as far and as fast as there is no reason to wait. */
export class Intake {
  private readonly decoder = new PacketDecoder({ maximumPacketSize: MAX_CONNECT_BYTES });
  /** Reasons not to read on. */
  private pauses = 0;
  private isReading = false;
  private isTransportPaused = false;
  private isClosed = false;
  private turnNumber = -1;
  /** What it has caused in this turn, in messages taken in and sent on. */
  private spent = 0;

  /**
   * @param handle is called for each packet
   * @param fail is called with what it throws, or what is wrong with the bytes
   */
  constructor(
    private readonly transport: Transport,
    private readonly turn: Turn,
    private readonly handle: (packet: Packet) => void,
    private readonly fail: (error: unknown) => void,
  ) {}

  /** What the client said of its version, even if its CONNECT is refused for something else. */
  get protocolVersion(): ProtocolVersion | undefined {
    return this.decoder.protocolVersion;
  }

  /** The same, of the packets it takes. */
  get clientMaximumPacketSize(): number | undefined {
    return this.decoder.clientMaximumPacketSize;
  }

  /** The client is not read from: that it is silent says nothing. */
  get isPaused(): boolean {
    return this.isTransportPaused;
  }

  isPausedFor(reason: number): boolean {
    return (this.pauses & reason) !== 0;
  }

  /** The largest packet this client may send, in bytes. */
  limitPackets(maximumPacketSize: number): void {
    this.decoder.maximumPacketSize = maximumPacketSize;
  }

  receive(chunk: Buffer): void {
    this.decoder.push(chunk);
    this.read();
  }

  /** @param reason of {@link Pause} */
  pause(reason: number): void {
    this.pauses |= reason;
    if (this.isTransportPaused || this.isClosed) return;
    this.isTransportPaused = true;
    this.transport.pause();
  }

  /** @returns false when the client was not waiting for that, or still is for something else */
  resume(reason: number): boolean {
    if ((this.pauses & reason) === 0) return false;
    this.pauses &= ~reason;
    if (this.pauses !== 0 || this.isClosed) return false;
    this.read();
    if (this.pauses !== 0 || !this.isTransportPaused) return true;
    this.isTransportPaused = false;
    this.transport.resume();
    return true;
  }

  /** A new turn has begun: there is a new share. */
  readOn(): void {
    this.resume(Pause.share);
  }

  /** What is being handled has led to so many messages for others. */
  spend(messages: number): void {
    this.spent += messages;
  }

  private read(): void {
    if (this.isReading) return;
    this.isReading = true;
    const share = this.turn.share();
    if (this.turnNumber !== this.turn.number) {
      this.turnNumber = this.turn.number;
      this.spent = 0;
    }
    try {
      while (this.pauses === 0 && !this.isClosed) {
        if (this.spent >= share) {
          this.pause(Pause.share);
          this.turn.readLater(this);
          return;
        }
        const packet = this.decoder.next();
        if (packet === null) return;
        this.spent++;
        this.handle(packet);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.isReading = false;
    }
  }

  /** Nothing more is taken in. */
  close(): void {
    this.isClosed = true;
    this.decoder.discard();
  }
}
