// Not inline: the module itself would be imported, and be part of the page.
import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt';
import { NEW_TRY, type TryLine, type TryState, withLine } from './try-lines.ts';

/** Its session stays so long after it has gone. */
export const SESSION_EXPIRY_SECONDS = 3_600;
const CONNECT_TIMEOUT_MS = 10_000;
const QOS = 1;

export interface TryLogin {
  /** `{tenant}:{credential}` */
  username: string;
  password: string;
  clientId: string;
}

/**
 * An MQTT client with a persistent session, over WebSocket through the dashboard's own origin. What it does and gets
 * stands in its state, line by line. MQTT.js is loaded when it connects for the first time.
 */
export class TryClient {
  private state = NEW_TRY;
  private client: MqttClient | null = null;
  private isClosed = false;
  private readonly listeners = new Set<() => void>();

  constructor(readonly login: TryLogin) {}

  subscribeToState = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  current = (): TryState => this.state;

  /** Says in a line why it could not be, if so. */
  async connect(): Promise<void> {
    if (this.client !== null || this.isClosed) return;
    this.change({ ...this.state, phase: 'connecting' });
    try {
      const { default: mqtt } = await import('mqtt');
      if (!this.isClosed) this.listen(mqtt.connect(addressHere(), optionsOf(this.login)));
    } catch (error) {
      this.fail('MQTT.js could not be loaded', error);
      this.change({ ...this.state, phase: 'offline' });
    }
  }

  /** With a DISCONNECT: the session stays for {@link SESSION_EXPIRY_SECONDS}. */
  leave(): void {
    const { client } = this;
    if (client === null) return;
    this.client = null;
    client.end();
    this.change({ ...this.state, phase: 'offline' });
    this.say({ kind: 'told', text: 'Went offline. The session stays at the server.' });
  }

  /** Nobody looks at it any more. */
  close(): void {
    this.isClosed = true;
    this.client?.end();
    this.client = null;
  }

  async subscribe(topicFilter: string): Promise<void> {
    try {
      await this.client?.subscribeAsync(topicFilter, { qos: QOS });
      const filters = [...new Set([...this.state.filters, topicFilter])];
      this.change({ ...this.state, filters });
      this.say({ kind: 'told', text: 'Subscribed with QoS 1', topic: topicFilter });
    } catch (error) {
      this.fail(`Not subscribed to ${topicFilter}`, error);
    }
  }

  /** The line comes when the server has acknowledged it. */
  async publish(topic: string, payload: string): Promise<void> {
    try {
      await this.client?.publishAsync(topic, payload, { qos: QOS });
      this.say({ kind: 'sent', text: 'Published and acknowledged', topic, payload });
    } catch (error) {
      this.fail(`Not published on ${topic}`, error);
    }
  }

  /** Something that was done for it elsewhere. */
  say(line: Omit<TryLine, 'number' | 'at'>): void {
    this.change(withLine(this.state, { ...line, at: Date.now() }));
  }

  fail(what: string, error: unknown): void {
    this.say({ kind: 'failed', text: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }

  /** Everything is listened to before it can come: what waited is sent right behind the CONNACK. */
  private listen(client: MqttClient): void {
    this.client = client;
    const isCurrent = () => this.client === client;
    client.on('connect', (connack) => isCurrent() && this.connected(connack));
    client.on('message', (topic, payload) => {
      if (isCurrent())
        this.say({ kind: 'received', text: 'Received', topic, payload: new TextDecoder().decode(payload) });
    });
    client.on('error', (error) => isCurrent() && this.fail('Refused', error));
    client.on('disconnect', ({ reasonCode }) => {
      if (isCurrent())
        this.say({ kind: 'failed', text: `The server has closed the connection: reason code ${reasonCode}` });
    });
    client.on('close', () => {
      if (!isCurrent()) return;
      this.client = null;
      client.end(true);
      this.change({ ...this.state, phase: 'offline' });
      this.say({ kind: 'told', text: 'The connection is closed.' });
    });
  }

  private connected({ sessionPresent }: IConnackPacket): void {
    const { filters, returns, isSessionPresent } = this.state;
    this.change({
      ...this.state,
      phase: 'online',
      isSessionPresent: sessionPresent,
      filters: sessionPresent ? filters : [],
      returns: isSessionPresent === null ? 0 : returns + 1,
    });
    const text = sessionPresent
      ? 'Connected. Session present: subscriptions and what was queued are still there.'
      : 'Connected. Session present: no, this is a new session.';
    this.say({ kind: 'told', text });
  }

  private change(state: TryState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function addressHere(): string {
  return `${window.location.origin.replace(/^http/, 'ws')}/mqtt`;
}

/** Timers of the page's own: others would need a worker, which the content security policy does not let in. */
function optionsOf(login: TryLogin): IClientOptions {
  return {
    ...login,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS },
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    timerVariant: 'native',
  };
}
