/** MQTT 5.0, sections 3.4 to 3.7: PUBACK, PUBREC, PUBREL and PUBCOMP. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16, u32 } from './bytes.ts';
import {
  AN_HOUR,
  payloadsUntilEnd,
  publish,
  reasonOfDisconnect,
  reasonOfViolation,
  subscriber,
  withLength,
} from './mqtt5-publish-exchange.ts';
import {
  PUBACK,
  PUBCOMP,
  pubcomp,
  publish5WithId,
  PUBLISH,
  PUBREC,
  pubrec,
  PUBREL,
  pubrel,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

/** Tables 3-4 and 3-5. */
const PUBLISH_REASONS = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
/** Tables 3-6 and 3-7. */
const RELEASE_REASONS = [0x00, 0x92];

const hex = (byte: number) => byte.toString(16).padStart(2, '0');

let broker: BrokerUnderTest;
let publisher: Peer;
let deniedLogin: string;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'denied/#' }];
  deniedLogin = await broker.createLogin('denied', undefined, acl);
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const SESSIONS: [string, string][] = [
  ['a session of one connection', ''],
  ['a stored session', AN_HOUR],
];

/** An exchange in which a packet is due that names `identifier`. */
interface Due {
  peer: Peer;
  identifier: number;
}

/** A client that takes one message at a time has got one of two. */
async function gotMessage(qos: 1 | 2): Promise<Due> {
  const properties = '21 0001';
  const peer = await subscriber(broker, 'subscriber', 'acknowledged', '02', { properties });
  for (const payload of ['first', 'second']) await publish(publisher, 'acknowledged', payload, { qos });
  return { peer, identifier: (await peer.receive(PUBLISH)).packetIdentifier };
}

