import { startServer } from '../../apps/server/testing/running-server.ts';
import { bytes, packet } from './bytes.ts';
import { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

const CONNACK = 2;

/** Parts of a CONNECT; what is left out is what a plain client sends. In the notation of `bytes`. */
export interface ConnectParts {
  clientId?: string;
  /** Connect flags but user name and password, which are always there: 02 is clean start (clean session). */
  flags?: number;
  /** Two bytes. */
  keepAlive?: string;
  /** 5.0 only, without their length. */
  properties?: string;
  /** Will properties (5.0, with their length), topic and payload. */
  will?: string;
  /** User name and password; the first credential's by default. */
  login?: string;
}

/** A connection whose CONNECT was accepted. */
export interface Connected {
  peer: Peer;
  connack: ReceivedPacket;
}

/**
 * A running server with a tenant `t` and a credential of its own, and what it takes to talk to it: sockets and bytes.
 * Nothing of the broker's own code is used beyond starting it.
 */
export class BrokerUnderTest {
  /** User name and password of the first credential, as they stand at the end of a CONNECT. */
  login = '';

  private constructor(readonly server: Awaited<ReturnType<typeof startServer>>) {}

  /** `settings`: the first credential's policy, where it is not the default one. */
  static async start(settings?: Record<string, unknown>): Promise<BrokerUnderTest> {
    const broker = new BrokerUnderTest(await startServer());
    await broker.server.api('POST', '/tenants', { slug: 't' });
    broker.login = await broker.createLogin('device', settings);
    return broker;
  }

  get port(): number {
    return this.server.ports.mqtt;
  }

  /** Issues a credential. @returns its user name and password in the notation of `bytes`, for `ConnectParts.login` */
  async createLogin(username: string, settings?: Record<string, unknown>, acl?: object[]): Promise<string> {
    const policy = settings && `for-${username}`;
    if (settings !== undefined) {
      expectCreated(await this.server.api('POST', '/tenants/t/policies', { name: policy, settings }));
    }
    const issued = await this.server.api('POST', '/tenants/t/credentials', { username, policy, acl });
    expectCreated(issued);
    return `"${issued.body.mqttUsername}" "${issued.body.password}"`;
  }

  /** A connection on which nothing was sent. */
  open(): Promise<Peer> {
    return Peer.open(this.port);
  }

  /** The bytes of a 5.0 CONNECT: clean start, no keep alive, client identifier `peer`. */
  connect5Bytes({
    clientId = 'peer',
    flags = 0x02,
    keepAlive = '0000',
    ...parts
  }: ConnectParts = {}): Buffer {
    const properties = bytes(parts.properties ?? '');
    const login = parts.login ?? this.login;
    return packet(
      '10',
      `"MQTT" 05 ${hex(0xc0 | flags)} ${keepAlive} ${hex(properties.length)} ${properties.toString('hex')}
       "${clientId}" ${parts.will ?? ''} ${login}`,
    );
  }

  /** The bytes of a 3.1.1 CONNECT: clean session, no keep alive, client identifier `peer`. */
  connect3Bytes({
    clientId = 'peer',
    flags = 0x02,
    keepAlive = '0000',
    ...parts
  }: ConnectParts = {}): Buffer {
    const login = parts.login ?? this.login;
    return packet(
      '10',
      `"MQTT" 04 ${hex(0xc0 | flags)} ${keepAlive} "${clientId}" ${parts.will ?? ''} ${login}`,
    );
  }

  /** Opens a connection and sends a 5.0 CONNECT. @throws Error when it is not accepted */
  connect5(parts?: ConnectParts): Promise<Connected> {
    return this.connect(this.connect5Bytes(parts));
  }

  /** Opens a connection and sends a 3.1.1 CONNECT. @throws Error when it is not accepted */
  connect3(parts?: ConnectParts): Promise<Connected> {
    return this.connect(this.connect3Bytes(parts));
  }

  private async connect(connect: Buffer): Promise<Connected> {
    const peer = await this.open();
    peer.send(connect);
    const connack = await peer.receive(CONNACK);
    if (connack.reasonCode !== 0) throw new Error(`Refused with 0x${hex(connack.reasonCode)}`);
    return { peer, connack };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function expectCreated({ status, body }: { status: number; body: unknown }): void {
  if (status !== 201) throw new Error(`Status ${status}: ${JSON.stringify(body)}`);
}
