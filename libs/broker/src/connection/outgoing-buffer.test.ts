import { OutgoingBuffer } from './outgoing-buffer.ts';

function write(outgoing: OutgoingBuffer, text: string): void {
  const offset = outgoing.reserve(text.length);
  outgoing.length = offset + outgoing.bytes.write(text, offset);
}

function taken(outgoing: OutgoingBuffer): string {
  const { bytes, written } = outgoing.take();
  const text = bytes.toString();
  written?.();
  return text;
}

test('gives everything written since the last turn, in one piece', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'one ');
  write(outgoing, 'two');
  expect(taken(outgoing)).toBe('one two');
  expect(taken(outgoing)).toBe('');
});

test('what was given away is not written over', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'first');
  const first = outgoing.take();
  write(outgoing, 'other');
  expect(first.bytes.toString()).toBe('first');
  expect(taken(outgoing)).toBe('other');
});

test('grows without losing what is there', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'begin');
  write(outgoing, 'x'.repeat(100_000));
  write(outgoing, 'end');
  const all = taken(outgoing);
  expect(all).toHaveLength(100_008);
  expect(all.startsWith('beginx')).toBe(true);
  expect(all.endsWith('xend')).toBe(true);
});

test('after a large turn the next one begins small again', () => {
  const outgoing = new OutgoingBuffer();
  write(outgoing, 'x'.repeat(1_000_000));
  outgoing.take();
  write(outgoing, 'y');
  expect(outgoing.bytes.length).toBeLessThanOrEqual(64 * 1024);
});

test('a piece is used again when it was written, and not before', () => {
  const [one, other] = [new OutgoingBuffer(), new OutgoingBuffer()];
  write(one, 'x'.repeat(30_000));
  const first = one.take();
  write(other, 'y'.repeat(30_000));
  expect(other.bytes.buffer).not.toBe(first.bytes.buffer);
  expect(first.bytes.toString()).toBe('x'.repeat(30_000));
  first.written!();
  write(one, 'z'.repeat(30_000));
  expect(one.bytes.buffer).toBe(first.bytes.buffer);
});

test('says when what is there must go first', () => {
  const outgoing = new OutgoingBuffer();
  expect(outgoing.isTooFullFor(1_000_000)).toBe(false);
  write(outgoing, 'x'.repeat(60_000));
  expect([outgoing.isTooFullFor(5_000), outgoing.isTooFullFor(6_000)]).toEqual([false, true]);
});
