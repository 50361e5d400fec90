import { RecentlyUsed, StoreUnavailableError } from '@restante/broker';

/** What was read, as long as it is asked for. */
export class Remembered<Value> {
  private readonly known: RecentlyUsed<string, Promise<Value>>;

  constructor(capacity: number) {
    this.known = new RecentlyUsed(capacity);
  }

  /**
   * What is being read is read once; what could not be read is not remembered.
   *
   * @param isLasting - says of what was read whether it is
   */
  get(
    key: string,
    read: () => Promise<Value>,
    isLasting: (value: Value) => boolean = always,
  ): Promise<Value> {
    const present = this.known.get(key);
    if (present !== undefined) return present;
    const reading = read();
    this.known.set(key, reading);
    reading.then(
      (value) => isLasting(value) || this.forget(key, reading),
      () => this.forget(key, reading),
    );
    return reading;
  }

  private forget(key: string, reading: Promise<Value>): void {
    if (this.known.get(key) === reading) this.known.delete(key);
  }

  delete(key: string): void {
    this.known.delete(key);
  }

  clear(): void {
    this.known.clear();
  }
}

function always(): boolean {
  return true;
}

/** A database that does not answer is no reason to call a login wrong. */
export async function reachable<Result>(query: Promise<Result>): Promise<Result> {
  try {
    return await query;
  } catch (error) {
    throw new StoreUnavailableError((error as Error).message, { cause: error });
  }
}
