import { Connection, type Surroundings } from './connection.ts';
import type { SubscriberPlan } from './plans.ts';
import { Tally } from './tally.ts';
import { MARK_BYTES, PUBACK, PUBCOMP, PUBREC, PUBREL, type QoS } from './templates.ts';

const PACKET_IDS = 65_536;

/** Follows its streams, acknowledges at once, and keeps count of every number. */
export class Subscriber extends Connection {
  readonly plan: SubscriberPlan;
  readonly expected: number;
  /** By stream. */
  readonly tallies: Tally[];
  /** Numbers that came at least once. */
  distinct = 0;
  /** Messages of no stream that it follows. */
  misplaced = 0;
  /** When the last message came, in microseconds of the clock; 0: none did. */
  endedAt = 0;
  /** From its sending to its arrival in microseconds, of the first `measured` messages that tell when they were sent. */
  readonly latencies: Uint32Array;
  measured = 0;
  /** QoS 2: packet identifiers whose PUBREL has not come, so that a repetition is no second message [MQTT-4.3.3-2]. */
  private readonly unreleased: Uint8Array;

  constructor(plan: SubscriberPlan, surroundings: Surroundings) {
    super(plan.clientId, surroundings);
    this.plan = plan;
    this.expected = plan.streams.count * plan.messages;
    this.tallies = Array.from({ length: plan.streams.count }, () => new Tally(plan.messages));
    this.latencies = new Uint32Array(plan.isTimed ? this.expected : 0);
    this.unreleased = new Uint8Array(plan.qos === 2 ? PACKET_IDS : 0);
    this.isDone = this.expected === 0;
  }

  async open(): Promise<void> {
    const { session, filter, qos } = this.plan;
    await this.connect(session === 'transient' || session === 'removed');
    if (session === 'transient' || session === 'persistent') await this.subscribe(filter, qos);
  }

  onPublish(qos: QoS, packetId: number, bytes: Buffer, payloadAt: number, end: number): void {
    if (qos === 1) this.answer(PUBACK, packetId);
    else if (qos === 2) {
      this.answer(PUBREC, packetId);
      if (this.unreleased[packetId] === 1) return;
      this.unreleased[packetId] = 1;
    }
    this.count(bytes, payloadAt, end);
  }

  private count(bytes: Buffer, payloadAt: number, end: number): void {
    this.surroundings.progress[1]++;
    const isMarked = end - payloadAt >= MARK_BYTES;
    const tally = isMarked
      ? this.tallies[bytes.readUInt32BE(payloadAt) - this.plan.streams.first]
      : undefined;
    const before = tally?.distinct;
    if (tally === undefined || !tally.note(bytes.readUInt32BE(payloadAt + 4))) {
      this.misplaced++;
      return;
    }
    if (tally.distinct !== before) this.distinct++;
    if (this.measured < this.latencies.length)
      this.latencies[this.measured++] = this.receivedAt - bytes.readDoubleBE(payloadAt + 8);
    this.endedAt = this.receivedAt;
  }

  onAnswer(type: number, packetId: number): void {
    if (type !== PUBREL) return this.fail(`A subscriber got a packet of type ${type}`);
    this.unreleased[packetId] = 0;
    this.answer(PUBCOMP, packetId);
  }

  protected afterChunk(): void {
    if (this.distinct === this.expected) this.finish();
  }
}
