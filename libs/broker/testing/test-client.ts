import {
  type AcknowledgementPacket,
  type ConnackPacket,
  type ConnectPacket,
  encode,
  type Packet,
  PacketDecoder,
  PacketType,
  type Properties,
  type ProtocolVersion,
  type PublishPacket,
  type QoS,
  type SubackPacket,
  type SubscriptionRequest,
} from '@restante/mqtt-codec';
import type { Broker } from '../src/broker.ts';
import { MemoryTransport } from './memory-transport.ts';

export type ConnectFields = Partial<Omit<ConnectPacket, 'type' | 'will'>> & {
  will?: Partial<NonNullable<ConnectPacket['will']>>;
};

export type SubscribeFields = Partial<Omit<SubscriptionRequest, 'topicFilter'>> & { identifier?: number };

export type PublishFields = Partial<Omit<PublishPacket, 'type' | 'topic' | 'payload'>>;

const NO_WILL = {
  topic: 'will',
  payload: Buffer.from('gone'),
  qos: 0 as QoS,
  retain: false,
  delayInterval: 0,
  messageExpiryInterval: undefined,
  forwardedProperties: Buffer.alloc(0),
};

/**
 * A device that does what the test says and nothing else: it sends packets, and gives those that came in order.
 * MQTT 5.0 and a kept session, unless the fields say otherwise.
 */
export class TestClient {
  readonly transport = new MemoryTransport();
  readonly clientId: string;
  private readonly version: ProtocolVersion;
  private readonly decoder = new PacketDecoder({ maximumPacketSize: 300_000_000 });
  private readonly received: Packet[] = [];
  private isClosed = false;
  private onNews: () => void = () => undefined;
  private lastIdentifier = 0;

  private constructor(
    broker: Broker,
    private readonly fields: ConnectFields,
  ) {
    this.clientId = fields.clientIdentifier ?? 'device';
    this.version = fields.protocolVersion ?? 5;
    this.decoder.protocolVersion = this.version;
    this.transport.onBytes = (bytes) => this.take(bytes);
    this.transport.onEnd = () => {
      this.isClosed = true;
      this.onNews();
    };
    broker.accept(this.transport);
  }

  /** A connection that has sent CONNECT; the answer is left to the caller. */
  static begin(broker: Broker, clientIdentifier: string, fields: ConnectFields = {}): TestClient {
    const client = new TestClient(broker, { clientIdentifier, ...fields });
    client.sendConnect();
    return client;
  }

  /** @throws Error when the broker refuses */
  static async connect(
    broker: Broker,
    clientIdentifier: string,
    fields: ConnectFields = {},
  ): Promise<TestClient & { connack: ConnackPacket }> {
    const client = TestClient.begin(broker, clientIdentifier, fields);
    const connack = await client.receive(PacketType.CONNACK);
    if (connack.reasonCode !== 0) throw new Error(`CONNACK with reason code ${connack.reasonCode}`);
    return Object.assign(client, { connack });
  }

  private sendConnect(): void {
    const { will, properties, ...fields } = this.fields;
    this.send({
      type: PacketType.CONNECT,
      protocolVersion: this.version,
      cleanStart: false,
      keepAlive: 0,
      clientIdentifier: this.clientId,
      username: '1:device',
      password: Buffer.from('secret'),
      will: will && { ...NO_WILL, ...will },
      properties: properties ?? (this.version === 5 ? { sessionExpiryInterval: 3_600 } : {}),
      ...fields,
    });
  }

  private take(bytes: Buffer): void {
    this.decoder.push(bytes);
    for (let packet = this.decoder.next(); packet !== null; packet = this.decoder.next()) {
      this.received.push(packet);
    }
    this.onNews();
  }

  send(packet: Packet): void {
    this.transport.receive(encode(packet, this.version));
  }

