import {
  ConnectReturnCode,
  encodeWithin,
  mayCarry,
  MqttError,
  type Packet,
  PacketType,
  type Properties,
  type ProtocolVersion,
  publishLength,
  type QoS,
  ReasonCode,
  writeAcknowledgement,
  writePublish,
} from '@restante/mqtt-codec';
import type { Authentication } from '../authentication-exchange.ts';
import type { Identity } from '../authentication.ts';
import type { Engine } from '../engine.ts';
import { handlePacket } from '../handlers/handle-packet.ts';
import { Intake, Pause } from './intake.ts';
import { CONGESTED_BYTES, CONNECT_TIMEOUT_MS, MAX_OUTGOING_BYTES } from '../limits.ts';
import { logFieldsOf } from './log-fields.ts';
import type { Message } from '../message.ts';
import { BROKEN, type ConnectionEnd, isGoingAway } from '../observation/occurrences.ts';
import { returnCodeOf } from './return-codes.ts';
import { type OutgoingAliases, useAlias } from './outgoing-aliases.ts';
import { OutgoingBuffer } from './outgoing-buffer.ts';
import { Patience } from './patience.ts';
import type { Transport, TransportKind } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedPublish } from './shared-publish.ts';

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
  /** When its identity ends, in ms since the epoch; Infinity: never. */
  expiresAt = Infinity;
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
  /** CONNACK has told the client that it is connected. */
  isConfirmed = false;
  /** Why it is over, once it is. */
  end: ConnectionEnd = BROKEN;
  /** Who had it ended: the address that took its session over, or somebody's name; null: nobody else. */
  endedBy: string | null = null;
  /** Its session was there before it: what the client sends first may end exchanges of an earlier connection. */
  hasResumed = false;
  /** Deliveries wait until this is 0: a CONNACK or SUBACK must go first. */
  holds = 0;
  /** QoS 1 and 2 publishes read and not yet answered (5.0: QoS 2 until PUBCOMP). */
  unanswered = 0;

  /** Tells it from others in the log. */
  readonly number: number;
  private readonly intake: Intake;
  private readonly outgoing = new OutgoingBuffer();
  private readonly openedAt: number;
  private lastReceivedAt: number;
  private isFlushing = false;
  /** Publishers that wait until this client is less behind. */
  private readonly blocked = new Set<Connection>();
  private readonly patienceForSocket = new Patience();
  private readonly patienceForQueue = new Patience();

  constructor(
    readonly engine: Engine,
    private readonly transport: Transport,
    private readonly onClosed: (connection: Connection, error: Error | undefined) => void,
  ) {
    this.number = engine.connections.nextNumber();
    this.openedAt = engine.now();
    this.lastReceivedAt = this.openedAt;
    this.intake = new Intake(
      transport,
      engine.turn,
      (packet) => handlePacket(this, packet),
      (error) => this.fail(error),
    );
    transport.onData = (chunk) => this.receive(chunk);
    transport.onDrain = () => this.drained();
    transport.onClose = (error) => this.closed(error);
  }

  get remoteAddress(): string {
    return this.transport.remoteAddress;
  }

  get kind(): TransportKind {
    return this.transport.kind;
  }

  get serverName(): string | undefined {
    return this.transport.serverName;
  }

  get certificates(): readonly Uint8Array[] | undefined {
    return this.transport.certificates;
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
    return this.patienceForSocket.isOver || this.waitingBytes > MAX_OUTGOING_BYTES;
  }

  /** Who publishes QoS 0 to it should wait. */
  get isHoldingUpQoS0(): boolean {
    return this.isCongested && !this.isStalled;
  }

  /** Who publishes QoS 1 or 2 to it should wait. */
  get isHoldingUp(): boolean {
    return this.session?.queue.isLong === true && !this.patienceForQueue.isOver;
  }

  private get waitingBytes(): number {
    return this.outgoing.length + this.transport.bufferedBytes;
  }

  /** With which QoS at the most its rules, as they are now, let it have messages of a topic; null: not at all. */
  maxQoSOf(topic: string): QoS | null {
    const authorize = this.identity?.authorize;
    if (authorize === undefined) return 2;
    return authorize('subscribe', topic, this.session?.clientId ?? '')?.maxQoS ?? null;
  }

  // ---------------------------------------------------------------- reading

  /** The largest packet this client may send, in bytes. */
  limitPackets(maximumPacketSize: number): void {
    this.intake.limitPackets(maximumPacketSize);
  }

  /** @param reason of {@link Pause} */
  pause(reason: number): void {
    this.intake.pause(reason);
  }

  resume(reason: number): void {
    // The time it waited is not silence.
    if (this.intake.resume(reason)) this.lastReceivedAt = this.engine.now();
  }

  /** What was read has led to so many messages for others. */
  spend(messages: number): void {
    this.intake.spend(messages);
  }

  private receive(chunk: Buffer): void {
    if (this.state === 'closed') return;
    this.lastReceivedAt = this.engine.now();
    this.intake.receive(chunk);
  }

  /** A publish with QoS > 0 is on its way; beyond the window nothing more is read until one is answered. */
  publishBegins(): void {
    this.unanswered++;
    if (this.unanswered >= this.receiveMaximum && this.protocolVersion < 5) this.pause(Pause.window);
  }

  /** So much waits to be committed that its publishes must wait too. */
  waitForJournal(): void {
    if (this.intake.isPausedFor(Pause.journal)) return;
    this.pause(Pause.journal);
    this.engine.journal.whenRoom(() => this.resume(Pause.journal));
  }

  /** Nothing more is read for so many milliseconds. */
  rest(ms: number): void {
    if (this.intake.isPausedFor(Pause.quota)) return;
    this.pause(Pause.quota);
    setTimeout(() => this.resume(Pause.quota), ms).unref();
  }

  publishEnds(): void {
    this.unanswered--;
    if (this.unanswered < this.receiveMaximum) this.resume(Pause.window);
  }

  /** A message met a client that is behind: this publisher is read again when that has caught up, or stalls. */
  waitFor(consumer: Connection): void {
    if (consumer === this) return;
    this.pause(Pause.consumer);
    consumer.blocked.add(this);
  }

  private drained(): void {
    this.patienceForSocket.restore();
    this.unblock();
    if (this.session !== null) this.engine.turn.wake(this.session);
  }

  /** What waited in memory for its session has become less. */
  queueShrank(): void {
    if ((this.blocked.size === 0 && !this.patienceForQueue.isOver) || this.session!.queue.isLong) return;
    this.patienceForQueue.restore();
    this.unblock();
  }

  /** Publishers are read again one after the other, as long as that does not put this client behind again. */
  private unblock(): void {
    if (this.blocked.size === 0) return;
    for (const publisher of this.blocked) {
      if (this.state !== 'closed' && (this.isHoldingUp || this.isHoldingUpQoS0)) return;
      this.blocked.delete(publisher);
      publisher.resume(Pause.consumer);
    }
  }

  private checkStall(now: number): void {
    this.patienceForSocket.check(this.isCongested, now);
    this.patienceForQueue.check(this.session!.queue.isLong, now);
    this.unblock();
  }

  /** From now on it acts for this identity, for as long as that is valid. */
  identify(identity: Identity): void {
    this.identity = identity;
    this.expiresAt = identity.expiresAt ?? Infinity;
  }

  /**
   * Closes the connection of a client that is silent for too long [MQTT-3.1.2-22], or whose time is over. Called about
   * once a second.
   */
  checkSilence(now: number): void {
    if (this.state !== 'connected') {
      if (now - this.openedAt > CONNECT_TIMEOUT_MS) this.transport.destroy();
      return;
    }
    this.checkStall(now);
    if (now >= this.expiresAt) {
      this.disconnect(ReasonCode.NOT_AUTHORIZED, 'The credential is no longer valid');
      return;
    }
    if (this.keepAliveSeconds === 0 || this.intake.isPaused) return;
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
    const offset = this.reserve(5);
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

  /**
   * @param shared of this message, which is being delivered to others too
   * @returns false, and sends nothing, when the packet is larger than the client takes [MQTT-3.1.2-24]
   */
  sendPublish(
    delivery: OutgoingDelivery,
    qos: QoS,
    dup: boolean,
    now: number,
    shared: SharedPublish | null = null,
  ): boolean {
    if (this.state === 'closed') return true;
    if (shared !== null && this.takesSame(delivery)) {
      if (shared.isFor(this.protocolVersion)) return this.sendCopy(shared, delivery);
    } else {
      shared = null;
    }
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
    const offset = this.reserve(length);
    const end = writePublish(this.outgoing.bytes, offset, packet, this.protocolVersion);
    shared?.set(this.outgoing.bytes, offset, end, this.protocolVersion);
    this.published(end, message, qos);
    return true;
  }

  /** Nothing in the packet is for this client alone. */
  private takesSame({ subscriptionIdentifiers }: OutgoingDelivery): boolean {
    return subscriptionIdentifiers === undefined && this.outgoingAliases === null;
  }

  private sendCopy({ bytes }: SharedPublish, { message, retain }: OutgoingDelivery): boolean {
    if (bytes.length > this.maximumPacketSize) return false;
    const offset = this.reserve(bytes.length);
    this.outgoing.bytes.set(bytes, offset);
    this.outgoing.bytes[offset] = (PacketType.PUBLISH << 4) | (retain ? 1 : 0);
    this.published(offset + bytes.length, message!, 0);
    return true;
  }

  private published(end: number, message: Message, qos: QoS): void {
    this.outgoing.length = end;
    const session = this.session!;
    const { tenantId, counters } = session.namespace;
    counters.sent(qos, message.size);
    if (this.engine.tracer !== null) this.engine.tracer.sent(message, tenantId, session.clientId, qos);
    this.flushLater();
  }

  private reserve(size: number): number {
    if (this.outgoing.isTooFullFor(size)) this.writeOut();
    return this.outgoing.reserve(size);
  }

  /** Hands what has been written to the socket. */
  flush(): void {
    this.isFlushing = false;
    if (this.outgoing.length === 0 || this.state === 'closed') return;
    if (this.writeOut()) this.unblock();
  }

  /** @returns false when the socket has enough for now */
  private writeOut(): boolean {
    const { bytes, written } = this.outgoing.take();
    return this.transport.write(bytes, written);
  }

  private sendBytes(bytes: Buffer): void {
    if (this.state === 'closed') return;
    const offset = this.reserve(bytes.length);
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
  disconnect(reasonCode: number, reasonString: string, more: Properties = {}): void {
    if (this.state === 'closed') return;
    this.end = { by: 'server', reasonCode, reason: reasonString };
    if (this.state === 'connected' && this.protocolVersion === 5) {
      const code = mayCarry(PacketType.DISCONNECT, reasonCode) ? reasonCode : ReasonCode.PROTOCOL_ERROR;
      this.send({ type: PacketType.DISCONNECT, reasonCode: code, properties: { reasonString, ...more } });
    }
    this.close();
  }

  /** Sends what is written, then closes. */
  close(error?: Error): void {
    if (this.state === 'closed') return;
    this.flush();
    this.transport.end(isGoingAway(this.end));
    this.closed(error);
  }

  /** Answers a violation as its version allows, and closes. */
  fail(error: unknown): void {
    if (this.state === 'closed') return;
    if (!(error instanceof MqttError)) {
      const fields = { ...logFieldsOf(this), error: (error as Error).stack };
      this.engine.log.error(fields, 'A packet could not be handled');
      this.disconnect(ReasonCode.UNSPECIFIED_ERROR, 'The server failed to handle a packet');
      return;
    }
    const { reasonCode, message, clause } = error;
    this.engine.log.info({ ...logFieldsOf(this), reasonCode, clause }, message);
    if (this.state !== 'connected') this.sendRefusal(error);
    this.disconnect(reasonCode, message);
  }

  /** Answers a CONNECT that breaks the rules, as far as its version lets it be answered (section 3.1.4). */
  private sendRefusal({ reasonCode, clause, message }: MqttError): void {
    const version = this.intake.protocolVersion;
    this.protocolVersion = version ?? 4;
    this.maximumPacketSize = this.intake.clientMaximumPacketSize ?? this.maximumPacketSize;
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
    this.intake.close();
    this.unblock();
    this.onClosed(this, error);
  }
}

type Acknowledgement =
  typeof PacketType.PUBACK | typeof PacketType.PUBREC | typeof PacketType.PUBREL | typeof PacketType.PUBCOMP;

/** What is left of a message's expiry interval, in whole seconds [MQTT-3.3.2-6]; undefined: it has none. */
function remainingSeconds(message: Message, now: number): number | undefined {
  if (message.expiresAt === 0) return undefined;
  return Math.max(0, Math.ceil((message.expiresAt - now) / 1_000));
}
