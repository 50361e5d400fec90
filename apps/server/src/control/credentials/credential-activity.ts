import type { Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { toTime } from '../times.ts';

const WRITTEN_EVERY_MS = 5_000;
/** So many credentials are remembered between two writes; the use of others is not noted. */
const MAX_REMEMBERED = 100_000;

interface Use {
  seenAt: number | null;
  failures: number;
  failedAt: number | null;
}

/** When credentials were last used, and how often in vain: written together, since a login must not cost a write. */
export class CredentialActivity {
  private uses = new Map<number, Use>();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly log: Logger,
  ) {
    this.timer = setInterval(() => void this.flush(), WRITTEN_EVERY_MS).unref();
  }

  seen(id: number): void {
    const use = this.useOf(id);
    if (use !== null) use.seenAt = Date.now();
  }

  failed(id: number): void {
    const use = this.useOf(id);
    if (use === null) return;
    use.failures++;
    use.failedAt = Date.now();
  }

  private useOf(id: number): Use | null {
    let use = this.uses.get(id) ?? null;
    if (use === null && this.uses.size < MAX_REMEMBERED) {
      use = { seenAt: null, failures: 0, failedAt: null };
      this.uses.set(id, use);
    }
    return use;
  }

  /** Resolves when all that was noted until now is written, or could not be: it is no more than a note. */
  flush(): Promise<void> {
    const uses = [...this.uses];
    this.uses = new Map();
    this.writing = this.writing.then(() => this.write(uses));
    return this.writing;
  }

  private async write(uses: [id: number, use: Use][]): Promise<void> {
    if (uses.length === 0) return;
    const ids = uses.map(([id]) => id);
    const seen = uses.map(([, { seenAt }]) => toTime(seenAt));
    const failures = uses.map(([, use]) => use.failures);
    const failed = uses.map(([, { failedAt }]) => toTime(failedAt));
    try {
      await this.prisma.$executeRaw`
        UPDATE credential SET
          last_seen_at = greatest(last_seen_at, use.seen_at),
          failed_logins = failed_logins + use.failures,
          last_failed_at = greatest(last_failed_at, use.failed_at)
        FROM unnest(${ids}::int[], ${seen}::timestamptz[], ${failures}::int[], ${failed}::timestamptz[])
          AS use (id, seen_at, failures, failed_at)
        WHERE credential.id = use.id`;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'The use of credentials could not be noted');
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
