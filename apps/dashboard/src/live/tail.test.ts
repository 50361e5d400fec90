import type { Message } from '@restante/api-client';
import { MOST_TAILED, NEW_TAIL, withTold } from './tail.ts';

const told = (topics: string[], skippedMessages = 0) => ({
  messages: topics.map((topic) => ({ topic }) as Message),
  skippedMessages,
});

test('the newest message is first, and keeps its number', () => {
  const tail = withTold(withTold(NEW_TAIL, told(['a', 'b'])), told(['c'], 3));
  expect(tail.messages.map(({ number, message }) => [number, message.topic])).toEqual([
    [3, 'c'],
    [2, 'b'],
    [1, 'a'],
  ]);
  expect(tail).toMatchObject({ hasBegun: true, count: 3, skipped: 3 });
});

test('older messages make room', () => {
  const tail = withTold(
    withTold(NEW_TAIL, told(['first'])),
    told(Array.from({ length: MOST_TAILED }, () => 'later')),
  );
  expect(tail.messages).toHaveLength(MOST_TAILED);
  expect(tail.messages.some(({ message }) => message.topic === 'first')).toBe(false);
});
