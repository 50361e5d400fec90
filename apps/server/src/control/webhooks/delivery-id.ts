import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 10;

/** An identifier that no other delivery has, and that comes after those of earlier times. */
export function deliveryId(now: number): string {
  return idsFrom(now) + randomBytes(RANDOM_BYTES).toString('hex');
}

/** What identifiers of a time begin with: those of earlier times come before it. */
export function idsFrom(time: number): string {
  return `msg_${Math.max(0, Math.floor(time)).toString(16).padStart(12, '0')}`;
}
