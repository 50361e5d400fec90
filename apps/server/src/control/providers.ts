import { Prisma } from '@restante/database';

/** What the control plane is given from outside Nest. */
export const PRISMA = Symbol('PRISMA');
export const INSPECTION = Symbol('INSPECTION');
export const CREDENTIALS = Symbol('CREDENTIALS');
export const AUTH = Symbol('AUTH');
export const OBSERVED = Symbol('OBSERVED');
export const WEBHOOKS = Symbol('WEBHOOKS');
export const SESSION_EVENTS = Symbol('SESSION_EVENTS');
/** Whether requests that tenants ask for may go to this machine's own network. */
export const ALLOW_PRIVATE_ADDRESSES = Symbol('ALLOW_PRIVATE_ADDRESSES');
/** Reads the metrics, and nothing else; null: there is none. */
export const METRICS_TOKEN = Symbol('METRICS_TOKEN');
export const LOG = Symbol('LOG');
/** Seals the keys that token issuers share with us. */
export const TOKEN_KEYS = Symbol('TOKEN_KEYS');

/** The database refused a second row of the same key. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
