import type { SpanContext } from '@opentelemetry/api';
import { decodeForwardedProperties } from '@restante/mqtt-codec';

const NAME = 'traceparent';
/** https://www.w3.org/TR/trace-context/#traceparent-header, of version 00; later versions begin in the same way. */
const FORM = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const SAMPLED = 1;

/**
 * The trace that a message belongs to, by its user property `traceparent`
 * (https://w3c.github.io/trace-context-mqtt/); null: it names none.
 */
export function traceParentOf(forwardedProperties: Buffer): SpanContext | null {
  // Most messages have no properties at all, and most others not this one.
  if (forwardedProperties.length === 0 || !forwardedProperties.includes(NAME)) return null;
  const { userProperties = [] } = decodeForwardedProperties(forwardedProperties);
  const value = userProperties.find(([name]) => name === NAME)?.[1];
  const [, traceId, spanId, flags] = FORM.exec(value ?? '') ?? [];
  if (traceId === undefined) return null;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) & SAMPLED, isRemote: true };
}
