import { type UnframerSink, Unframer, upgradeRequest } from './unframer.ts';

const ANSWER = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** Joins what it is told. */
class Notes implements UnframerSink {
  bytes = Buffer.alloc(0);
  told: string[] = [];
  onUpgraded(): void {
    this.told.push('upgraded');
  }
  onBytes(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }
  onCloseFrame(): void {
    this.told.push('close');
  }
}

/** RFC 6455 section 5.2, as servers send them: the length in one, three and nine bytes; a message in two frames. */
const SHORT = Buffer.from('first');
const MEDIUM = Buffer.alloc(300, 'm');
const LONG = Buffer.alloc(66_000, 'l');
const STREAM = Buffer.concat([
  Buffer.from(ANSWER),
  Buffer.from([0x82, 5]),
  SHORT,
  Buffer.from([0x82, 0]),
  Buffer.from([0x02, 126, 1, 44]),
  MEDIUM,
  Buffer.from([0x80, 127, 0, 0, 0, 0, 0, 1, 0x01, 0xd0]),
  LONG,
  Buffer.from([0x88, 2, 3, 232]),
]);
const CARRIED = Buffer.concat([SHORT, MEDIUM, LONG]);

function expectCarried({ bytes, told }: Notes): void {
  expect(bytes.equals(CARRIED)).toBe(true);
  expect(told).toEqual(['upgraded', 'close']);
}

test('a stream cut in two anywhere near a head is read as one that is not', () => {
  const nearHeads = [...Array(450).keys(), ...[4, 3, 2, 1, 0].map((left) => STREAM.length - left)];
  for (const cut of nearHeads) {
    const notes = new Notes();
    const unframer = new Unframer(notes);
    unframer.scan(STREAM.subarray(0, cut));
    unframer.scan(STREAM.subarray(cut));
    expectCarried(notes);
  }
});

test('so is one that comes byte by byte', () => {
  const notes = new Notes();
  const unframer = new Unframer(notes);
  for (let at = 0; at < STREAM.length; at++) unframer.scan(STREAM.subarray(at, at + 1));
  expectCarried(notes);
});

test.each([
  ['a refusal', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'refuses the upgrade: HTTP/1.1 400 Bad Request'],
  ['an answer without an end', 'HTTP/1.1 101 '.padEnd(9_000, 'x'), 'without an end'],
  ['a text frame', `${ANSWER}\x81\x01a`, 'a frame of type 1'],
  ['a ping', `${ANSWER}\x89\x00`, 'a frame of type 9'],
  ['a masked frame', `${ANSWER}\x82\x81abcda`, 'a masked frame'],
  ['a frame of four gigabytes', `${ANSWER}\x82\x7f\0\0\0\x01\0\0\0\0`, 'a frame too long'],
])('%s is an error', (_, text, error) => {
  expect(() => new Unframer(new Notes()).scan(Buffer.from(text, 'latin1'))).toThrow(error);
});

test('the request asks for MQTT', () => {
  const lines = upgradeRequest('127.0.0.1', 8_080).split('\r\n');
  expect(lines[0]).toBe('GET /mqtt HTTP/1.1');
  expect(lines).toContain('Host: 127.0.0.1:8080');
  expect(lines).toContain('Sec-WebSocket-Protocol: mqtt');
  expect(lines.slice(-2)).toEqual(['', '']);
  expect(lines.indexOf('')).toBe(lines.length - 2);
});
