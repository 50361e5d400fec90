import fc from 'fast-check';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { BinaryFrames } from './binary-frames.ts';

const MAX_PAYLOAD_BYTES = 70_000;
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A client's frame (RFC 6455 section 5.2). */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : null;
  const long = Buffer.from([127, 0, 0, 0, 0, 0, 0, 0, 0]);
  if (size === null) long.writeUInt32BE(length, 5);
  const head = Buffer.from([first, ...(size ?? long)]);
  head[1] |= 0x80;
  return Buffer.concat([head, MASK, payload.map((byte, index) => byte ^ MASK[index % 4])]);
}

/** Writes down what comes, pieces joined to the one before them when they are of the same kind. */
function take(chunks: Buffer[]): { kind: 'payload' | 'other'; bytes: Buffer }[] {
  const told: { kind: 'payload' | 'other'; bytes: Buffer }[] = [];
  const tell = (kind: 'payload' | 'other') => (bytes: Buffer) => {
    const last = told.at(-1);
    if (last?.kind === kind) last.bytes = Buffer.concat([last.bytes, bytes]);
    else told.push({ kind, bytes: Buffer.from(bytes) });
  };
  const frames = new BinaryFrames(MAX_PAYLOAD_BYTES, { onPayload: tell('payload'), onOther: tell('other') });
  // Copies, since what is taken is written to.
  for (const chunk of chunks) frames.take(Buffer.from(chunk));
  return told;
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length));
}

const BINARY = 0x82;
const payload = (length: number, seed = 0) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff));

test.each([0, 1, 2, 3, 4, 5, 125, 126, 127, 65_535, 65_536, MAX_PAYLOAD_BYTES])(
  'a frame of %d bytes is unmasked',
  (length) => {
    const told = take([frame(BINARY, payload(length)), frame(BINARY, Buffer.from('end'))]);
    expect(told).toEqual([{ kind: 'payload', bytes: Buffer.concat([payload(length), Buffer.from('end')]) }]);
  },
);

test('the frames of a chunk are given on in one piece', () => {
  const pieces: string[] = [];
  const frames = new BinaryFrames(MAX_PAYLOAD_BYTES, {
    onPayload: (bytes) => pieces.push(bytes.toString()),
    onOther: () => pieces.push('other'),
  });
  frames.take(Buffer.concat(['one', 'two', 'three'].map((text) => frame(BINARY, Buffer.from(text)))));
  expect(pieces).toEqual(['onetwothree']);
});

describe('handed on as it came', () => {
  const before = frame(BINARY, Buffer.from('before'));
  const after = frame(BINARY, Buffer.from('after'));

  test.each([
    ['a ping', frame(0x89, Buffer.from('ping'))],
    ['an empty pong', frame(0x8a, Buffer.alloc(0))],
    [
      'a message in several frames, with a ping between them',
      Buffer.concat([
        frame(0x02, Buffer.from('a')),
        frame(0x00, Buffer.from('b')),
        frame(0x89, Buffer.alloc(0)),
        frame(0x80, Buffer.from('c')),
      ]),
    ],
  ])('%s, and the frames after it are taken out again', (_, other) => {
    const stream = Buffer.concat([before, other, after]);
    for (let place = 0; place <= stream.length; place++) {
      expect(take(cut(stream, [place]))).toEqual([
        { kind: 'payload', bytes: Buffer.from('before') },
        { kind: 'other', bytes: other },
        { kind: 'payload', bytes: Buffer.from('after') },
      ]);
    }
  });

  test.each([
    ['a close frame', frame(0x88, Buffer.from([3, 232]))],
    ['text', frame(0x81, Buffer.from('text'))],
    ['text in several frames', frame(0x01, Buffer.from('text'))],
    ['a frame without a mask', Buffer.from([0x82, 1, 1])],
    ['a ping without a mask', Buffer.from([0x89, 0])],
    ['a compressed frame', frame(0xc2, Buffer.from('x'))],
    ['a frame of a reserved type', frame(0x83, Buffer.from('x'))],
    ['the continuation of nothing', frame(0x80, Buffer.from('x'))],
    ['a frame that is too large', frame(BINARY, payload(MAX_PAYLOAD_BYTES + 1))],
    ['a frame of petabytes', Buffer.from([0x82, 0xff, 0, 4, 0, 0, 0, 0, 0, 0, ...MASK])],
    ['a message within another', Buffer.concat([frame(0x02, Buffer.from('a')), frame(BINARY, payload(2))])],
  ])('%s, and all that follows', (_, other) => {
    const stream = Buffer.concat([before, other, after]);
    for (const place of [0, before.length, before.length + 1, before.length + 2, before.length + 3]) {
      expect(take(cut(stream, [place]))).toEqual([
        { kind: 'payload', bytes: Buffer.from('before') },
        { kind: 'other', bytes: Buffer.concat([other, after]) },
      ]);
    }
  });

  test('a frame without a mask at its second byte: nobody may wait for more of it', () => {
    expect(take([Buffer.from([0x89, 0])])).toEqual([{ kind: 'other', bytes: Buffer.from([0x89, 0]) }]);
  });
});

