import { Pulled } from './pulled.ts';

/** Something that is looked at again and again for its readers. */
export interface Watched {
  /** Nobody is left who reads it. */
  isIdle(): boolean;
  /**
   * Looks, and wakes readers who get to know something new by it. Does not reject.
   *
   * @returns for how long that kept the server, or a database connection, busy: milliseconds
   */
  look(): Promise<number>;
}

/** What a reader gets: the value may be null, which is not "nothing new". */
export interface Seen<Value> {
  value: Value;
}

/** One value, seen again and again on behalf of all who read it; they get it when it has changed. */
export class Look<Value> implements Watched {
  private readonly readers = new Set<Pulled<Seen<Value>>>();
  /** null: it was not seen yet. */
  private seen: Seen<Value> | null = null;
  private text = '';
  private looking: Promise<void> | null = null;

  /**
   * @param see rejects when it cannot be seen now
   * @param onFault is told so
   */
  constructor(
    private readonly see: () => Promise<Value>,
    private readonly onFault: (error: Error) => void,
  ) {}

  isIdle(): boolean {
    return this.readers.size === 0 && this.looking === null;
  }

  /** @throws what `see` does, when the value was not seen before */
  async read(): Promise<Pulled<Seen<Value>>> {
    if (this.seen === null) await this.lookOnce();
    let told: Seen<Value> | null = null;
    const reader = new Pulled<Seen<Value>>(() => {
      if (told === this.seen) return undefined;
      return (told = this.seen!);
    });
    this.readers.add(reader);
    reader.whenEnded(() => this.readers.delete(reader));
    return reader;
  }

  async look(): Promise<number> {
    const startedAt = performance.now();
    try {
      await this.lookOnce();
    } catch (error) {
      this.onFault(error as Error);
    }
    return performance.now() - startedAt;
  }

  /** Those who ask while it is being looked at wait for the same look. */
  private lookOnce(): Promise<void> {
    this.looking ??= this.seeNow().finally(() => (this.looking = null));
    return this.looking;
  }

  private async seeNow(): Promise<void> {
    const value = await this.see();
    const text = JSON.stringify(value);
    if (this.seen !== null && text === this.text) return;
    this.seen = { value };
    this.text = text;
    for (const reader of this.readers) reader.wake();
  }
}
