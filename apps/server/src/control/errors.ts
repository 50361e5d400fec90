/** What can go wrong in an operation, and how HTTP says it (RFC 9457). One table for every controller. */
const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-authenticated': { status: 401, title: 'Authentication is needed' },
  'wrong-login': { status: 401, title: 'E-mail address or password is wrong' },
  'foreign-origin': { status: 403, title: 'The request comes from another site' },
  'not-permitted': { status: 403, title: 'The role does not permit this' },
  'tenant-not-found': { status: 404, title: 'There is no such tenant' },
  'credential-not-found': { status: 404, title: 'There is no such credential' },
  'policy-not-found': { status: 404, title: 'There is no such policy' },
  'role-not-found': { status: 404, title: 'There is no such role' },
  'authority-not-found': { status: 404, title: 'There is no such certificate authority' },
  'certificate-not-revoked': { status: 404, title: 'The certificate is not revoked by hand' },
  'issuer-not-found': { status: 404, title: 'There is no such token issuer' },
  'not-retained': { status: 404, title: 'Nothing is retained there' },
  'dead-letter-not-found': { status: 404, title: 'There is no such dead letter' },
  'receipt-not-found': { status: 404, title: 'There is no such receipt' },
  'session-not-found': { status: 404, title: 'There is no such session' },
  'member-not-found': { status: 404, title: 'There is no such member' },
  'invitation-not-found': { status: 404, title: 'There is no such invitation' },
  'login-not-found': { status: 404, title: 'There is no such login' },
  'api-key-not-found': { status: 404, title: 'There is no such API key' },
  'webhook-not-found': { status: 404, title: 'There is no such webhook' },
  'delivery-not-found': { status: 404, title: 'There is no such delivery' },
  'changed-meanwhile': { status: 409, title: 'It was changed or deleted meanwhile' },
  'tenant-exists': { status: 409, title: 'A tenant of this name exists' },
  'credential-exists': { status: 409, title: 'A credential of this name exists' },
  'policy-exists': { status: 409, title: 'A policy of this name exists' },
  'role-exists': { status: 409, title: 'A role of this name exists' },
  'authority-exists': { status: 409, title: 'The certificate authority is registered' },
  'issuer-exists': { status: 409, title: 'A token issuer of this name exists' },
  'too-many-of-them': { status: 409, title: 'The tenant has as many as it may' },
  'older-list': { status: 409, title: 'The list is older than the one in force' },
  'role-in-use': { status: 409, title: 'The role is in use' },
  'policy-in-use': { status: 409, title: 'The policy is in use' },
  'last-owner': { status: 409, title: 'Somebody must stay in charge' },
  'log-in-first': { status: 409, title: 'A login is needed first' },
  'tenant-suspended': { status: 409, title: 'The tenant is suspended' },
  'message-not-waiting': { status: 409, title: 'The message does not wait (any more)' },
  'nothing-kept': { status: 409, title: 'The policy keeps nothing of what was sent' },
  'session-not-durable': { status: 409, title: 'The session ends with its connection' },
  'queue-limit': { status: 409, title: 'The queue cannot take so much' },
  'tenant-deleting': { status: 409, title: 'The tenant is being deleted' },
  'queue-full': { status: 409, title: 'A queue that refuses publishers is full' },
  'quota-exceeded': { status: 409, title: 'A quota of the tenant is reached' },
  'session-offline': { status: 409, title: 'The session is not online' },
  'too-many-webhooks': { status: 409, title: 'The tenant has as many webhooks as it may' },
  'webhook-disabled': { status: 409, title: 'The webhook is disabled' },
  'idempotency-key-busy': { status: 409, title: 'The same request is being answered' },
  'idempotency-key-reused': { status: 422, title: 'The key belongs to another request' },
  'precondition-failed': { status: 412, title: 'It was changed meanwhile' },
  'invalid-topic': { status: 422, title: 'The topic is not valid' },
  'too-many-logins': { status: 429, title: 'Too many logins' },
  'too-many-subscriptions': { status: 429, title: 'Too many subscriptions' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'database-away': { status: 503, title: 'The database cannot be reached' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** An operation refused for a reason that its caller can understand. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly errors?: { path: string; message: string }[],
  ) {
    super(detail);
  }
}

/** A problem detail (RFC 9457 section 3.1). */
export interface ProblemDetail {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { path: string; message: string }[];
}

export function toProblem({ code, message, errors }: DomainError): ProblemDetail {
  return { type: `urn:restante:problem:${code}`, ...PROBLEMS[code], detail: message, code, errors };
}
