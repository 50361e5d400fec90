import { PacketType, type PublishPacket } from '@restante/mqtt-codec';
import fc from 'fast-check';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { type DropReason, isLoss } from './drop.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { TestClient } from '../../testing/test-client.ts';

installClock();
let engine: TestBroker;
beforeAll(async () => {
  engine = await TestBroker.start();
});
afterAll(() => engine.dispose());

let runs = 0;
const EXPIRY_SECONDS = 5;

/** A device with two filters, and what became of the messages for it, as it and the test know. */
class Model {
  private readonly name = `device${++runs}`;
  private readonly deadLetters = runs % 2 === 0;
  private device: TestClient | null = null;
  private readonly acknowledged = new Set<string>();
  private published = 0;
  /** Receipts, by payload. */
  private readonly receipts = new Map<string, string>();

  async begin(): Promise<void> {
    this.setLimit(1_000);
    await this.connect();
    await this.device!.subscribe(`${this.name}/a`);
    await this.device!.subscribe(`${this.name}/b/#`);
  }

  private setLimit(maxQueuedMessages: number, overflow: 'drop-oldest' | 'drop-newest' = 'drop-oldest'): void {
    engine.setPolicy(this.name, {
      maxQueuedMessages,
      overflow,
      maxInflight: 3,
      deadLetters: this.deadLetters,
    });
  }

  async publish(count: number): Promise<void> {
    const publisher = await engine.transientPublisher(`to ${this.name}`);
    for (let index = 0; index < count; index++) {
      const expires = index % 4 === 3 ? { messageExpiryInterval: EXPIRY_SECONDS } : {};
      const topic = index % 2 === 0 ? `${this.name}/a` : `${this.name}/b/c`;
      const payload = `${++this.published}`;
      if (index % 3 === 2) await this.publishWithReceipt(topic, payload, expires);
      else await publisher.publishAcknowledged(topic, payload, expires);
    }
    await publisher.disconnect();
  }

  private async publishWithReceipt(topic: string, payload: string, expires: object): Promise<void> {
    const request = {
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      retain: false,
      wantsReceipt: true,
    } as const;
    const { receiptId } = await engine.broker.inspection.publish(1, { ...request, ...expires });
    this.receipts.set(payload, receiptId!);
  }

  async connect(): Promise<void> {
    this.device ??= await engine.connect(this.name, { username: `1:${this.name}` });
  }

  async leave(isDisconnect: number): Promise<void> {
    const { device } = this;
    this.device = null;
    if (isDisconnect % 2 === 0) await device?.disconnect();
    else await device?.drop();
  }

  /** Acknowledges what came until now, or refuses it. */
  async answer(choice: number): Promise<void> {
    const packets = (await this.device?.takeUntilPingAnswer()) ?? [];
    const publishes = packets.filter(({ type }) => type === PacketType.PUBLISH) as PublishPacket[];
    for (const [index, { packetIdentifier, payload }] of publishes.entries()) {
      const isRefused = (index + choice) % 5 === 4;
      if (!isRefused) this.acknowledged.add(payload.toString());
      this.device!.acknowledge(PacketType.PUBACK, packetIdentifier, isRefused ? 0x83 : 0);
    }
    await this.device?.takeUntilPingAnswer().then((more) => this.giveUpOn(more.length));
  }

  /** What was sent after that is answered by nobody: it is in flight until the device returns. */
  private async giveUpOn(unanswered: number): Promise<void> {
    if (unanswered > 0) await this.leave(1);
  }

  limit(choice: number): void {
    this.setLimit(1 + (choice % 7), choice % 2 === 0 ? 'drop-oldest' : 'drop-newest');
  }

  age(): void {
    advanceClock(EXPIRY_SECONDS + 1);
  }

  async purge(choice: number): Promise<void> {
    const topicFilter = choice % 2 === 0 ? undefined : `${this.name}/a`;
    await engine.broker.inspection.purgeQueue(1, this.name, topicFilter);
  }