async function releasedMessage(): Promise<Due> {
  const { peer, identifier } = await gotMessage(2);
  peer.send(pubrec(identifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(identifier);
  return { peer, identifier };
}

/** A client has sent a message with QoS 2, and has its PUBREC. */
async function sentMessage(): Promise<Due> {
  const { peer } = await broker.connect5({ clientId: 'sender' });
  peer.send(publish5WithId('34', 'sent', 77, 'm'));
  await peer.receive(PUBREC);
  return { peer, identifier: 77 };
}

async function expectSecond(peer: Peer): Promise<void> {
  expect((await peer.receive(PUBLISH)).payload).toBe('second');
}

interface Acknowledgement {
  name: string;
  firstByte: string;
  /** Brings an exchange to where a client sends this packet. */
  due: () => Promise<Due>;
  /** The broker goes on as after this packet. */
  goesOn: (due: Due, reasonCode: number) => Promise<void>;
  reasons: number[];
}

const acknowledgements: Acknowledgement[] = [
  {
    name: 'PUBACK',
    firstByte: '40',
    due: () => gotMessage(1),
    goesOn: ({ peer }) => expectSecond(peer),
    reasons: PUBLISH_REASONS,
  },
  {
    name: 'PUBREC',
    firstByte: '50',
    due: () => gotMessage(2),
    goesOn: async ({ peer, identifier }, reasonCode) => {
      if (reasonCode >= 0x80) return expectSecond(peer);
      expect((await peer.receive(PUBREL)).packetIdentifier).toBe(identifier);
    },
    reasons: PUBLISH_REASONS,
  },
  {
    name: 'PUBREL',
    firstByte: '62',
    due: sentMessage,
    goesOn: async ({ peer, identifier }) => {
      const answer = await peer.receive(PUBCOMP);
      expect([answer.packetIdentifier, answer.reasonCode]).toEqual([identifier, 0]);
    },
    reasons: RELEASE_REASONS,
  },
  {
    name: 'PUBCOMP',
    firstByte: '70',
    due: releasedMessage,
    goesOn: ({ peer }) => expectSecond(peer),
    reasons: RELEASE_REASONS,
  },
];

describe.each(acknowledgements)('$name from a client', ({ firstByte, due, goesOn, reasons }) => {
  const section = Number(firstByte[0]);
  // "This is sent only by the Server."
  const ofClients = reasons.filter((reasonCode) => reasonCode !== 0x10);

  test.each(ofClients)(`[MQTT-3.${section}.2-1] reason code %d is accepted`, async (reasonCode) => {
    for (const rest of ['', '00', withLength('1f "reason"'), withLength('26 "name" "value" 26 "name" ""')]) {
      const exchange = await due();
      exchange.peer.send(packet(firstByte, `${u16(exchange.identifier)} ${hex(reasonCode)} ${rest}`));
      await goesOn(exchange, reasonCode);
    }
  });

  test(`section 3.${section}.2: a packet identifier alone means success`, async () => {
    const exchange = await due();
    exchange.peer.send(packet(firstByte, u16(exchange.identifier)));
    await goesOn(exchange, 0);
  });

  test.each([0x01, 0x02, 0x11, 0x7f, 0x81, 0x82, 0x8e, 0x93, 0x9e, 0xff])(
    `[MQTT-3.${section}.2-1] there is no reason code %d`,
    async (reasonCode) => {
      const { peer, identifier } = await due();
      peer.send(packet(firstByte, `${u16(identifier)} ${hex(reasonCode)}`), PINGREQ);
      expect([0x81, 0x82]).toContain(await reasonOfDisconnect(peer));
    },
  );

  const otherName = reasons === RELEASE_REASONS ? 'PUBACK' : 'PUBREL';
  test(`[MQTT-3.${section}.2-1] a reason code of ${otherName} alone is not accepted`, async () => {
    const others = [...PUBLISH_REASONS, ...RELEASE_REASONS].filter((each) => !reasons.includes(each));
    for (const reasonCode of others) {
      const { peer, identifier } = await due();
      peer.send(packet(firstByte, `${u16(identifier)} ${hex(reasonCode)} 00`), PINGREQ);
      expect([0x81, 0x82]).toContain(await reasonOfDisconnect(peer));
    }
  });

  test.each([
    ['no packet identifier', ''],
    ['half a packet identifier', '00'],
    ['properties that are longer than the packet', '0001 00 05 1f 0001'],
    ['properties that are shorter than the packet', '0001 00 00 1f "a"'],
    ['a reason string that is no UTF-8', '0001 00 05 1f 0002 61c3'],
  ])(`section 3.${section}.2: with %s it is malformed`, async (_, rest) => {
    expect(await reasonOfViolation(broker, packet(firstByte, rest))).toBe(0x81);
  });

  test(`section 3.${section}.2.2: a reason string twice is a protocol error`, async () => {
    const { peer, identifier } = await due();
    const properties = withLength('1f "a" 1f "a"');
    peer.send(packet(firstByte, `${u16(identifier)} 00 ${properties}`), PINGREQ);
    expect(await reasonOfDisconnect(peer)).toBe(0x82);
  });
});

describe('fixed header of PUBREL', () => {
  const flags = Array.from({ length: 16 }, (_, i) => i);

  test.each(flags.filter((each) => each !== 2))(
    '[MQTT-3.6.1-1] flags %d are malformed, and the connection is closed',
    async (each) => {
      for (const connect of [sentMessage, async () => ({ ...(await sentMessage()), identifier: 78 })]) {
        const { peer, identifier } = await connect();
        peer.send(packet(hex(0x60 | each), u16(identifier)), PINGREQ);
        expect(await reasonOfDisconnect(peer)).toBe(0x81);
      }
    },
  );

  test('[MQTT-3.6.1-1] flags 2 are accepted, and sent', async () => {
    const { peer, identifier } = await sentMessage();
    peer.send(packet('62', u16(identifier)));
    expect((await peer.receive(PUBCOMP)).flags).toBe(0);
    for (const [, properties] of SESSIONS) {
      const receiver = await subscriber(broker, 'flags', 'flags', '02', { properties });
      await publish(publisher, 'flags', 'm', { qos: 2 });
      receiver.send(pubrec((await receiver.receive(PUBLISH)).packetIdentifier));
      expect((await receiver.receive(PUBREL)).flags).toBe(2);
    }
  });
});

function expectReason({ reasonCode }: ReceivedPacket, expected: number[]): void {
  expect(expected).toContain(reasonCode);
}

describe.each(SESSIONS)('answers of the broker to a client with %s', (_, session) => {
  describe.each([
    ['PUBACK', '[MQTT-3.4.2-1]', '32', PUBACK],
    ['PUBREC', '[MQTT-3.5.2-1]', '34', PUBREC],
  ] as const)('%s', (_, tag, firstByte, type) => {
    let peer: Peer;
    beforeEach(async () => {
      const parts = { clientId: 'answered', properties: session, login: deniedLogin };
      ({ peer } = await broker.connect5(parts));
    });

    const answerTo = async (topic: string, payload = 'm') => {
      peer.send(publish5WithId(firstByte, topic, 9, payload));
      const answer = await peer.receive(type);
      expect(answer.packetIdentifier).toBe(9);
      return answer;
    };

    test(`${tag} says success where there are subscribers`, async () => {
      await subscriber(broker, 'some', 'reason/some');
      expectReason(await answerTo('reason/some'), [0x00]);
    });

    test(`${tag} says so, or that there are none`, async () => {
      expectReason(await answerTo('reason/none'), [0x00, 0x10]);
    });

    test(`${tag} says when the topic is denied, and no one gets the message`, async () => {
      const observer = await subscriber(broker, 'denied-observer', 'denied/#');
      expectReason(await answerTo('denied/topic'), [0x87]);
      expectReason(await answerTo('denied/topic', ''), [0x87]);
      await publish(publisher, 'denied/topic', 'end');
      expect(await payloadsUntilEnd(observer)).toEqual([]);
    });

    test(`${tag} says when the topic belongs to the server`, async () => {
      expectReason(await answerTo('$SYS/mine'), [0x80, 0x83, 0x87, 0x90]);
    });
  });

  test('[MQTT-3.6.2-1] PUBREL says success', async () => {
    const peer = await subscriber(broker, 'released', 'released', '02', { properties: session });
    await publish(publisher, 'released', 'm', { qos: 2 });
    const { packetIdentifier } = await peer.receive(PUBLISH);
    peer.send(pubrec(packetIdentifier));
    expectReason(await peer.receive(PUBREL), [0x00]);
    // A repetition is answered as well.
    peer.send(pubrec(packetIdentifier));
    expectReason(await peer.receive(PUBREL), [0x00]);
    peer.send(pubcomp(packetIdentifier));
    peer.send(pubrec(packetIdentifier));
    expectReason(await peer.receive(PUBREL), [0x92]);
  });

  test('[MQTT-3.6.2-1] PUBREL says when the packet identifier is not known', async () => {
    const { peer } = await broker.connect5({ clientId: 'unknown', properties: session });
    for (const identifier of [1, 0x100, 0xffff]) {
      peer.send(pubrec(identifier));
      const answer = await peer.receive(PUBREL);
      expect([answer.packetIdentifier, answer.flags]).toEqual([identifier, 2]);
      expectReason(answer, [0x92]);
    }
  });

  test('[MQTT-3.7.2-1] PUBCOMP says success, or that the packet identifier is not known', async () => {
    const { peer } = await broker.connect5({ clientId: 'completed', properties: session });
    for (const identifier of [1, 0x100, 0xffff]) {
      peer.send(publish5WithId('34', 'completed', identifier, 'm'));
      await peer.receive(PUBREC);
      for (const reasonCode of [0x00, 0x92, 0x92]) {
        peer.send(pubrel(identifier));
        const answer = await peer.receive(PUBCOMP);
        expect([answer.packetIdentifier, answer.flags]).toEqual([identifier, 0]);
        expectReason(answer, [reasonCode]);
      }
    }
  });

  test('[MQTT-3.6.2-1] [MQTT-3.7.2-1] after a resumption an unknown packet identifier need be no error', async () => {
    const properties = AN_HOUR;
    const first = await broker.connect5({ clientId: 'recovering', properties });
    await first.peer.drop();
    const { peer, connack } = await broker.connect5({ clientId: 'recovering', flags: 0, properties });
    expect(connack.sessionPresent).toBe(true);
    peer.send(pubrel(5));
    expectReason(await peer.receive(PUBCOMP), [0x00, 0x92]);
    peer.send(pubrec(6));
    expectReason(await peer.receive(PUBREL), [0x00, 0x92]);
  });
});

describe('maximum packet size', () => {
  /** Five bytes are the least that tell a failure; CONNACK needs more than that. */
  const SIZES = [20, 24, 30, 60, 1_000];

  const sizeOf = ({ body }: ReceivedPacket) => 1 + (body.length < 128 ? 1 : 2) + body.length;

  test.each(SIZES)(
    '[MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] no property makes an answer exceed %d bytes',
    async (size) => {
      const properties = `27 ${u32(size)}`;
      const { peer } = await broker.connect5({ clientId: 'small', properties, login: deniedLogin });
      for (const [sent, type, reasonCodes] of [
        [publish5WithId('32', 'denied/x', 1, 'm'), PUBACK, [0x87]],
        [publish5WithId('34', 'denied/x', 1, 'm'), PUBREC, [0x87]],
        [publish5WithId('32', 'small', 1, 'm'), PUBACK, [0x00, 0x10]],
        [publish5WithId('34', 'small', 2, 'm'), PUBREC, [0x00, 0x10]],
        [pubrel(2), PUBCOMP, [0x00]],
        [pubrel(3), PUBCOMP, [0x92]],
        [pubrec(4), PUBREL, [0x92]],
      ] as const) {
        peer.send(sent);
        const answer = await peer.receive(type);
        expect(reasonCodes).toContain(answer.reasonCode);
        expect(sizeOf(answer)).toBeLessThanOrEqual(size);
      }
    },
  );
});
