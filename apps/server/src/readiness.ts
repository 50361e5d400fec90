/** What the server is doing, from start to stop. */
const PHASES = {
  starting: 'The server is starting',
  migrating: 'The database is being migrated',
  recovering: 'The broker takes over what is in the database',
  serving: 'The server is running',
  stopping: 'The server is shutting down',
} as const;

export type Phase = keyof typeof PHASES;

/** Whether one of the things that all else needs is there, and in words why not. */
export interface Check {
  ok: boolean;
  detail: string;
}

/** What `/readyz` tells: whether durable messages are accepted now, and why not. */
export class Readiness {
  phase: Phase = 'starting';
  private database: (() => Check) | null = null;

  /** From now on it counts whether the database is there. */
  watchDatabase(check: () => Check): void {
    this.database = check;
  }

  get isReady(): boolean {
    return Object.values(this.checks()).every(({ ok }) => ok);
  }

  checks(): { server: Check; database?: Check } {
    const server = { ok: this.phase === 'serving', detail: PHASES[this.phase] };
    return this.database === null ? { server } : { server, database: this.database() };
  }

  /** As HTTP says it. */
  answer(): { status: 200 | 503; body: { status: string; checks: Record<string, Check> } } {
    const { isReady } = this;
    const checks: Record<string, Check> = { ...this.checks() };
    return { status: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'not ready', checks } };
  }
}
