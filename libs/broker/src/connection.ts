import {
  ConnectReturnCode,
  encodeWithin,
  mayCarry,
  MqttError,
  type OutgoingPublish,
  type Packet,
  PacketDecoder,
  PacketType,
  type Properties,
  type ProtocolVersion,
  publishLength,
  type QoS,
  ReasonCode,
  writeAcknowledgement,
  writePublish,
} from '@restante/mqtt-codec';
import { type Authentication } from './authentication-exchange.ts';
import { type Identity } from './authentication.ts';
import { type Engine } from './engine.ts';
import { handlePacket } from './handlers/handle-packet.ts';
import { CONGESTED_BYTES, CONNECT_TIMEOUT_MS, MAX_OUTGOING_BYTES, STALL_MS } from './limits.ts';
import { type Message } from './message.ts';
import { returnCodeOf } from './return-codes.ts';
import { type OutgoingAliases } from './outgoing-aliases.ts';
import { OutgoingBuffer } from './outgoing-buffer.ts';
import { type Transport } from './ports.ts';
import { type Session } from './session.ts';

/** Largest CONNECT taken before anything is known of the client: five fields of 64 KiB each, and its properties. */
const MAX_CONNECT_BYTES = 384 * 1024;

/** What of a delivery goes into a PUBLISH packet. */
export interface OutgoingDelivery {
  message: Message | null;
  packetIdentifier: number;
  retain: boolean;
  subscriptionIdentifiers: number[] | undefined;
}

/**
 * One client's network connection: lives as long as the socket.
 *
 * `awaiting-connect` -> `connecting` (login, session; nothing else is parsed) -> `connected` -> `closed`
 *
 * With enhanced authentication `connecting` <-> `authenticating` (a challenge is out, only AUTH may come).
 */
export class Connection {
  state: 'awaiting-connect' | 'connecting' | 'authenticating' | 'connected' | 'closed' = 'awaiting-connect';
  protocolVersion: ProtocolVersion = 4;
  identity: Identity | null = null;
  session: Session | null = null;
  /** Enhanced authentication, when CONNECT asked for it. */
  authentication: Authentication | null = null;
  /** QoS 1 and 2 messages the client lets us have in flight, policy included. */
  sendWindow = 0;
  /** Publishes with QoS > 0 we let the client have unanswered. */
  receiveMaximum = 1;
  /** Seconds; 0: none. */
  keepAliveSeconds = 0;
  /** Largest packet the client takes. */
  maximumPacketSize = Number.MAX_SAFE_INTEGER;
  /** The client wants reason strings and user properties [MQTT-3.1.2-29]. */
  wantsProblemInformation = true;
  /** Topic aliases set by this server; null: the client takes none. */
  outgoingAliases: OutgoingAliases | null = null;
  /** Topic aliases set by the client (MQTT 5.0 section 3.3.2.3.4). */
  readonly topicAliases = new Map<number, string>();
  /** Its session was there before it: what the client sends first may end exchanges of an earlier connection. */
  hasResumed = false;
  /** Deliveries wait until this is 0: a CONNACK or SUBACK must go first. */
  holds = 0;
  /** QoS 1 and 2 publishes read and not yet answered (5.0: QoS 2 until PUBCOMP). */
  unanswered = 0;

  private readonly decoder = new PacketDecoder({ maximumPacketSize: MAX_CONNECT_BYTES });
  private readonly outgoing = new OutgoingBuffer();
  private readonly openedAt: number;
  private lastReceivedAt: number;
  private isFlushing = false;
  private isReading = false;
  /** Reasons not to read on: the client waits, for what is on its way to the store or for its login. */
  private readonly pauses = new Set<PauseReason>();
  private isPaused = false;
  /** Publishers that wait until this client has drained. */
  private readonly blocked = new Set<Connection>();
  private congestedSince = 0;
  private hasStalled = false;

