import { type WillPacketPart } from '@restante/mqtt-codec';
import { type Publication } from './message.ts';
import { type Policy } from './policy.ts';
import { type StoredWill } from './ports.ts';
import { type Session } from './session.ts';

/** A session's will as CONNECT set it; its expiry begins to run when it is published [section 3.1.3.2.4]. */
export function willOf(will: WillPacketPart, session: Session, policy: Policy): StoredWill {
  return {
    delaySeconds: Math.min(will.delayInterval, policy.maxWillDelaySeconds),
    publication: {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos,
      retain: will.retain,
      forwardedProperties: Buffer.from(will.forwardedProperties),
      publishedAt: 0,
      // Until it is published this is an interval.
      expiresAt: expiryInterval(will.messageExpiryInterval, policy) * 1_000,
      publisherSessionId: session.id,
    },
  };
}

/** When the will of a session is due whose connection ended at `now`: after its delay, or with the session. */
export function willDueAt(session: Session, will: StoredWill, now: number): number {
  return now + Math.min(will.delaySeconds, session.expirySeconds) * 1_000;
}

/** Publishes a session's will, once [MQTT-3.1.2-8]. */
export function publishWill(session: Session, now: number): void {
  const { will } = session;
  if (will === null) return;
  session.will = null;
  session.willAt = null;
  const { expiresAt } = will.publication;
  const publication: Publication = {
    ...will.publication,
    publishedAt: now,
    expiresAt: expiresAt === 0 ? 0 : now + expiresAt,
  };
  session.namespace.publish(publication);
}

/** Seconds; 0: never. What a publisher asked for, under the policy's default and cap. */
export function expiryInterval(asked: number | undefined, policy: Policy): number {
  const wanted = asked ?? policy.messageExpirySeconds;
  return wanted === null ? 0 : Math.min(Math.max(wanted, 1), policy.maxMessageExpirySeconds);
}
