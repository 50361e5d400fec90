import { once } from 'node:events';
import net from 'node:net';
import mqttPacket, { type IConnackPacket, type IConnectPacket, type Packet } from 'mqtt-packet';
import { within } from './eventually.ts';
import type { Login } from './test-server.ts';

export type ConnectFields = Pick<IConnectPacket, 'clientId'> & Partial<IConnectPacket>;

type PacketOf<Command extends Packet['cmd']> = Extract<Packet, { cmd: Command }>;

/**
 * An MQTT connection without a client's habits: nothing is sent, answered or resent unless the test says so. Packets
 * are read and written by `mqtt-packet`, which shares no code with the broker.
 */
export class RawClient {
  /** What came and was not yet taken, oldest first. */
  private readonly received: Packet[] = [];
  private onNews: () => void = () => undefined;
  private isClosed = false;

  private constructor(
    private readonly socket: net.Socket,
    private readonly protocolVersion: number,
  ) {
    const parser = mqttPacket.parser({ protocolVersion });
    parser.on('packet', (packet) => {
      this.received.push(packet);
      this.onNews();
    });
    socket.on('data', (chunk) => parser.parse(chunk));
    // A reset is what a killed broker looks like; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.onNews();
    });
  }

  /** Connects and logs in. 3.1.1 and a kept session unless `fields` say otherwise. @throws Error when refused */
  static async connect(
    login: Login,
    fields: ConnectFields,
  ): Promise<{ client: RawClient; connack: IConnackPacket }> {
    const client = await RawClient.open(login, fields.protocolVersion);
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      keepalive: 0,
      username: login.mqttUsername,
      password: Buffer.from(login.password),
      ...fields,
    });
    const connack = await client.receive('connack');
    const code = connack.reasonCode ?? connack.returnCode ?? 0;
    if (code !== 0) throw new Error(`CONNACK with code 0x${code.toString(16)}`);
    return { client, connack };
  }

  /** Only the socket: CONNECT is left to the caller. */
  static async open({ host, port }: { host: string; port: number }, protocolVersion = 4): Promise<RawClient> {
    const socket = net.connect({ host, port, noDelay: true });
    const client = new RawClient(socket, protocolVersion);
    await within('a TCP connection', once(socket, 'connect'));
    return client;
  }

  send(packet: Packet): void {
    this.socket.write(mqttPacket.generate(packet, { protocolVersion: this.protocolVersion }));
  }

  /** Bytes written by hand: hexadecimal, blanks between them as one likes. */
  sendHex(bytes: string): void {
    this.socket.write(Buffer.from(bytes.replaceAll(/\s/g, ''), 'hex'));
  }

  /** The next packet, which must be a `command`. @throws Error when another comes, or the connection ends first */
  async receive<Command extends Packet['cmd']>(
    command: Command,
    timeoutMs?: number,
  ): Promise<PacketOf<Command>> {
    const packet = await within(command, this.next(), timeoutMs);
    if (packet === null) throw new Error(`The connection ended where ${command} was awaited`);
    if (packet.cmd !== command) throw new Error(`Not ${command} but ${JSON.stringify(packet)}`);
    return packet as PacketOf<Command>;
  }

  /** The next packet; null: the connection ended. */
  async next(): Promise<Packet | null> {
    while (this.received.length === 0) {
      if (this.isClosed) return null;
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
    return this.received.shift()!;
  }

  /**
   * What came besides PINGRESP until the broker answered a PINGREQ sent now: shows that nothing was on its way.
   */
  async takeUntilPingAnswer(): Promise<Packet[]> {
    this.send({ cmd: 'pingreq' });
    const before: Packet[] = [];
    for (;;) {
      const packet = await within('PINGRESP', this.next());
      if (packet === null) throw new Error('The connection ended where PINGRESP was awaited');
      if (packet.cmd === 'pingresp') return before;
      before.push(packet);
    }
  }

  /** Subscribes and waits for the answer. @returns the reason codes */
  async subscribe(messageId: number, topic: string, qos: 0 | 1 | 2): Promise<number[]> {
    this.send({ cmd: 'subscribe', messageId, subscriptions: [{ topic, qos, nl: false, rap: false, rh: 0 }] });
    const { granted } = await this.receive('suback');
    return granted as number[];
  }

  /** Ends the connection without DISCONNECT, as a device that lost its network does. */
  async drop(): Promise<void> {
    this.socket.destroy();
    await this.closed();
  }

  async disconnect(): Promise<void> {
    this.send({ cmd: 'disconnect' } as Packet);
    await this.closed();
  }

  /** Resolves when the connection has ended, whoever ended it. */
  async closed(): Promise<void> {
    if (!this.isClosed) await within('the connection ends', once(this.socket, 'close'));
  }
}
