import { now } from './clock.ts';
import { FRAMINGS } from './framing.ts';
import { Connection, REFUSED, type Surroundings } from './connection.ts';
import { type PublisherPlan, topicOf } from './plans.ts';
import { PUBACK, PUBCOMP, PublishTemplate, PUBREC, PUBREL } from './templates.ts';

/** At QoS 0, bytes given to the socket a turn of the event loop. */
const TURN_BYTES = 60_000;

/** Sends its streams message by message in turn, as fast as its window (QoS 0: its socket) or its pace allows. */
export class Publisher extends Connection {
  readonly plan: PublisherPlan;
  readonly total: number;
  sent = 0;
  /** PUBACK or PUBREC came, and was no refusal. */
  acknowledged = 0;
  refused = 0;
  /** In microseconds of the clock; 0: not yet. */
  startedAt = 0;
  /** When the last message was done with: PUBACK, PUBCOMP, or out of the socket's hands. */
  endedAt = 0;
  /** From PUBLISH to PUBACK in microseconds, where a pace is kept; the first `acknowledged` are filled. */
  readonly latencies: Uint32Array;
  /** By stream: 1 for every number that was acknowledged. */
  readonly acknowledgedNumbers: Uint8Array[];
  private finished = 0;
  private readonly templates: PublishTemplate[];
  private readonly size: number;
  /** Packet identifiers not in use, as a stack. */
  private readonly freeIds: Uint16Array;
  private freeCount: number;
  /** By packet identifier: the index of the message that it carries, and when that was sent. */
  private readonly indexOfId: Uint32Array;
  private readonly sentAtOfId: Float64Array;

  constructor(plan: PublisherPlan, surroundings: Surroundings) {
    super(plan.clientId, surroundings);
    const { streams, messages, qos, window, pace, hasNewTopics } = plan;
    const { protocol, transport, topicPrefix, payloadBytes } = surroundings.target;
    this.plan = plan;
    this.total = streams.count * messages;
    this.templates = Array.from({ length: streams.count }, (_, index) => {
      const stream = streams.first + index;
      const topic = topicOf(topicPrefix, stream);
      const shape = { qos, topic, stream, payloadBytes, hasNewTopics };
      return new PublishTemplate(protocol, FRAMINGS[transport], shape);
    });
    this.size = this.templates[0].size;
    this.latencies = new Uint32Array(pace === null ? 0 : this.total);
    this.acknowledgedNumbers = this.templates.map(() => new Uint8Array(qos === 0 ? 0 : messages));
    this.freeIds = Uint16Array.from({ length: window }, (_, index) => window - index);
    this.freeCount = window;
    this.indexOfId = new Uint32Array(window + 1);
    this.sentAtOfId = new Float64Array(window + 1);
  }

  async open(): Promise<void> {
    await this.connect(true);
  }

  /** The first message leaves; one with a pace waits for {@link pumpDue}. */
  begin(): void {
    this.startedAt = now();
    if (this.plan.qos === 0) this.socket.on('drain', () => setImmediate(() => this.pumpSocket()));
    if (this.plan.pace !== null) return;
    if (this.plan.qos === 0) this.pumpSocket();
    else this.pumpWindow();
  }

  /** Sends what is due by now, as far as the window allows. */
  pumpDue(): void {
    const { pace } = this.plan;
    if (pace === null || this.startedAt === 0 || this.failure !== null) return;
    const intervals = ((now() - this.startedAt) * pace.ratePerSecond) / 1e6;
    const due = Math.floor(intervals - pace.phase) + 1;
    this.send(Math.min(due, this.total) - this.sent);
  }

  private pumpWindow(): void {
    this.send(Math.min(this.freeCount, this.total - this.sent));
  }

  /** One batch a turn, so that what else this thread serves is not starved, and the next when the socket took it. */
  private pumpSocket(): void {
    if (this.failure !== null) return;
    if (this.sent === this.total) return this.end(now());
    const room = Math.max(1, Math.floor(TURN_BYTES / this.size));
    if (this.send(Math.min(room, this.total - this.sent))) setImmediate(() => this.pumpSocket());
  }

  /** @returns false when the socket should be let drain */
  private send(wanted: number): boolean {
    const count = this.plan.qos === 0 ? wanted : Math.min(wanted, this.freeCount);
    if (count <= 0) return true;
    const batch = Buffer.allocUnsafe(count * this.size);
    const sentAt = this.plan.pace === null ? 0 : now();
    for (let at = 0; at < batch.length; at += this.size) this.writeNext(batch, at, sentAt);
    return this.socket.write(batch);
  }

  private writeNext(batch: Buffer, at: number, sentAt: number): void {
    const index = this.sent++;
    const template = this.templates[index % this.templates.length];
    let packetId = 0;
    if (this.plan.qos > 0) {
      packetId = this.freeIds[--this.freeCount];
      this.indexOfId[packetId] = index;
      this.sentAtOfId[packetId] = sentAt;
    }
    template.write(batch, at, packetId, Math.floor(index / this.templates.length));
    if (sentAt > 0) template.stamp(batch, at, sentAt);
  }

  onAnswer(type: number, packetId: number, code: number): void {
    if (packetId < 1 || packetId >= this.indexOfId.length) return this.fail(`Answer to ${packetId}`);
    if (type === PUBCOMP) return this.release(packetId);
    if (type !== PUBACK && type !== PUBREC) return this.fail(`A publisher got a packet of type ${type}`);
    if (code >= REFUSED) {
      this.refused++;
      return this.release(packetId);
    }
    this.noteAcknowledged(packetId);
    if (type === PUBACK) this.release(packetId);
    else this.answer(PUBREL, packetId);
  }

  private noteAcknowledged(packetId: number): void {
    const index = this.indexOfId[packetId];
    const { length } = this.templates;
    this.acknowledgedNumbers[index % length][Math.floor(index / length)] = 1;
    if (this.latencies.length > 0)
      this.latencies[this.acknowledged] = this.receivedAt - this.sentAtOfId[packetId];
    this.acknowledged++;
    this.surroundings.progress[0]++;
  }

  private release(packetId: number): void {
    this.freeIds[this.freeCount++] = packetId;
    this.finished++;
  }

  protected afterChunk(): void {
    if (this.startedAt === 0 || this.plan.qos === 0 || this.failure !== null) return;
    if (this.finished === this.total) this.end(this.receivedAt);
    else if (this.plan.pace === null) this.pumpWindow();
  }

  private end(at: number): void {
    if (this.isDone) return;
    this.endedAt = at;
    this.finish();
  }

  onPublish(): void {
    this.fail('A publisher got a PUBLISH');
  }
}
