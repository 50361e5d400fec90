import { GroupRead } from '../journal/group-read.ts';
import type { Store, StoredSession } from '../ports.ts';

const MAX_SESSIONS_A_READ = 200;
/** One more session in a read costs microseconds, one more read a few hundred of them. */
const READ_INTERVAL_MS = 2;

/** Reads absent sessions from the store; many that are asked for together cost one read. */
export class SessionLoader {
  private readonly group: GroupRead<{ tenantId: number; clientId: string }, StoredSession | undefined>;

  constructor(store: Store) {
    this.group = new GroupRead((keys) => store.loadSessions(keys), MAX_SESSIONS_A_READ, 1, READ_INTERVAL_MS);
  }

  /** @returns undefined when the tenant has no such session */
  load(tenantId: number, clientId: string): Promise<StoredSession | undefined> {
    return this.group.get({ tenantId, clientId });
  }
}
