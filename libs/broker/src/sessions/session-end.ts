import type { Session } from './session.ts';
import type { DropReason } from '../ledger/drop.ts';
import { publishWill, willDueAt } from './will.ts';

/**
 * A session's connection has ended: its will is published or becomes due, and the session stays for its expiry
 * interval or ends now.
 */
export function detachSession(session: Session, now: number): void {
  const { namespace } = session;
  const authorize = session.connection?.identity?.authorize;
  const { journal } = namespace.engine;
  session.connection = null;
  namespace.connectionCount--;
  session.connectedAt = null;
  session.disconnectedAt = now;
  if (session.will !== null) {
    session.willAt = willDueAt(session, session.will, now);
    if (session.willAt <= now) publishWill(session, now, authorize);
  }
  if (session.hasExpired(now)) {
    namespace.endSession(session, 'session-ended');
    return;
  }
  namespace.takeOffline(session);
  journal.putSession(session);
  journal.touch(session);
}

/** The time of an absent session has run out. */
export async function expireSession(session: Session): Promise<void> {
  if (session.isEnded) return;
  session.namespace.watch?.expired(session);
  await endSession(session);
}

/** A clean start ends an absent session [MQTT-3.1.2-4]. */
export async function replaceSession(session: Session): Promise<void> {
  if (session.isEnded) return;
  if (session.isDurable) session.namespace.watch?.replaced(session);
  await endSession(session);
}

/** Ends an absent session before its time, or at it: a will that is still delayed is due now [MQTT-3.1.2-8]. */
export async function endSession(session: Session): Promise<void> {
  if (session.isEnded) return;
  const { namespace, username } = session;
  const { engine, tenantId } = namespace;
  const reason: DropReason = session.hasExpired(engine.now()) ? 'session-expired' : 'session-ended';
  if (session.willAt !== null)
    publishWill(session, engine.now(), await engine.authenticator.authorizerOf(tenantId, username));
  namespace.endSession(session, reason);
}
