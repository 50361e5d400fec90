import mqtt, { type MqttClient } from 'mqtt';
import type { Login } from './packets.ts';

const EVERY_MS = 10;

/** Two well-behaved clients of another tenant, who must notice nothing of the attack. */
export class Witness {
  private sent = 0;
  private received = 0;
  private disturbances: string[] = [];
  private readonly roundTripsMs: number[] = [];
  private timer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly publisher: MqttClient,
    private readonly subscriber: MqttClient,
  ) {}

  static async start(port: number, login: Login): Promise<Witness> {
    const open = (clientId: string) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        ...login,
        clientId,
        protocolVersion: 5,
        reconnectPeriod: 0,
        keepalive: 5,
      });
    const witness = new Witness(await open('publisher'), await open('subscriber'));
    await witness.begin();
    return witness;
  }

  private async begin(): Promise<void> {
    const { publisher, subscriber } = this;
    for (const [name, client] of Object.entries({ publisher, subscriber })) {
      client.on('close', () => this.timer !== null && this.disturbances.push(`${name} was disconnected`));
      client.on('error', (error) => this.disturbances.push(`${name}: ${error.message}`));
    }
    subscriber.on('message', (_topic, payload) => {
      const [sequence, at] = payload.toString().split(' ').map(Number);
      if (sequence !== this.received)
        this.disturbances.push(`${sequence} came where ${this.received} was due`);
      this.received = sequence + 1;
      this.roundTripsMs.push(performance.now() - at);
    });
    await subscriber.subscribeAsync('sequence', { qos: 1 });
    this.timer = setInterval(() => this.publish(), EVERY_MS);
  }

  private publish(): void {
    const payload = `${this.sent++} ${performance.now()}`;
    this.publisher.publish('sequence', payload, { qos: 1 }, (error) => {
      if (error) this.disturbances.push(`publish: ${error.message}`);
    });
  }

  /** Waits for what is on its way, and tells what was seen. */
  async end(): Promise<{
    sent: number;
    received: number;
    p50Ms: number;
    p99Ms: number;
    maxMs: number;
    disturbances: string[];
  }> {
    clearInterval(this.timer!);
    const deadline = Date.now() + 10_000;
    while (this.received < this.sent && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.timer = null;
    for (const client of [this.publisher, this.subscriber]) client.end(true);
    const sorted = this.roundTripsMs.toSorted((a, b) => a - b);
    const at = (share: number) => Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2));
    const disturbances = this.disturbances.slice(0, 20);
    return {
      sent: this.sent,
      received: this.received,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
      disturbances,
    };
  }
}
