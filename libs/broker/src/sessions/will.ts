import type { WillPacketPart } from '@restante/mqtt-codec';
import { type Authorize, covers } from '../authentication.ts';
import type { Publication } from '../message.ts';
import type { Policy } from '../policy.ts';
import type { StoredWill } from '../ports.ts';
import type { Session } from './session.ts';

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
      expiresAt: expiryMs(will, policy),
      publisherSessionId: session.id,
    },
  };
}

/** In place of a time until it is published: 0 is never, so that a will that expires at once does so after a second. */
function expiryMs({ messageExpiryInterval }: WillPacketPart, policy: Policy): number {
  const seconds = expirySeconds(messageExpiryInterval, policy);
  return seconds === null ? 0 : Math.max(seconds, 1) * 1_000;
}

/** When the will of a session is due whose connection ended at `now`: after its delay, or with the session. */
export function willDueAt(session: Session, will: StoredWill, now: number): number {
  return now + Math.min(will.delaySeconds, session.expirySeconds) * 1_000;
}

/** Publishes a session's will, once [MQTT-3.1.2-8], if its client may still publish it by the rules in force now. */
export function publishWill(session: Session, now: number, authorize: Authorize | undefined): void {
  const { will, clientId, namespace } = session;
  if (will === null) return;
  session.will = null;
  session.willAt = null;
  const { topic, qos, retain, expiresAt } = will.publication;
  if (authorize !== undefined && !covers(authorize('publish', topic, clientId), qos, retain)) {
    namespace.counters.drop('not-authorized');
    namespace.ledger.refused(clientId, 'not-authorized', will.publication);
    return;
  }
  const publication: Publication = {
    ...will.publication,
    publishedAt: now,
    expiresAt: expiresAt === 0 ? 0 : now + expiresAt,
  };
  namespace.publish(publication, false, clientId);
}

/** When a message expires that is published now, in ms since the epoch; 0: never. Under the policy's default and cap. */
export function expiresAt(asked: number | undefined, policy: Policy, now: number): number {
  const seconds = expirySeconds(asked, policy);
  return seconds === null ? 0 : now + seconds * 1_000;
}

function expirySeconds(asked: number | undefined, policy: Policy): number | null {
  const wanted = asked ?? policy.messageExpirySeconds;
  return wanted === null ? null : Math.min(wanted, policy.maxMessageExpirySeconds);
}
