import { now } from './clock.ts';
import { Connection, type Surroundings } from './connection.ts';
import type { IdlePlan } from './plans.ts';
import { PINGREQ_PACKET } from './templates.ts';

/** A connection that does nothing, but may ask now and then whether the broker is there. */
export class Idler extends Connection {
  readonly plan: IdlePlan;
  /** From PINGREQ to PINGRESP, in microseconds, while the exchange lasted. */
  readonly latencies: number[] = [];
  /** Of the PINGREQ under way, in microseconds of the clock; 0: none is. */
  private askedAt = 0;
  private dueAt = 0;

  constructor(plan: IdlePlan, surroundings: Surroundings) {
    super(plan.clientId, surroundings);
    this.plan = plan;
    // One that asks goes on until the exchange is ended.
    this.isDone = plan.pingEveryMs === null;
  }

  async open(): Promise<void> {
    await this.connect(true);
  }

  /** Asks when it is time; the next PINGREQ waits for the answer to this one. */
  pumpDue(): void {
    const { pingEveryMs } = this.plan;
    const time = now();
    if (pingEveryMs === null || this.failure !== null || this.askedAt > 0 || time < this.dueAt) return;
    this.dueAt = time + pingEveryMs * 1e3;
    this.askedAt = time;
    this.sendPacket(PINGREQ_PACKET);
  }

  override onPingResponse(): void {
    this.latencies.push(this.receivedAt - this.askedAt);
    this.askedAt = 0;
  }

  protected afterChunk(): void {
    // Nothing is made room for.
  }

  onPublish(): void {
    this.fail('An idle client got a PUBLISH');
  }

  onAnswer(): void {
    this.fail('An idle client got an answer');
  }
}
