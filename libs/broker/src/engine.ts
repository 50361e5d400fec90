import type { ConnectionCounts } from './figures/connection-counts.ts';
import type { GroupRead } from './journal/group-read.ts';
import type { Authenticator, Logger, NewestRequest, Observer, StoredNewest, Tracer } from './ports.ts';
import type { Journal } from './journal/journal.ts';
import type { Namespace } from './namespace.ts';
import type { PageReader } from './logs/page-reader.ts';
import type { SessionLoader } from './sessions/session-loader.ts';
import type { Turn } from './connection/turn.ts';

/** What the parts of one broker share. */
export interface Engine {
  readonly journal: Journal;
  readonly turn: Turn;
  readonly pages: PageReader;
  readonly sessions: SessionLoader;
  readonly newest: GroupRead<NewestRequest, StoredNewest>;
  readonly authenticator: Authenticator;
  readonly log: Logger;
  readonly observer: Observer;
  /** null: no message is followed, at no cost. */
  readonly tracer: Tracer | null;
  readonly connections: ConnectionCounts;
  /** Told to clients in `$SYS/broker/`. */
  readonly about: { version: string; startedAt: number };
  /** Milliseconds since the epoch. */
  now(): number;
  /** The tenant's namespace, made at first use. */
  namespace(tenantId: number): Namespace;
  /** The tenant is gone, with all it had. */
  forgetNamespace(tenantId: number): void;
}