  constructor(
    readonly engine: Engine,
    private readonly transport: Transport,
    private readonly onClosed: (connection: Connection, error: Error | undefined) => void,
  ) {
    this.openedAt = engine.now();
    this.lastReceivedAt = this.openedAt;
    transport.onData = (chunk) => this.receive(chunk);
    transport.onDrain = () => this.drained();
    transport.onClose = (error) => this.closed(error);
  }

  get remoteAddress(): string {
    return this.transport.remoteAddress;
  }

  get serverName(): string | undefined {
    return this.transport.serverName;
  }

  get isOpen(): boolean {
    return this.state === 'connected';
  }

  /** So much waits to be sent that the client gets no more for now. */
  get isCongested(): boolean {
    return this.waitingBytes > CONGESTED_BYTES;
  }

  /** It has been congested for so long, or so badly, that others should not wait for it. */
  get isStalled(): boolean {
    return this.hasStalled || this.waitingBytes > MAX_OUTGOING_BYTES;
  }

  private get waitingBytes(): number {
    return this.outgoing.length + this.transport.bufferedBytes;
  }

  mayReceive(topic: string): boolean {
    return this.identity?.authorize?.('subscribe', topic, this.session?.clientId ?? '') ?? true;
  }

  // ---------------------------------------------------------------- reading

  /** The largest packet this client may send, in bytes. */
  limitPackets(maximumPacketSize: number): void {
    this.decoder.maximumPacketSize = maximumPacketSize;
  }

  pause(reason: PauseReason): void {
    this.pauses.add(reason);
    if (this.isPaused || this.state === 'closed') return;
    this.isPaused = true;
    this.transport.pause();
  }

  resume(reason: PauseReason): void {
    if (!this.pauses.delete(reason) || this.pauses.size > 0 || this.state === 'closed') return;
    this.lastReceivedAt = this.engine.now();
    this.readPackets();
    if (this.pauses.size > 0 || !this.isPaused) return;
    this.isPaused = false;
    this.transport.resume();
  }

  private receive(chunk: Buffer): void {
    if (this.state === 'closed') return;
    this.lastReceivedAt = this.engine.now();
    this.decoder.push(chunk);
    this.readPackets();
  }

  private readPackets(): void {
    if (this.isReading) return;
    this.isReading = true;
    try {
      while (this.state !== 'closed' && this.pauses.size === 0) {
        const packet = this.decoder.next();
        if (packet === null) break;
        handlePacket(this, packet);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.isReading = false;
    }
  }

  /** A publish with QoS > 0 is on its way; beyond the window nothing more is read until one is answered. */
  publishBegins(): void {
    this.unanswered++;
    if (this.unanswered >= this.receiveMaximum && this.protocolVersion < 5) this.pause('window');
  }

  /** So much waits to be committed that its publishes must wait too. */
  waitForJournal(): void {
    if (this.pauses.has('journal')) return;
    this.pause('journal');
    this.engine.journal.whenRoom(() => this.resume('journal'));
  }

  publishEnds(): void {
    this.unanswered--;
    if (this.unanswered < this.receiveMaximum) this.resume('window');
  }

  /** A QoS 0 message met a congested client: this publisher is read again when that has drained, or stalls. */
  waitFor(consumer: Connection): void {
    if (consumer === this) return;
    this.pause('consumer');
    consumer.blocked.add(this);
  }

  private drained(): void {
    this.hasStalled = false;
    this.congestedSince = 0;
    this.unblock();
    if (this.session !== null) this.engine.turn.wake(this.session);
  }

  private unblock(): void {
    if (this.blocked.size === 0) return;
    const blocked = [...this.blocked];
    this.blocked.clear();
    for (const publisher of blocked) publisher.resume('consumer');
  }

  private checkStall(now: number): void {
    if (!this.isCongested) this.congestedSince = 0;
    else if (this.congestedSince === 0) this.congestedSince = now;
    else if (now - this.congestedSince >= STALL_MS) {
      this.hasStalled = true;
      this.unblock();
    }
  }

  /** Closes the connection of a client that is silent for too long [MQTT-3.1.2-22]. Called about once a second. */
  checkSilence(now: number): void {
    if (this.state !== 'connected') {
      if (now - this.openedAt > CONNECT_TIMEOUT_MS) this.transport.destroy();
      return;
    }
    this.checkStall(now);
    if (this.keepAliveSeconds === 0 || this.isPaused) return;
    if (now - this.lastReceivedAt > this.keepAliveSeconds * 1_500) {
      this.disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, 'No packet within one and a half times the keep alive');
    }
  }

