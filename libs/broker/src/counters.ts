/** Why a message did not reach a session, or was not taken from a publisher. */
export type DropReason =
  | 'queue-full'
  | 'message-expired'
  | 'packet-too-large'
  | 'slow-consumer'
  | 'not-authorized'
  | 'rejected-by-client'
  | 'no-longer-stored';

/** What happened in one tenant since the start. */
export class Counters {
  messagesIn = 0;
  messagesOut = 0;
  readonly dropped = new Map<DropReason, number>();

  /** Counts at the ends of the last seconds, newest last, for rates. */
  private readonly samples: { at: number; messagesIn: number; messagesOut: number }[] = [];

  drop(reason: DropReason, count = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count);
  }

  /** Called about once a second. */
  sample(now: number): void {
    this.samples.push({ at: now, messagesIn: this.messagesIn, messagesOut: this.messagesOut });
    if (this.samples.length > 11) this.samples.shift();
  }

  /** Messages a second over the samples held: about ten seconds. */
  rates(): { messagesInPerSecond: number; messagesOutPerSecond: number } {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) {
      return { messagesInPerSecond: 0, messagesOutPerSecond: 0 };
    }
    const seconds = (last.at - first.at) / 1_000;
    return {
      messagesInPerSecond: (last.messagesIn - first.messagesIn) / seconds,
      messagesOutPerSecond: (last.messagesOut - first.messagesOut) / seconds,
    };
  }
}