  /** The next packet; null: the connection ended. */
  async next(): Promise<Packet | null> {
    while (this.received.length === 0) {
      if (this.isClosed) return null;
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
    return this.received.shift()!;
  }

  /** The next packet, which must be of this type. @throws Error when another comes or the connection ends */
  async receive<Type extends Packet['type']>(type: Type): Promise<Extract<Packet, { type: Type }>> {
    const packet = await this.next();
    if (packet?.type !== type) throw new Error(`Not type ${type} but ${JSON.stringify(packet)}`);
    return packet as Extract<Packet, { type: Type }>;
  }

  receiveAcknowledgement(type: AcknowledgementPacket['type']): Promise<AcknowledgementPacket> {
    return this.receive(type) as Promise<AcknowledgementPacket>;
  }

  receivePublish(): Promise<PublishPacket> {
    return this.receive(PacketType.PUBLISH);
  }

  /** The payloads of the next `count` PUBLISH packets as text; none is acknowledged. */
  async receivePayloads(count: number): Promise<string[]> {
    const payloads: string[] = [];
    while (payloads.length < count) payloads.push((await this.receivePublish()).payload.toString());
    return payloads;
  }

  /** As `receivePayloads`; each QoS 1 message is acknowledged. */
  async consume(count: number): Promise<string[]> {
    const payloads: string[] = [];
    while (payloads.length < count) {
      const publish = await this.receivePublish();
      payloads.push(publish.payload.toString());
      if (publish.qos === 1) this.acknowledge(PacketType.PUBACK, publish.packetIdentifier);
    }
    return payloads;
  }

  /** What came besides PINGRESP until the broker answered a PINGREQ sent now: shows that nothing was on its way. */
  async takeUntilPingAnswer(): Promise<Packet[]> {
    this.send({ type: PacketType.PINGREQ });
    const before: Packet[] = [];
    for (;;) {
      const packet = await this.next();
      if (packet === null) throw new Error('The connection ended where PINGRESP was awaited');
      if (packet.type === PacketType.PINGRESP) return before;
      before.push(packet);
    }
  }

  async subscribe(topicFilter: string, fields: SubscribeFields = {}): Promise<SubackPacket> {
    this.sendSubscribe(topicFilter, fields);
    return this.receive(PacketType.SUBACK);
  }

  sendSubscribe(topicFilter: string, { identifier, ...options }: SubscribeFields = {}): void {
    const properties: Properties = identifier === undefined ? {} : { subscriptionIdentifiers: [identifier] };
    this.send({
      type: PacketType.SUBSCRIBE,
      packetIdentifier: this.nextIdentifier(),
      subscriptions: [
        { topicFilter, qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0, ...options },
      ],
      properties,
    });
  }

  sendUnsubscribe(topicFilter: string): void {
    const packetIdentifier = this.nextIdentifier();
    this.send({
      type: PacketType.UNSUBSCRIBE,
      packetIdentifier,
      topicFilters: [topicFilter],
      properties: {},
    });
  }

  /** @returns the packet identifier; 0 with QoS 0 */
  publish(topic: string, payload: string | Buffer, { qos = 1, ...fields }: PublishFields = {}): number {
    const packetIdentifier = fields.packetIdentifier ?? (qos === 0 ? 0 : this.nextIdentifier());
    this.send({
      type: PacketType.PUBLISH,
      dup: false,
      qos,
      retain: false,
      topic,
      topicAlias: 0,
      messageExpiryInterval: undefined,
      subscriptionIdentifiers: undefined,
      forwardedProperties: Buffer.alloc(0),
      payload: Buffer.from(payload),
      ...fields,
      packetIdentifier,
    });
    return packetIdentifier;
  }

  /** Publishes at QoS 1 and waits for the PUBACK. */
  async publishAcknowledged(topic: string, payload: string | Buffer, fields: PublishFields = {}) {
    this.publish(topic, payload, fields);
    return this.receiveAcknowledgement(PacketType.PUBACK);
  }

  /** The whole exchange of a QoS 2 publication. */
  async publishExactlyOnce(topic: string, payload: string): Promise<void> {
    const packetIdentifier = this.publish(topic, payload, { qos: 2 });
    await this.receiveAcknowledgement(PacketType.PUBREC);
    this.acknowledge(PacketType.PUBREL, packetIdentifier);
    await this.receiveAcknowledgement(PacketType.PUBCOMP);
  }

  acknowledge(type: AcknowledgementPacket['type'], packetIdentifier: number, reasonCode = 0): void {
    this.send({ type, packetIdentifier, reasonCode });
  }

  /** Ends the connection without DISCONNECT, as a device that lost its network does. */
  async drop(): Promise<void> {
    this.transport.destroy();
    await this.closed();
  }

  async disconnect(properties?: Properties): Promise<void> {
    this.send({ type: PacketType.DISCONNECT, reasonCode: 0, properties });
    await this.closed();
  }

  /** Resolves when the connection has ended, whoever ended it; what came before is thrown away. */
  async closed(): Promise<void> {
    while (!this.isClosed) {
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
  }

  private nextIdentifier(): number {
    return ++this.lastIdentifier;
  }
}
