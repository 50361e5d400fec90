import mqtt from 'mqtt';
import type { Login } from '../harness/test-server.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { payloadOf, Progress, type Publisher, topicOf } from './publisher.ts';

/** Below the broker's Receive Maximum, which MQTT.js leaves to its user. */
const WINDOW = 50;
const PACKET_IDENTIFIER_NOT_FOUND = 0x92;

/** MQTT.js, which resends from its own store. */
export class MqttjsPublisher implements Publisher {
  readonly progress = new Progress();
  private readonly client: mqtt.MqttClient;
  private sent = 0;
  private isClosed = false;

  constructor(
    login: Login,
    readonly name: string,
    readonly qos: 1 | 2,
  ) {
    this.client = mqtt.connect(mqttjsOptions(login, name));
    // A refused connection while the broker is down; it tries again.
    this.client.on('error', () => undefined);
    this.progress.on('released', () => this.publish());
  }

  private publish(): void {
    while (this.sent < this.progress.released && this.sent - this.progress.acknowledged < WINDOW)
      this.publishOne(++this.sent);
  }

  private publishOne(number: number): void {
    if (this.isClosed) return;
    this.client.publish(topicOf(this.name), payloadOf(this.name, number), { qos: this.qos }, (error) => {
      if (this.isClosed) return;
      // PUBREL had done its work before the kill; what the client learns only now [MQTT 5.0, 4.3.3, 3.7.2.1].
      if (error instanceof mqtt.ErrorWithReasonCode && error.code === PACKET_IDENTIFIER_NOT_FOUND)
        return this.acknowledged();
      // The connection went before MQTT.js had taken the message into its store: it is left to the application.
      if (error) return setImmediate(() => this.publishOne(number));
      this.acknowledged();
    });
  }

  private acknowledged(): void {
    this.progress.acknowledge();
    this.publish();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.endAsync(true);
  }
}
