import { OutgoingBuffer } from './outgoing-buffer.ts';

function write(outgoing: OutgoingBuffer, text: string): void {
  const offset = outgoing.reserve(text.length);
  outgoing.length = offset + outgoing.bytes.write(text, offset);
}

test('gives everything written since the last turn, in one piece', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'one ');
  write(outgoing, 'two');
  expect(outgoing.take().toString()).toBe('one two');
  expect(outgoing.take()).toHaveLength(0);
});

test('what was given away is not written over', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'first');
  const first = outgoing.take();
  write(outgoing, 'other');
  expect(first.toString()).toBe('first');
  expect(outgoing.take().toString()).toBe('other');
});

test('grows without losing what is there', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'begin');
  write(outgoing, 'x'.repeat(100_000));
  write(outgoing, 'end');
  const taken = outgoing.take().toString();
  expect(taken).toHaveLength(100_008);
  expect(taken.startsWith('beginx')).toBe(true);
  expect(taken.endsWith('xend')).toBe(true);
});

test('after a large turn the next one begins small again', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'x'.repeat(1_000_000));
  outgoing.take();
  write(outgoing, 'y');
  expect(outgoing.bytes.length).toBeLessThanOrEqual(64 * 1024);
});
