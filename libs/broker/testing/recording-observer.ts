import type { Occurrence, OccurrenceKind } from '../src/observation/occurrences.ts';
import type { Observer } from '../src/ports.ts';

/** What the engine told, and to whom it belongs, for a test to take one after the other. */
export class RecordingObserver implements Observer {
  /** Told and not yet taken. */
  readonly told: (Occurrence & { tenantId: number })[] = [];
  private onNews: () => void = () => undefined;

  happened(tenantId: number, occurrence: Occurrence): void {
    this.told.push({ ...occurrence, tenantId });
    this.onNews();
  }

  /** The next of this kind; what came before it is left. */
  async next<Kind extends OccurrenceKind>(
    kind: Kind,
  ): Promise<Extract<Occurrence, { kind: Kind }> & { tenantId: number }> {
    for (;;) {
      const index = this.told.findIndex((occurrence) => occurrence.kind === kind);
      if (index >= 0) return this.told.splice(index, 1)[0] as never;
      await new Promise<void>((resolve) => (this.onNews = resolve));
    }
  }
}