/** Any sequence of frames that a client may send, cut anywhere. */
const clientFrames = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('binary'), sizes: fc.array(fc.nat(700), sizes(1)) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('binary'), sizes: fc.array(fc.nat(300), sizes(4)) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('ping'), sizes: fc.array(fc.nat(125), sizes(1)) }),
    },
  ),
  { maxLength: 20 },
);

function sizes(most: number) {
  return { minLength: 1, maxLength: most };
}

test('whatever a client sends, another implementation reads the rest, and nothing is lost between the two', async () => {
  await fc.assert(
    fc.asyncProperty(clientFrames, fc.array(fc.nat(), { maxLength: 12 }), async (messages, places) => {
      const carried: Buffer[] = [];
      const stream: Buffer[] = [];
      for (const { kind, sizes } of messages) {
        sizes.forEach((size, index) => {
          const part = payload(size, carried.length);
          if (kind === 'binary') carried.push(part);
          const opcode = kind === 'ping' ? 9 : index === 0 ? 2 : 0;
          stream.push(frame((index === sizes.length - 1 ? 0x80 : 0) | opcode, part));
        });
      }
      const pings = messages.filter(({ kind }) => kind === 'ping').length;
      const read = await readWithWs(cut(Buffer.concat(stream), places));
      expect(read.bytes.equals(Buffer.concat(carried))).toBe(true);
      expect(read.pings).toBe(pings);
    }),
    { numRuns: 200 },
  );
});

/** As the listener does it: what is not taken out is read by `ws`. */
async function readWithWs(chunks: Buffer[]): Promise<{ bytes: Buffer; pings: number }> {
  const received: Buffer[] = [];
  let pings = 0;
  const { webSocket, feed } = serverSide();
  webSocket.on('message', (data: Buffer) => received.push(Buffer.from(data)));
  webSocket.on('ping', () => pings++);
  const frames = new BinaryFrames(MAX_PAYLOAD_BYTES, {
    onPayload: (bytes) => received.push(Buffer.from(bytes)),
    onOther: feed,
  });
  for (const chunk of chunks) frames.take(Buffer.from(chunk));
  const closed = once(webSocket, 'close');
  frames.take(frame(0x88, Buffer.alloc(0)));
  await closed;
  return { bytes: Buffer.concat(received), pings };
}

function serverSide(): { webSocket: WebSocket; feed: (bytes: Buffer) => void } {
  const socket = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
    final(done) {
      this.push(null);
      done();
    },
  });
  const request = {
    method: 'GET',
    headers: {
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    },
  };
  let webSocket: WebSocket | null = null;
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES });
  server.handleUpgrade(request as never, socket, Buffer.alloc(0), (client) => (webSocket = client));
  const [feed] = socket.listeners('data');
  return { webSocket: webSocket!, feed: (bytes) => void feed.call(socket, bytes) };
}