  async deleteOne(choice: number): Promise<void> {
    const page = await engine.broker.inspection.listQueue(1, this.name, { limit: 10 });
    const waiting = page!.items.filter(({ state }) => state === 'waiting');
    if (waiting.length === 0) return;
    await engine.broker.inspection.deleteQueued(1, this.name, waiting[choice % waiting.length].id);
  }

  async restart(): Promise<void> {
    await this.leave(0);
    await engine.restart();
  }

  /** With everything written, so that what the device has acknowledged is known. */
  async crash(): Promise<void> {
    await this.leave(0);
    await engine.broker.inspection.listDrops(1, { limit: 1 });
    await engine.restartAfterCrash();
  }

  /** Every message is acknowledged, or in the queue, or in the ledger, and in one of them only. */
  async check(): Promise<void> {
    const session = await engine.broker.inspection.getSession(1, this.name);
    const { byReason } = await engine.broker.inspection.sumDrops(1, { clientId: this.name });
    const dropped = byReason.reduce((sum, { messages }) => sum + messages, 0);
    const shown = { acknowledged: this.acknowledged.size, dropped, queued: session?.queuedMessages ?? 0 };
    // What a full queue will lose is shown neither in the queue nor, until that is looked at, in the ledger.
    expect(shown.acknowledged + shown.dropped + shown.queued).toBeLessThanOrEqual(this.published);
  }

  /** Of each loss there is a copy, if the policy wants them. */
  private async checkDeadLetters(byReason: { value: string | null; messages: number }[]): Promise<void> {
    const query = { clientId: this.name, limit: 500, payloadBytes: 10 };
    const { items } = await engine.broker.inspection.listDeadLetters(1, query);
    const copies = new Map<string, number>();
    for (const { reason } of items) copies.set(reason, (copies.get(reason) ?? 0) + 1);
    const losses = byReason.filter(({ value }) => isLoss(value as DropReason));
    expect(copies).toEqual(
      new Map(this.deadLetters ? losses.map(({ value, messages }) => [value, messages]) : []),
    );
  }

  async end(): Promise<void> {
    await this.leave(0);
    await engine.broker.inspection.deleteSession(1, this.name);
    const { byReason } = await engine.broker.inspection.sumDrops(1, { clientId: this.name });
    const dropped = byReason.reduce((sum, { messages }) => sum + messages, 0);
    expect({ acknowledged: this.acknowledged.size, dropped }).toEqual({
      acknowledged: this.acknowledged.size,
      dropped: this.published - this.acknowledged.size,
    });
    await this.checkDeadLetters(byReason);
    for (const [payload, receiptId] of this.receipts) {
      const receipt = await engine.broker.inspection.receipt(1, receiptId, { limit: 10 });
      const told = receipt!.items.map(({ clientId, state }) => ({ clientId, payload, state }));
      const state: unknown = this.acknowledged.has(payload)
        ? 'acknowledged'
        : expect.stringMatching(/dropped|expired/);
      expect(told).toEqual([{ clientId: this.name, payload, state }]);
    }
  }
}

const step = <Name extends string>(weight: number, name: Name) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), with: fc.integer({ min: 1, max: 12 }) }),
});
const aStep = fc.oneof(
  step(6, 'publish'),
  step(4, 'connect'),
  step(4, 'answer'),
  step(3, 'leave'),
  step(2, 'limit'),
  step(1, 'age'),
  step(1, 'purge'),
  step(2, 'deleteOne'),
  step(1, 'restart'),
  step(1, 'crash'),
);

test('whatever happens, each message is acknowledged, or waits, or is in the ledger with its reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 5, maxLength: 30 }), async (steps) => {
      const model = new Model();
      await model.begin();
      for (const { do: name, with: choice } of steps) {
        await model[name](choice);
        await model.check();
      }
      await model.end();
    }),
    { numRuns: 15 },
  );
}, 120_000);
