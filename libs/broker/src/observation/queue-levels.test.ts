import type { QueueFill } from './occurrences.ts';
import { QueueLevels } from './queue-levels.ts';

function fill(messages: number, bytes = 0): QueueFill {
  return { queuedMessages: messages, queuedBytes: bytes, maxQueuedMessages: 100, maxQueuedBytes: 1_000 };
}

/** What is told of a queue whose depth goes through these. */
function toldOf(depths: QueueFill[]): (80 | 100 | null)[] {
  const levels = new QueueLevels<string>();
  return depths.map((depth) => levels.reached('queue', depth));
}

test('80 % is told once, and again when the queue had fallen below 60 %', () => {
  expect(toldOf([79, 80, 85, 79, 81, 60, 80, 59, 80].map((depth) => fill(depth)))).toEqual([
    ...[null, 80, null, null, null, null, null, null, 80],
  ]);
});

test('100 % is told after 80 % or instead of it, and again when the queue had fallen below 80 %', () => {
  expect(toldOf([80, 100, 90, 100, 79, 100, 0, 100].map((depth) => fill(depth)))).toEqual([
    ...[80, 100, null, null, null, 100, null, 100],
  ]);
});

test('bytes count as messages do, and a queue of bytes is full when the next message hardly fits', () => {
  expect(toldOf([fill(1, 799), fill(1, 800), fill(1, 979), fill(1, 980)])).toEqual([null, 80, null, 100]);
});

test('each queue is told for itself, until it is forgotten', () => {
  const levels = new QueueLevels<string>();
  expect(levels.reached('a', fill(80))).toBe(80);
  expect(levels.reached('b', fill(80))).toBe(80);
  levels.forget('a');
  expect(levels.reached('a', fill(80))).toBe(80);
  expect(levels.reached('b', fill(80))).toBeNull();
});
