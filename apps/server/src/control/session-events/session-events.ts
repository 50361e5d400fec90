import type { Occurrence, OccurrenceKind } from '@restante/broker';
import { ReasonCode } from '@restante/mqtt-codec';
import type { SessionEventView } from './session-events.dto.ts';

/** What can happen in a session's life: to its connections, to itself, and to its queue by somebody's hand. */
export const SESSION_EVENT_KINDS = [
  'connected',
  'taken-over',
  'disconnected',
  'expired',
  'replaced',
  'deleted',
  'queue-purged',
  'queue-copied',
  'queue-moved',
  'message-deleted',
  'rewound',
] as const;
export type SessionEventKind = (typeof SESSION_EVENT_KINDS)[number];

/** What the engine tells of every tenant, so that it can be kept. */
export const KEPT_OCCURRENCES: readonly OccurrenceKind[] = [
  ...(['client-connected', 'client-disconnected', 'session-expired', 'session-replaced'] as const),
];

/** What is known of an event beside its kind; what does not belong to it is left out. */
export type SessionEventDetail = Partial<Omit<SessionEventView, 'id' | 'at' | 'kind'>>;

export interface SessionEvent {
  clientId: string;
  /** Milliseconds since the epoch. */
  at: number;
  kind: SessionEventKind;
  detail: SessionEventDetail;
}

/** null: nothing that is kept, such as whatever concerns a session that ends with its connection. */
export function toSessionEvent(occurrence: Occurrence): SessionEvent | null {
  switch (occurrence.kind) {
    case 'client-connected': {
      const { clientId, at, isDurable, username, remoteAddress, transport } = occurrence;
      const { protocolVersion, sessionPresent } = occurrence;
      if (!isDurable) return null;
      const detail = { username, remoteAddress, transport, protocolVersion, sessionPresent };
      return { clientId, at, kind: 'connected', detail };
    }
    case 'client-disconnected': {
      const { clientId, at, isDurable, username, remoteAddress, isSessionKept, endedBy } = occurrence;
      const { by, reasonCode, reason } = occurrence;
      if (!isDurable) return null;
      const detail = { username, remoteAddress, isSessionKept };
      return reasonCode === ReasonCode.SESSION_TAKEN_OVER
        ? { clientId, at, kind: 'taken-over', detail: { ...detail, takenOverBy: endedBy } }
        : {
            clientId,
            at,
            kind: 'disconnected',
            detail: { ...detail, by, reasonCode, reason, actor: endedBy },
          };
    }
    case 'session-expired':
    case 'session-replaced': {
      const { clientId, at, username, queuedMessages, queuedBytes } = occurrence;
      const kind = occurrence.kind === 'session-expired' ? 'expired' : 'replaced';
      return { clientId, at, kind, detail: { username, queuedMessages, queuedBytes } };
    }
    default:
      return null;
  }
}
