import type { LedgerLine } from '@restante/api-client';

export type Reason = LedgerLine['reason'];

/** Why messages did not arrive: in a word, and in a sentence. */
export const REASONS: Record<Reason, { name: string; means: string }> = {
  'queue-full': { name: 'Queue full', means: 'The queue was at the limit of its policy.' },
  'quota-exceeded': { name: 'Quota reached', means: 'A quota of the tenant was used up.' },
  'message-expired': { name: 'Message expired', means: "The message's own time ran out while it waited." },
  'packet-too-large': { name: 'Packet too large', means: 'The client takes no packets of this size.' },
  'slow-consumer': { name: 'Slow consumer', means: 'The client was online and took messages too slowly.' },
  'not-authorized': { name: 'Not authorized', means: 'The access rules do not allow it.' },
  'rejected-by-client': { name: 'Rejected by the client', means: 'The client answered with an error.' },
  'no-longer-stored': { name: 'No longer stored', means: 'The message was not in the store any more.' },
  'session-expired': { name: 'Session expired', means: 'The client did not come back in time.' },
  purged: { name: 'Purged', means: 'Somebody emptied the queue.' },
  unsubscribed: { name: 'Unsubscribed', means: 'The client gave the subscription up while messages waited.' },
  superseded: { name: 'Superseded', means: 'A newer message of the same topic took its place.' },
  'session-ended': { name: 'Session ended', means: 'The session was deleted, or began anew.' },
  'group-ended': { name: 'Group ended', means: 'The last member left the shared subscription.' },
};

/** Of these there may be dead letters: what somebody did on purpose leaves none. */
export const LOSSES = [
  'queue-full',
  'quota-exceeded',
  'message-expired',
  'packet-too-large',
  'slow-consumer',
  'not-authorized',
  'rejected-by-client',
  'no-longer-stored',
  'session-expired',
] as const satisfies Reason[];

export function reasonName(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason].name : reason;
}

export function reasonMeaning(reason: string): string | undefined {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason].means : undefined;
}

/** For a choice among some of them. */
export function reasonOptions(reasons: readonly Reason[]): { value: string; name: string }[] {
  return [{ value: '', name: 'all' }, ...reasons.map((value) => ({ value, name: reasonName(value) }))];
}
