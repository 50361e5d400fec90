import type { QoS } from '@restante/mqtt-codec';
import type { Policy } from './policy.ts';

/** What a CONNECT shows of who is there. */
export interface Login {
  username: string | undefined;
  password: Buffer | undefined;
  clientIdentifier: string;
  remoteAddress: string;
  /** TLS server name (SNI) or HTTP Host, when the transport has one. */
  serverName: string | undefined;
  /**
   * X.509 in DER: the client's own, whose key the client has shown to have, then its issuers' as the client sent them,
   * checked by nobody. undefined: the transport has none.
   */
  certificates: readonly Uint8Array[] | undefined;
}

/** Who a connection acts for, once its login is accepted. */
export interface Identity {
  tenantId: number;
  tenantSlug: string;
  /** The credential's user name without the tenant. */
  username: string;
  policy: Policy;
  /** Until when it is valid: then the connection is closed. Milliseconds since the epoch; undefined: for ever. */
  expiresAt?: number | undefined;
  /** What it was known by, for whoever made it: it tells which connections end when that is not good any more. */
  proof?: object;
  /**
   * What the credential's rules allow, null: nothing; undefined: everything within the tenant is allowed. `topic` is a
   * topic name for `publish`, a topic filter (or, on delivery, a topic name) for `subscribe`.
   */
  authorize?: Authorize | undefined;
}

export type Authorize = (
  action: 'publish' | 'subscribe',
  topic: string,
  clientIdentifier: string,
) => Permit | null;

/** How far something is allowed. */
export interface Permit {
  /** Publishes with more are refused, subscriptions are granted less. */
  maxQoS: QoS;
  /** Whether what is published may be retained. */
  retain: boolean;
}

/** Whether a message may be published so. */
export function covers(permit: Permit | null, qos: QoS, retain: boolean): boolean {
  return permit !== null && qos <= permit.maxQoS && (!retain || permit.retain);
}

/** Accepted with an identity, or refused with a CONNACK reason code of MQTT 5.0. */
export type LoginResult =
  { accepted: true; identity: Identity } | { accepted: false; reasonCode: number; reason: string };

/** One exchange of AUTH packets (MQTT 5.0 section 4.12), at CONNECT or later. */
export interface EnhancedLogin {
  /** Whom the client says it is, once it has said so; as it says it, with or without a tenant. */
  readonly username?: string | undefined;
  /** Takes what the client sent; called again with its answer as long as the step is a challenge. */
  next(data: Buffer): EnhancedStep | Promise<EnhancedStep>;
}

export type EnhancedStep =
  | { state: 'challenge'; data: Buffer }
  /** `data` proves the server to the client. */
  | { state: 'accepted'; data: Buffer; identity: Identity }
  | { state: 'refused'; reasonCode: number; reason: string };
