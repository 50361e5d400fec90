import { type RunningServer, startServer } from '../../apps/server/testing/running-server.ts';
import { TestCertificate } from '../harness/certificate.ts';
import { eventually } from '../harness/eventually.ts';
import { type Client, type Device, type Transport, VERSIONS, type Version } from './client.ts';
import { mosquitto } from './mosquitto.ts';
import { mqttJs } from './mqttjs.ts';
import { pahoC } from './paho-c.ts';
import { pahoPython } from './paho-python.ts';

const CLIENTS: Client[] = [mqttJs, pahoPython, mosquitto, pahoC];

/** A client with what it speaks. */
export interface Way {
  client: Client;
  transport: Transport;
  version: Version;
}

/** Every client over each transport that it can, in both versions. */
export const WAYS: Way[] = CLIENTS.flatMap((client) =>
  client.transports.flatMap((transport) => VERSIONS.map((version) => ({ client, transport, version }))),
);

/** Every client in both versions, over TCP. */
export const CLIENTS_AND_VERSIONS: Way[] = WAYS.filter(({ transport }) => transport === 'mqtt');

export function nameOf({ client, transport, version }: Way): string {
  return `${client.name} ${version} over ${transport}`;
}

/** A broker with a certificate, a tenant and a credential. */
export class InteroperableBroker {
  private count = 0;

  private constructor(
    private readonly server: RunningServer,
    private readonly certificate: TestCertificate,
    private readonly login: { username: string; password: string },
  ) {}

  static async start(): Promise<InteroperableBroker> {
    const certificate = await TestCertificate.create();
    const server = await startServer(certificate.environment);
    await server.api('POST', '/tenants', { slug: 't' });
    const { body } = await server.api('POST', '/tenants/t/credentials', { username: 'device' });
    const login = { username: body.mqttUsername, password: body.password };
    return new InteroperableBroker(server, certificate, login);
  }

  /** A device with a client identifier of its own. */
  device({ transport, version }: Way): Device {
    const { hostname, port } = new URL(this.server.urls[transport]);
    return {
      ...{ transport, version, host: hostname, port: Number(port), caFile: this.certificate.certificateFile },
      ...this.login,
      clientId: `device-${++this.count}`,
    };
  }

  /** Resolves when the device's subscription is there. */
  async untilSubscribed(device: Device): Promise<void> {
    await eventually(`${device.clientId} has subscribed`, async () => {
      return (await this.session(device)).subscriptionCount === 1;
    });
  }

  /** Resolves when the broker knows that the device is gone, and keeps its session. */
  async untilAbsent(device: Device): Promise<void> {
    await eventually(`${device.clientId} is absent`, async () => {
      return (await this.session(device)).state === 'offline';
    });
  }

  private async session({ clientId }: Device): Promise<{ state?: string; subscriptionCount?: number }> {
    return (await this.server.api('GET', `/tenants/t/sessions/${clientId}`)).body;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.certificate.dispose();
  }
}
