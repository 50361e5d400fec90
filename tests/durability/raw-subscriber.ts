import { EventEmitter, once } from 'node:events';
import { RawClient } from '../harness/raw-client.ts';
import type { Login } from '../harness/test-server.ts';
import type { Received } from './returning-device.ts';

/**
 * Receives as the standard says a client does: its own part of QoS 2, the packet identifiers received and not yet
 * released, outlives a connection [MQTT-4.3.3-10].
 */
export class RawSubscriber {
  /** In order of arrival. */
  readonly messages: Received[] = [];
  private readonly distinct = new Set<string>();
  private readonly news = new EventEmitter();
  private readonly unreleased = new Set<number>();
  private connection: RawClient | null = null;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly login: Login,
    readonly name: string,
    readonly qos: 1 | 2,
  ) {}

  /** Connects, and again whenever the connection ends. The session must be there. */
  start(): void {
    // Whoever waits for messages gets the error.
    this.running = this.run().catch((error: Error) => void this.news.emit('error', error));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.connection?.drop();
    await this.running;
  }

  hasReceived(count: number): Promise<void> {
    return this.until(() => this.messages.length >= count);
  }

  hasReceivedDistinct(count: number): Promise<void> {
    return this.until(() => this.distinct.size >= count);
  }

  private async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) await once(this.news, 'message');
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const connected = await RawClient.connect(this.login, { clientId: this.name }).catch(() => null);
      if (connected === null) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      // Stopped while it was connecting.
      if (this.isStopped) return connected.client.drop();
      if (!connected.connack.sessionPresent) throw new Error(`${this.name}: the session is gone`);
      this.connection = connected.client;
      await this.receive(connected.client);
    }
  }

  /** Until the connection ends. */
  private async receive(client: RawClient): Promise<void> {
    for (let packet = await client.next(); packet !== null; packet = await client.next()) {
      const { cmd, messageId = 0 } = packet;
      if (cmd === 'publish') {
        const isNew = packet.qos < 2 || !this.unreleased.has(messageId);
        if (packet.qos === 2) this.unreleased.add(messageId);
        if (isNew) this.take({ topic: packet.topic, payload: String(packet.payload) });
        client.send({ cmd: packet.qos === 2 ? 'pubrec' : 'puback', messageId });
      } else if (cmd === 'pubrel') {
        this.unreleased.delete(messageId);
        client.send({ cmd: 'pubcomp', messageId });
      }
    }
  }

  private take(message: Received): void {
    this.messages.push(message);
    this.distinct.add(message.payload);
    this.news.emit('message');
  }
}
