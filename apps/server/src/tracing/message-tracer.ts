import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace as traces,
  TraceFlags,
  type Tracer as SpanMaker,
} from '@opentelemetry/api';
import type { Message, Tracer } from '@restante/broker';
import { traceParentOf } from './trace-parent.ts';

/** Whatever publishers ask for: a trace takes about as long as twenty messages without one. */
const MAX_TRACES_A_SECOND = 100;
/** Of one message; to others it goes without a span. */
const MAX_DELIVERIES = 32;

/** A message that is followed. */
interface Followed {
  context: Context;
  /** Until its publisher is answered; null: another server's, or answered. */
  root: Span | null;
  route: Span | null;
  /** Since it was routed, in ms since the epoch. */
  routedAt: number;
  waitsForCommit: boolean;
  deliveries: number;
  /** By client: sent, and not acknowledged. */
  unacknowledged: Map<string, Span>;
}

/**
 * Makes the spans of a message: `publish` from its arrival to its publisher's answer, below that `route`, `commit`, and
 * for each client `deliver` (while it waits for being sent) and `puback` (until it is acknowledged).
 *
 * Followed are a share of the messages, and those that name a trace that is recorded, up to a limit. A message holds
 * nothing for that: what is known of it goes when it does.
 */
export class MessageTracer implements Tracer {
  private readonly followed = new WeakMap<Message, Followed>();
  private second = 0;
  private begun = 0;

  /** @param ratio of messages that name no trace, 0 to 1 */
  constructor(
    private readonly spans: SpanMaker,
    private readonly ratio: number,
  ) {}

  received(message: Message, tenantId: number, clientId: string | null): void {
    // The server's own.
    if (message.topic.startsWith('$')) return;
    const parent = traceParentOf(message.forwardedProperties);
    const isWanted = parent === null ? Math.random() < this.ratio : isRecorded(parent.traceFlags);
    if (!isWanted || !this.hasRoom()) return;
    const startTime = now();
    const attributes = {
      ...attributesOf(message, tenantId, clientId),
      'messaging.operation.type': 'receive',
    };
    const around = parent === null ? ROOT_CONTEXT : traces.setSpanContext(ROOT_CONTEXT, parent);
    const root = this.spans.startSpan('publish', { kind: SpanKind.SERVER, startTime, attributes }, around);
    const context = traces.setSpan(ROOT_CONTEXT, root);
    const route = this.spans.startSpan('route', { startTime }, context);
    this.followed.set(message, {
      ...{ context, root, route, routedAt: startTime, waitsForCommit: false },
      ...{ deliveries: 0, unacknowledged: new Map() },
    });
  }

  routed(message: Message, { delivered, filters }: { delivered: number; filters: number }): void {
    const followed = this.followed.get(message);
    if (followed === undefined) return;
    const attributes = { 'restante.delivered': delivered, 'restante.logs': filters };
    followed.routedAt = now();
    followed.waitsForCommit = message.qos > 0 && (filters > 0 || message.retain);
    followed.route?.setAttributes(attributes).end(followed.routedAt);
    followed.route = null;
    if (message.qos === 0) this.endRoot(followed, followed.routedAt);
  }

  answered(message: Message): void {
    const followed = this.followed.get(message);
    if (followed === undefined) return;
    const time = now();
    if (followed.waitsForCommit)
      this.spans.startSpan('commit', { startTime: followed.routedAt }, followed.context).end(time);
    this.endRoot(followed, time);
  }

  sent(message: Message, tenantId: number, clientId: string, qos: number): void {
    const followed = this.followed.get(message) ?? this.resume(message);
    if (followed === null || followed.deliveries >= MAX_DELIVERIES || followed.unacknowledged.has(clientId))
      return;
    followed.deliveries++;
    const time = now();
    const attributes = { ...attributesOf(message, tenantId, clientId), 'restante.delivery.qos': qos };
    const { context } = followed;
    const options = { kind: SpanKind.PRODUCER, startTime: followed.routedAt, attributes };
    const delivery = this.spans.startSpan('deliver', options, context);
    delivery.end(time);
    if (qos === 0) return;
    const below = traces.setSpan(ROOT_CONTEXT, delivery);
    followed.unacknowledged.set(clientId, this.spans.startSpan('puback', { startTime: time }, below));
  }

  acknowledged(message: Message, clientId: string): void {
    const followed = this.followed.get(message);
    followed?.unacknowledged.get(clientId)?.end(now());
    followed?.unacknowledged.delete(clientId);
  }

  /** One that waited in the database, and names a trace: what its client gets belongs there. */
  private resume(message: Message): Followed | null {
    const parent = traceParentOf(message.forwardedProperties);
    if (parent === null || !isRecorded(parent.traceFlags) || !this.hasRoom()) return null;
    const followed: Followed = {
      context: traces.setSpanContext(ROOT_CONTEXT, parent),
      ...{ root: null, route: null, routedAt: message.publishedAt, waitsForCommit: false },
      ...{ deliveries: 0, unacknowledged: new Map() },
    };
    this.followed.set(message, followed);
    return followed;
  }

  private endRoot(followed: Followed, time: number): void {
    followed.root?.end(time);
    followed.root = null;
  }

  private hasRoom(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.begun = 0;
    }
    return ++this.begun <= MAX_TRACES_A_SECOND;
  }
}

function isRecorded(flags: number): boolean {
  return (flags & TraceFlags.SAMPLED) !== 0;
}

/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
function attributesOf(message: Message, tenantId: number, clientId: string | null): Attributes {
  return {
    'messaging.system': 'mqtt',
    'messaging.destination.name': message.topic,
    'messaging.message.envelope.size': message.size,
    'messaging.client.id': clientId ?? '',
    'restante.tenant.id': tenantId,
    'restante.qos': message.qos,
  };
}

/** In ms since the epoch, with fractions. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
