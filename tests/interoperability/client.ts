export const TRANSPORTS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
export type Transport = (typeof TRANSPORTS)[number];
export const VERSIONS = ['3.1.1', '5.0'] as const;
export type Version = (typeof VERSIONS)[number];
export const QOS = [0, 1, 2] as const;
export type QoS = (typeof QOS)[number];

/** How a device reaches the broker, and as whom. */
export interface Device {
  transport: Transport;
  version: Version;
  host: string;
  port: number;
  /** PEM file with what the device trusts. */
  caFile: string;
  username: string;
  password: string;
  clientId: string;
}

export interface OutgoingMessage {
  topic: string;
  payload: string;
  qos: QoS;
  retain?: boolean;
}

export interface Subscription {
  topicFilter: string;
  qos: QoS;
  /** Sent by the broker, with QoS 1, when the device vanishes. */
  will?: { topic: string; payload: string };
  /** The session outlives the connection, and is resumed where it is there. */
  isKept?: boolean;
}

/** A device that subscribes and prints. */
export interface Subscriber {
  /** The next payload. */
  next(): Promise<string>;
  /** Disconnects as a client should. */
  leave(): Promise<void>;
  /** Is gone without a word. Does nothing where it is gone. */
  vanish(): Promise<void>;
}

/** A client program or library of others. */
export interface Client {
  readonly name: string;
  readonly transports: readonly Transport[];
  /** Whether it can keep its session. */
  readonly canResume: boolean;
  /** Versions in which it asks for its will when it disconnects (5.0 section 3.14.2.1, reason code 0x04). */
  readonly leavesWithWill: readonly Version[];
  /** Resolves when the client says that it is done; rejects when it says that it failed. */
  publish(device: Device, message: OutgoingMessage): Promise<void>;
  subscribe(device: Device, subscription: Subscription): Subscriber;
}

/** Where a device's URL points to. */
export function urlOf({ transport, host, port }: Device): string {
  return `${transport}://${host}:${port}${transport.startsWith('ws') ? '/mqtt' : ''}`;
}

export function isSecure({ transport }: Device): boolean {
  return transport === 'mqtts' || transport === 'wss';
}
