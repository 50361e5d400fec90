import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type Client, type Device, type Subscriber, type Subscription, urlOf } from './client.ts';
import { Lines } from './lines.ts';

function options({ version, username, password, clientId, caFile }: Device, isKept = false): IClientOptions {
  return {
    protocolVersion: version === '5.0' ? 5 : 4,
    clean: !isKept,
    properties: isKept ? { sessionExpiryInterval: 3_600 } : {},
    reconnectPeriod: 0,
    ca: readFileSync(caFile),
    username,
    password,
    clientId,
  };
}

class MqttJsSubscriber implements Subscriber {
  private readonly lines = new Lines();
  private readonly client: MqttClient;

  constructor(
    private readonly device: Device,
    { topicFilter, qos, will, isKept }: Subscription,
  ) {
    const leaving = will && {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: 1 as const,
      retain: false,
    };
    this.client = mqtt.connect(urlOf(device), { ...options(device, isKept), will: leaving });
    this.client.on('message', (_, payload) => this.lines.add(payload.toString()));
    this.client.subscribe(topicFilter, { qos });
  }

  next(): Promise<string> {
    return this.lines.next(`MQTT.js, ${JSON.stringify(this.device)}`);
  }

  leave(): Promise<void> {
    return this.client.endAsync();
  }

  async vanish(): Promise<void> {
    if (this.client.stream.destroyed) return;
    const closed = once(this.client.stream, 'close');
    this.client.stream.destroy();
    await closed;
  }
}

/** MQTT.js, the library for Node and browsers. */
export const mqttJs: Client = {
  name: 'MQTT.js',
  transports: ['mqtt', 'mqtts', 'ws', 'wss'],
  canResume: true,
  leavesWithWill: [],

  async publish(device, { topic, payload, qos, retain }) {
    const client = await mqtt.connectAsync(urlOf(device), options(device));
    await client.publishAsync(topic, payload, { qos, retain });
    await client.endAsync();
  },

  subscribe: (device, subscription) => new MqttJsSubscriber(device, subscription),
};
