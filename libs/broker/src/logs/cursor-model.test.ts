import fc from 'fast-check';
import { anOwner } from '../../testing/cursor-owner.ts';
import { aMessage } from '../../testing/messages.ts';
import { Cursor } from './cursor.ts';
import { DurableFilter } from './durable-filter.ts';

type State = 'waiting' | 'inflight' | 'done';

/** A log with one cursor, and next to them what each message's state should be. */
class Model {
  readonly log = new DurableFilter({ id: 1, tenantId: 1, topicFilter: 'a', followerCount: 1, keptFrom: 1 });
  readonly cursor = new Cursor(anOwner, this.log, null);
  private readonly messages: { state: State; size: number }[] = [];
  /** Of a cursor that was moved back they may be too many, until it is at the head again. */
  private areBytesExact = true;

  private sequencesIn(state: State): number[] {
    return this.messages.flatMap((message, index) => (message.state === state ? [index + 1] : []));
  }

  append(size: number): void {
    const message = aMessage({ payload: Buffer.alloc(size) });
    this.log.append(message);
    this.messages.push({ state: 'waiting', size: message.size });
  }

  send(): void {
    const entry = this.cursor.peek();
    const [first] = this.sequencesIn('waiting');
    expect(typeof entry === 'string' ? entry : entry.sequence).toBe(first ?? 'nothing');
    if (typeof entry === 'string') return;
    this.cursor.startInflight(entry.sequence, entry.message.size);
    this.messages[entry.sequence - 1].state = 'inflight';
  }

  acknowledge(choice: number): void {
    const inflight = this.sequencesIn('inflight');
    if (inflight.length === 0) return;
    const sequence = inflight[choice % inflight.length];
    this.cursor.settleInflight(sequence, this.messages[sequence - 1].size);
    this.messages[sequence - 1].state = 'done';
  }

  dropOldest(count: number): void {
    const dropped = this.sequencesIn('waiting').slice(0, count);
    expect(this.cursor.dropOldest(count, 'queue-full')).toBe(dropped.length);
    for (const sequence of dropped) this.messages[sequence - 1].state = 'done';
  }

  dropNewest(count: number): void {
    const dropped = this.sequencesIn('waiting').slice(-count);
    expect(this.cursor.dropNewest(count, 'queue-full')).toBe(dropped.length);
    for (const sequence of dropped) this.messages[sequence - 1].state = 'done';
  }

  moveBack(choice: number): void {
    const entry =
      this.messages.length === 0 ? undefined : this.log.entryAt(1 + (choice % this.messages.length));
    if (entry === undefined) return;
    const inflight = new Set(this.sequencesIn('inflight'));
    // Beyond the first that waits nothing was passed.
    const [firstWaiting = this.messages.length + 1] = this.sequencesIn('waiting');
    const again = this.sequencesIn('done').filter(
      (sequence) => sequence >= entry.sequence && sequence < firstWaiting,
    );
    const bytes = again.reduce((sum, sequence) => sum + this.messages[sequence - 1].size, 0);
    const told = this.cursor.passedSince(entry, inflight);
    expect(told.messages).toBe(again.length);
    const isMixed = this.sequencesIn('done').some((sequence) => sequence > firstWaiting);
    if (!isMixed && entry.sequence <= this.cursor.floor + 1) expect(told.bytes).toBe(bytes);
    this.cursor.moveBack(entry, inflight);
    for (const sequence of again) this.messages[sequence - 1].state = 'waiting';
    if (again.length > 0) this.areBytesExact = false;
  }

  check(): void {
    const left = this.messages.filter(({ state }) => state !== 'done');
    expect(this.cursor.depth).toBe(left.length);
    const bytes = left.reduce((sum, { size }) => sum + size, 0);
    if (this.cursor.next > this.log.head) this.areBytesExact = true;
    if (this.areBytesExact) expect(this.cursor.depthBytes).toBe(bytes);
    else expect(this.cursor.depthBytes).toBeGreaterThanOrEqual(bytes);
    const firstLeft = this.messages.findIndex(({ state }) => state !== 'done');
    expect(this.cursor.floor).toBe(firstLeft === -1 ? this.messages.length : firstLeft);
    const { done } = this.cursor.toRecord();
    for (const [from, to] of done) {
      for (let sequence = from; sequence <= to; sequence++) {
        expect(this.messages[sequence - 1].state).toBe('done');
      }
    }
  }
}

const aStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), with: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), with: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), with: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('moveBack' as const), with: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('dropOldest' as const), with: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('dropNewest' as const), with: fc.integer({ min: 1, max: 4 }) }),
  },
);

test('depth, bytes, floor and what is done agree with a list of messages, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
      const model = new Model();
      for (const step of steps) {
        model[step.do](step.with);
        model.check();
      }
    }),
  );
});
