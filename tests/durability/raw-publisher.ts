import { RawClient } from '../harness/raw-client.ts';
import type { Login } from '../harness/test-server.ts';
import { payloadOf, Progress, type Publisher, topicOf } from './publisher.ts';

const WINDOW = 50;

/**
 * Publishes as the standard says a client does, and remembers exactly what was acknowledged: after a reconnection,
 * what was not is sent again with its packet identifier and DUP, in the order in which it was sent first
 * [MQTT-4.4.0-1], [MQTT-4.6.0-1].
 */
export class RawPublisher implements Publisher {
  readonly progress = new Progress();
  /** By packet identifier, in the order of sending. */
  private readonly unanswered = new Map<number, { number: number; state: 'publish-sent' | 'pubrel-sent' }>();
  private sent = 0;
  private identifier = 0;
  private isClosed = false;
  private connection: RawClient | null = null;
  private readonly running: Promise<void>;

  constructor(
    private readonly login: Login,
    readonly name: string,
    readonly qos: 1 | 2,
  ) {
    this.progress.on('released', () => this.publish());
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.connection?.drop();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let isFirst = true; !this.isClosed;) {
      const connected = await RawClient.connect(this.login, { clientId: this.name }).catch(() => null);
      if (connected === null) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      // Closed while it was connecting.
      if (this.isClosed) return connected.client.drop();
      const isPresent = connected.connack.sessionPresent;
      if (isPresent === isFirst)
        this.progress.emit('error', new Error(`${this.name}: session present ${isPresent}`));
      isFirst = false;
      this.connection = connected.client;
      this.resend(connected.client);
      this.publish();
      await this.answer(connected.client);
      this.connection = null;
    }
  }

  private resend(client: RawClient): void {
    for (const [messageId, { number, state }] of this.unanswered) {
      if (state === 'pubrel-sent') client.send({ cmd: 'pubrel', messageId });
      else this.sendPublish(client, messageId, number, true);
    }
  }

  /** As many new messages as were released and the window holds. */
  private publish(): void {
    while (this.connection !== null && this.sent < this.progress.released && this.unanswered.size < WINDOW) {
      do this.identifier = (this.identifier % 0xffff) + 1;
      while (this.unanswered.has(this.identifier));
      this.unanswered.set(this.identifier, { number: ++this.sent, state: 'publish-sent' });
      this.sendPublish(this.connection, this.identifier, this.sent, false);
    }
  }

  private sendPublish(client: RawClient, messageId: number, number: number, dup: boolean): void {
    const { name, qos } = this;
    client.send({
      cmd: 'publish',
      messageId,
      topic: topicOf(name),
      payload: payloadOf(name, number),
      qos,
      dup,
      retain: false,
    });
  }

  /** Until the connection ends. */
  private async answer(client: RawClient): Promise<void> {
    for (let packet = await client.next(); packet !== null; packet = await client.next()) {
      const { cmd, messageId = 0 } = packet;
      const message = this.unanswered.get(messageId);
      if (cmd === 'pubrec') {
        if (message?.state === 'publish-sent') {
          message.state = 'pubrel-sent';
          // PUBREC is the promise of QoS 2: what follows only releases the packet identifier.
          this.progress.acknowledge();
        }
        client.send({ cmd: 'pubrel', messageId });
      } else if (cmd === 'puback' || cmd === 'pubcomp') {
        if (this.unanswered.delete(messageId) && cmd === 'puback') this.progress.acknowledge();
        this.publish();
      } else {
        this.progress.emit('error', new Error(`${this.name} received ${JSON.stringify(packet)}`));
      }
    }
  }
}
