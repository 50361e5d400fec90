import { Answers } from './answers.ts';
import { FRAMINGS } from './framing.ts';
import { receivedOverWebSocket } from '../../testing/received.ts';
import { PUBACK, PUBREL } from './templates.ts';

test('answers go out in one piece', () => {
  const answers = new Answers(FRAMINGS.tcp);
  expect(answers.isEmpty).toBe(true);
  answers.add(PUBACK, 258);
  answers.add(PUBREL, 3);
  expect(answers.take().toString('hex')).toBe('40020102' + '62020003');
  expect(answers.isEmpty).toBe(true);
});

test('over WebSocket each is a frame, again and again', async () => {
  const answers = new Answers(FRAMINGS.websocket);
  const sent: Buffer[] = [];
  for (const packetId of [1, 2]) {
    answers.add(PUBACK, packetId);
    answers.add(PUBREL, packetId);
    sent.push(answers.take());
  }
  const received = await receivedOverWebSocket(Buffer.concat(sent));
  expect(received.map((packet) => packet.toString('hex'))).toEqual([
    '40020001',
    '62020001',
    '40020002',
    '62020002',
  ]);
});

test('it says when it is full', () => {
  const answers = new Answers(FRAMINGS.websocket);
  let count = 0;
  for (; !answers.isFull; count++) answers.add(PUBACK, count & 0xffff);
  expect(count).toBe(16_384);
  expect(answers.take()).toHaveLength(count * 10);
});
