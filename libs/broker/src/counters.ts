import type { QoS } from '@restante/mqtt-codec';
import type { LossReason } from './ledger/drop.ts';
import { WINDOW_MS } from './routing/known-topic.ts';

/** Of which rates are told. */
type Counts = Pick<Counters, 'messagesIn' | 'messagesOut' | 'bytesIn' | 'connects'>;

export interface Rates {
  messagesInPerSecond: number;
  messagesOutPerSecond: number;
  /** Of topics, payloads and properties. */
  bytesInPerSecond: number;
  connectsPerSecond: number;
}

const SAMPLES = 11;

/** What happened in one tenant since the start. */
export class Counters {
  /** By QoS; bytes are of topics, payloads and properties. */
  readonly messagesInByQoS = new Float64Array(3);
  readonly messagesOutByQoS = new Float64Array(3);
  readonly bytesInByQoS = new Float64Array(3);
  readonly bytesOutByQoS = new Float64Array(3);
  connects = 0;
  readonly dropped = new Map<LossReason, number>();

  /** Counts at the ends of the last seconds, newest last, for rates. */
  private readonly samples: (Counts & { at: number })[] = [];

  /** A message was accepted, or refused, from whoever published it. */
  received(qos: QoS, bytes: number): void {
    this.messagesInByQoS[qos]++;
    this.bytesInByQoS[qos] += bytes;
  }

  /** A message was sent to a client. */
  sent(qos: QoS, bytes: number): void {
    this.messagesOutByQoS[qos]++;
    this.bytesOutByQoS[qos] += bytes;
  }

  /** Takes over what another one has counted. */
  add(other: Counters): void {
    for (let qos = 0; qos < 3; qos++) {
      this.messagesInByQoS[qos] += other.messagesInByQoS[qos];
      this.messagesOutByQoS[qos] += other.messagesOutByQoS[qos];
      this.bytesInByQoS[qos] += other.bytesInByQoS[qos];
      this.bytesOutByQoS[qos] += other.bytesOutByQoS[qos];
    }
    this.connects += other.connects;
    for (const [reason, count] of other.dropped) this.drop(reason, count);
  }

  drop(reason: LossReason, count = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count);
  }

  get messagesIn(): number {
    return sumOf(this.messagesInByQoS);
  }

  get messagesOut(): number {
    return sumOf(this.messagesOutByQoS);
  }

  get bytesIn(): number {
    return sumOf(this.bytesInByQoS);
  }

  get droppedMessages(): number {
    return [...this.dropped.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The number of the present stretch of about `WINDOW_MS`, for rates of topics. */
  window = 0;
  /** When it began, and when the one before it did; at first there is none. */
  private windowFrom: number;
  private lastWindowFrom: number;

  /** @param now milliseconds since the epoch */
  constructor(now: number) {
    this.windowFrom = now;
    this.lastWindowFrom = now;
  }

  /** Called about once a second. */
  sample(now: number): void {
    if (now - this.windowFrom >= WINDOW_MS) {
      this.window++;
      this.lastWindowFrom = this.windowFrom;
      this.windowFrom = now;
    }
    const { messagesIn, messagesOut, bytesIn, connects } = this;
    this.samples.push({ at: now, messagesIn, messagesOut, bytesIn, connects });
    if (this.samples.length > SAMPLES) this.samples.shift();
  }

  /** How long the present window and the one before it have lasted together: at least one second. */
  recentSeconds(now: number): number {
    return Math.max(1, (now - this.lastWindowFrom) / 1_000);
  }

  /** Over the samples held: about ten seconds. */
  rates(): Rates {
    return {
      messagesInPerSecond: this.rateOf('messagesIn'),
      messagesOutPerSecond: this.rateOf('messagesOut'),
      bytesInPerSecond: this.rateOf('bytesIn'),
      connectsPerSecond: this.rateOf('connects'),
    };
  }

  private rateOf(count: keyof Counts): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return ((last[count] - first[count]) * 1_000) / (last.at - first.at);
  }
}

function sumOf(byQoS: Float64Array): number {
  return byQoS[0] + byQoS[1] + byQoS[2];
}
