/**
 * How long a connection to PostgreSQL may take to be made, its name's look-up with it. A resolver gives a name server that
 * is away 5 s before it asks the next one (resolv.conf(5)): with less, such a database would never be reached.
 */
export const CONNECT_WITHIN_MS = 10_000;
