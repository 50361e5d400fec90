import { PublishTemplate, PUBACK, PUBCOMP, PUBREC, PUBREL, type QoS, writeAnswer } from './templates.ts';
import { FRAMINGS } from './framing.ts';
import { type PacketSink, Scanner } from './scanner.ts';

const PAYLOAD_BYTES = 200;

/** Writes down, in a word each, what it is told. */
class Notes implements PacketSink {
  readonly told: string[] = [];
  onConnack(sessionPresent: boolean, code: number): void {
    this.told.push(`connack ${sessionPresent} ${code}`);
  }
  onSuback(code: number): void {
    this.told.push(`suback ${code}`);
  }
  onPublish(qos: QoS, packetId: number, bytes: Buffer, payloadAt: number, end: number): void {
    const [stream, number] = [bytes.readUInt32BE(payloadAt), bytes.readUInt32BE(payloadAt + 4)];
    this.told.push(`publish ${qos} ${packetId} ${stream}/${number} ${end - payloadAt}`);
  }
  onAnswer(type: number, packetId: number, code: number): void {
    this.told.push(`answer ${type} ${packetId} ${code}`);
  }
  onPingResponse(): void {
    this.told.push('pingresp');
  }
  onDisconnect(code: number): void {
    this.told.push(`disconnect ${code}`);
  }
}

function publish(protocol: 4 | 5, qos: QoS, packetId: number, number: number): Buffer {
  const shape = { qos, topic: 'bench/000007', stream: 7, payloadBytes: PAYLOAD_BYTES, hasNewTopics: false };
  const template = new PublishTemplate(protocol, FRAMINGS.tcp, shape);
  const bytes = Buffer.alloc(template.size);
  template.write(bytes, 0, packetId, number);
  return bytes;
}

function answer(type: number, packetId: number): Buffer {
  const bytes = Buffer.alloc(4);
  writeAnswer(bytes, 0, type, packetId);
  return bytes;
}

const STREAMS = {
  4: {
    bytes: Buffer.concat([
      Buffer.from('20020100' + '9003000101', 'hex'),
      publish(4, 0, 0, 1),
      publish(4, 1, 258, 70_000),
      publish(4, 2, 65_535, 3),
      ...[PUBACK, PUBREC, PUBREL, PUBCOMP].map((type) => answer(type, 300)),
      Buffer.from('d000', 'hex'),
    ]),
    told: [
      'connack true 0',
      'suback 1',
      'publish 0 0 7/1 200',
      'publish 1 258 7/70000 200',
      'publish 2 65535 7/3 200',
      'answer 4 300 0',
      'answer 5 300 0',
      'answer 6 300 0',
      'answer 7 300 0',
      'pingresp',
    ],
  },
  5: {
    // CONNACK with a property; a PUBACK with "no matching subscribers"; DISCONNECT "session taken over".
    bytes: Buffer.concat([
      Buffer.from('2006010003210014' + '900400010002', 'hex'),
      publish(5, 1, 5, 9),
      Buffer.from('4003000510' + 'e0018e', 'hex'),
    ]),
    told: ['connack true 0', 'suback 2', 'publish 1 5 7/9 200', 'answer 4 5 16', 'disconnect 142'],
  },
} as const;

describe.each([4, 5] as const)('protocol level %d', (protocol) => {
  const { bytes, told } = STREAMS[protocol];

  test('a stream cut in two anywhere is read as one that is not', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const notes = new Notes();
      const scanner = new Scanner(protocol, notes);
      scanner.scan(bytes.subarray(0, cut));
      scanner.scan(bytes.subarray(cut));
      expect(notes.told).toEqual(told);
    }
  });

  test('so is one that comes byte by byte', () => {
    const notes = new Notes();
    const scanner = new Scanner(protocol, notes);
    for (let at = 0; at < bytes.length; at++) scanner.scan(bytes.subarray(at, at + 1));
    expect(notes.told).toEqual(told);
  });
});

test('properties of a PUBLISH are passed over', () => {
  const notes = new Notes();
  // Topic "t", packet identifier 1, a message expiry interval, then stream 2 and number 3.
  const bytes = Buffer.from('3213' + '000174' + '0001' + '050200000e10' + '0000000200000003', 'hex');
  new Scanner(5, notes).scan(bytes);
  expect(notes.told).toEqual(['publish 1 1 2/3 8']);
});

test.each([
  ['a packet that no broker sends', '1000'],
  ['a length without an end', '30ffffffffff'],
  ['a packet of more than a megabyte', '30ffffff7f'],
  ['a PUBLISH whose topic is longer than itself', '3004ffff0000'],
])('%s is an error', (_, hex) => {
  expect(() => new Scanner(4, new Notes()).scan(Buffer.from(hex, 'hex'))).toThrow('The broker sent');
});