  // ---------------------------------------------------------------- writing

  /** Sends any packet but PUBLISH. @returns false, and sends nothing, when the client takes none of that size */
  send(packet: Packet): boolean {
    const bytes = encodeWithin(this.withoutUnwanted(packet), this.protocolVersion, this.maximumPacketSize);
    if (bytes !== null) this.sendBytes(bytes);
    return bytes !== null;
  }

  /** The four bytes of a successful PUBACK, PUBREC, PUBREL or PUBCOMP, or the five of another. */
  sendAcknowledgement(
    type: Acknowledgement,
    packetIdentifier: number,
    reasonCode: number = ReasonCode.SUCCESS,
  ): void {
    if (this.state === 'closed') return;
    const offset = this.outgoing.reserve(5);
    const end = writeAcknowledgement(
      this.outgoing.bytes,
      offset,
      type,
      packetIdentifier,
      reasonCode,
      this.protocolVersion,
    );
    this.outgoing.length = end;
    this.flushLater();
  }

  sendPubrel(packetIdentifier: number): void {
    this.sendAcknowledgement(PacketType.PUBREL, packetIdentifier);
  }

  /** @returns false, and sends nothing, when the packet is larger than the client takes [MQTT-3.1.2-24] */
  sendPublish(delivery: OutgoingDelivery, qos: QoS, dup: boolean, now: number): boolean {
    if (this.state === 'closed') return true;
    const message = delivery.message!;
    const packet = {
      dup,
      qos,
      retain: delivery.retain,
      topic: message.topic,
      packetIdentifier: delivery.packetIdentifier,
      topicAlias: 0,
      messageExpiryInterval: remainingSeconds(message, now),
      subscriptionIdentifiers: delivery.subscriptionIdentifiers,
      forwardedProperties: message.forwardedProperties,
      payload: message.payload,
    };
    if (this.outgoingAliases !== null) useAlias(packet, this.outgoingAliases);
    const length = publishLength(packet, this.protocolVersion);
    if (length > this.maximumPacketSize) return false;
    if (packet.topicAlias > 0 && packet.topic !== '') this.outgoingAliases!.give(packet.topic);
    const offset = this.outgoing.reserve(length);
    this.outgoing.length = writePublish(this.outgoing.bytes, offset, packet, this.protocolVersion);
    this.session!.namespace.counters.messagesOut++;
    this.flushLater();
    return true;
  }

  /** Hands what has been written to the socket. */
  flush(): void {
    this.isFlushing = false;
    if (this.outgoing.length === 0 || this.state === 'closed') return;
    if (this.transport.write(this.outgoing.take())) this.unblock();
  }

  private sendBytes(bytes: Buffer): void {
    if (this.state === 'closed') return;
    const offset = this.outgoing.reserve(bytes.length);
    bytes.copy(this.outgoing.bytes, offset);
    this.outgoing.length = offset + bytes.length;
    this.flushLater();
  }

  private flushLater(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.engine.turn.flushLater(this);
  }

  private withoutUnwanted(packet: Packet): Packet {
    if (this.wantsProblemInformation || !('properties' in packet) || packet.properties === undefined)
      return packet;
    if (packet.type === PacketType.CONNACK || packet.type === PacketType.DISCONNECT) return packet;
    const { reasonString: _, userProperties: __, ...properties } = packet.properties as Properties;
    return { ...packet, properties } as Packet;
  }

  // ---------------------------------------------------------------- closing

