import type { LiveSession as Told } from '@restante/api-client';

/** What lists and the wall know of a session. Times in ms since the epoch. */
export interface LiveSession extends Omit<Told, 'connectedAt' | 'disconnectedAt' | 'expiresAt'> {
  connectedAt: number | null;
  disconnectedAt: number | null;
  expiresAt: number | null;
}

export function toLiveSession(session: Told): LiveSession {
  const { connectedAt, disconnectedAt, expiresAt } = session;
  return {
    clientId: session.clientId,
    state: session.state,
    username: session.username,
    protocolVersion: session.protocolVersion,
    remoteAddress: session.remoteAddress,
    connectedAt: toMs(connectedAt),
    disconnectedAt: toMs(disconnectedAt),
    expiresAt: toMs(expiresAt),
    sessionExpirySeconds: session.sessionExpirySeconds,
    queuedMessages: session.queuedMessages,
    queuedBytes: session.queuedBytes,
    maxQueuedMessages: session.maxQueuedMessages,
    inflightMessages: session.inflightMessages,
    droppedMessages: session.droppedMessages,
    isOrphanSuspect: session.isOrphanSuspect,
  };
}

function toMs(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}

/** Whether two reads of a session say the same. */
export function isSame(a: LiveSession, b: LiveSession): boolean {
  return (
    a.queuedMessages === b.queuedMessages &&
    a.state === b.state &&
    a.inflightMessages === b.inflightMessages &&
    a.droppedMessages === b.droppedMessages &&
    a.connectedAt === b.connectedAt &&
    a.disconnectedAt === b.disconnectedAt &&
    a.expiresAt === b.expiresAt &&
    a.queuedBytes === b.queuedBytes &&
    a.maxQueuedMessages === b.maxQueuedMessages &&
    a.sessionExpirySeconds === b.sessionExpirySeconds &&
    a.username === b.username &&
    a.remoteAddress === b.remoteAddress &&
    a.protocolVersion === b.protocolVersion &&
    a.isOrphanSuspect === b.isOrphanSuspect
  );
}
