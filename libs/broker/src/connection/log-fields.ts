import type { Connection } from './connection.ts';

/** Whose connection it is, as far as that is known, for lines of the log. */
export function logFieldsOf({ number, remoteAddress, identity, session }: Connection) {
  return {
    connection: number,
    tenant: identity?.tenantSlug,
    clientId: session?.clientId,
    remoteAddress,
  };
}