  /**
   * Tells a 5.0 client why, and closes. The session is left as after a connection that broke. What DISCONNECT cannot
   * say (a second CONNECT has reasons of its own) is a protocol error.
   */
  disconnect(reasonCode: number, reasonString: string): void {
    if (this.state === 'closed') return;
    if (this.state === 'connected' && this.protocolVersion === 5) {
      const code = mayCarry(PacketType.DISCONNECT, reasonCode) ? reasonCode : ReasonCode.PROTOCOL_ERROR;
      this.send({ type: PacketType.DISCONNECT, reasonCode: code, properties: { reasonString } });
    }
    this.close();
  }

  /** Sends what is written, then closes. */
  close(error?: Error): void {
    if (this.state === 'closed') return;
    this.flush();
    this.transport.end();
    this.closed(error);
  }

  /** Answers a violation as its version allows, and closes. */
  fail(error: unknown): void {
    if (this.state === 'closed') return;
    if (!(error instanceof MqttError)) {
      this.engine.log.error(
        { remoteAddress: this.remoteAddress, error: (error as Error).stack },
        'A packet could not be handled',
      );
      this.disconnect(ReasonCode.UNSPECIFIED_ERROR, 'The server failed to handle a packet');
      return;
    }
    const { reasonCode, message, clause } = error;
    this.engine.log.info(
      { remoteAddress: this.remoteAddress, clientId: this.session?.clientId, reasonCode, clause },
      message,
    );
    if (this.state !== 'connected') this.sendRefusal(error);
    this.disconnect(reasonCode, message);
  }

  /** Answers a CONNECT that breaks the rules, as far as its version lets it be answered (section 3.1.4). */
  private sendRefusal({ reasonCode, clause, message }: MqttError): void {
    const version = this.decoder.protocolVersion;
    this.protocolVersion = version ?? 4;
    this.maximumPacketSize = this.decoder.clientMaximumPacketSize ?? this.maximumPacketSize;
    const isOfUnknownLevel = version === undefined && clause === 'MQTT-3.1.2-2';
    const returnCode = returnCodeOf(reasonCode);
    if (version === 5) {
      this.sendConnack(reasonCode, { reasonString: message });
    } else if (isOfUnknownLevel || returnCode === ConnectReturnCode.IDENTIFIER_REJECTED) {
      this.sendConnack(returnCode);
    }
  }

  /** CONNACK with a refusal; `code` is a return code before 5.0. */
  sendConnack(code: number, properties?: Properties): void {
    const isSayable = this.protocolVersion < 5 || mayCarry(PacketType.CONNACK, code);
    const reasonCode = isSayable ? code : ReasonCode.PROTOCOL_ERROR;
    this.send({ type: PacketType.CONNACK, sessionPresent: false, reasonCode, properties });
  }

  private closed(error: Error | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.outgoing.discard();
    this.decoder.discard();
    this.unblock();
    this.onClosed(this, error);
  }
}

/**
 * Why a client is not read from: its login is under way, too many of its publishes are unanswered, too much waits to
 * be committed, or a client that it publishes to is congested.
 */
type PauseReason = 'login' | 'window' | 'journal' | 'consumer';

type Acknowledgement =
  typeof PacketType.PUBACK | typeof PacketType.PUBREC | typeof PacketType.PUBREL | typeof PacketType.PUBCOMP;

/** A known topic goes as its alias alone, a new one with an alias while there are any. */
function useAlias(packet: OutgoingPublish, aliases: OutgoingAliases): void {
  packet.topicAlias = aliases.get(packet.topic);
  if (packet.topicAlias > 0) packet.topic = '';
  else packet.topicAlias = aliases.free;
}

/** What is left of a message's expiry interval, in whole seconds [MQTT-3.3.2-6]; undefined: it has none. */
function remainingSeconds(message: Message, now: number): number | undefined {
  if (message.expiresAt === 0) return undefined;
  return Math.max(0, Math.ceil((message.expiresAt - now) / 1_000));
}
