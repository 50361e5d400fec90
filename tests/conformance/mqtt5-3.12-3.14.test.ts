/** MQTT 5.0, sections 3.12 to 3.14: PINGREQ, PINGRESP, and DISCONNECT from the client. */
import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet, u32 } from './bytes.ts';
import {
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PINGRESP,
  PUBACK,
  publish5,
  publish5WithId,
  PUBLISH,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';

/** Connect flags: clean start, and a will with QoS 1. */
const WILL = 0x0e;
const sessionExpiry = (seconds: number) => `11 ${u32(seconds)}`;
const AN_HOUR = sessionExpiry(3600);
/** DISCONNECT with a session expiry interval. */
const disconnect = (reasonCode: string, expiry: number) =>
  packet('e0', `${reasonCode} 05 ${sessionExpiry(expiry)}`);

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
beforeEach(async () => {
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

async function subscriber(clientId: string, filter: string): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId });
  peer.send(subscribe5(1, filter, '00'));
  await peer.receive(SUBACK);
  return peer;
}

/** Publishes, and waits until every session has the message. */
async function publish(topic: string, payload: string): Promise<void> {
  publisher.send(publish5WithId('32', topic, 1, payload));
  await publisher.receive(PUBACK);
}

async function payloadsUntilEnd(peer: Peer): Promise<string[]> {
  const payloads: string[] = [];
  for (;;) {
    const { payload } = await peer.receive(PUBLISH);
    if (payload === 'end') return payloads;
    payloads.push(payload);
  }
}

interface Leaving {
  /** What the broker sent until it closed the connection: packet types and reason codes. */
  answers: number[][];
  /** What was published to the will's topic. */
  wills: string[];
}

/** What `sent` leads to on a connection with a will. */
async function leave(sent: Buffer[], parts?: ConnectParts): Promise<Leaving> {
  const observer = await subscriber('mourner', 'leave/will');
  const will = '00 "leave/will" "gone"';
  const { peer } = await broker.connect5({ clientId: 'leaver', flags: WILL, will, ...parts });
  peer.send(...sent);
  const answers = (await peer.untilClosed()).map(({ type, reasonCode }) => [type, reasonCode]);
  await publish('leave/will', 'end');
  return { answers, wills: await payloadsUntilEnd(observer) };
}

/** Whether the session of a client identifier is still there. */
async function sessionPresent(clientId: string): Promise<boolean> {
  const { peer, connack } = await broker.connect5({ clientId, flags: 0, properties: AN_HOUR });
  await peer.drop();
  return connack.sessionPresent;
}

describe('section 3.12', () => {
  test.each([
    ['a session of one connection', undefined],
    ['a stored session', AN_HOUR],
  ])('[MQTT-3.12.4-1] in %s each PINGREQ is answered by PINGRESP', async (_, properties) => {
    const { peer } = await broker.connect5({ clientId: 'ping', properties });
    peer.send(PINGREQ);
    expect((await peer.next())?.hex).toBe('d0 ');
    peer.send(PINGREQ, PINGREQ, PINGREQ);
    for (let i = 0; i < 3; i++) await peer.receive(PINGRESP);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.12.4-1] PINGREQ is answered between other packets, and with messages unanswered', async () => {
    const peer = await subscriber('ping-between', 'ping/between');
    peer.send(subscribe5(1, 'ping/between', '01'), PINGREQ, publish5('ping/between', 'x'), PINGREQ);
    peer.send(publish5WithId('32', 'ping/between', 1, 'y'), PINGREQ);
    const types = [];
    for (let i = 0; i < 7; i++) types.push((await peer.next())?.type);
    types.sort((a, b) => a! - b!);
    expect(types).toEqual([PUBLISH, PUBLISH, PUBACK, SUBACK, PINGRESP, PINGRESP, PINGRESP]);
  });

  test('[MQTT-3.12.4-1] a PINGREQ with a body is malformed, and not answered', async () => {
    expect((await leave([packet('c0', '00'), PINGREQ])).answers).toEqual([[DISCONNECT, 0x81]]);
  });
});

describe('a DISCONNECT that is not one', () => {
  test.each(Array.from({ length: 15 }, (_, i) => i + 1))(
    '[MQTT-3.14.1-1] DISCONNECT with flags %d is answered by DISCONNECT 0x81, and the will is published',
    async (flags) => {
      const sent = packet((0xe0 | flags).toString(16));
      expect(await leave([sent, PINGREQ])).toEqual({ answers: [[DISCONNECT, 0x81]], wills: ['gone'] });
    },
  );

  test.each(['01', '02', '05', '10', '18', '7f', '84', '8c', 'ff'])(
    '[MQTT-3.14.2-1] [MQTT-3.1.2-8] DISCONNECT with reason code %s, which is none, does not discard the will',
    async (reasonCode) => {
      for (const sent of [packet('e0', reasonCode), packet('e0', `${reasonCode} 00`)]) {
        const { answers, wills } = await leave([sent]);
        expect(wills).toEqual(['gone']);
        for (const [type, reason] of answers) {
          expect(type).toBe(DISCONNECT);
          expect([0x81, 0x82]).toContain(reason);
        }
      }
    },
  );

  test.each([
    ['properties cut short', '00 05 11 0000', 0x81],
    ['more behind its properties', '00 00 00', 0x81],
    ['a property of another packet', '00 03 21 0001', 0x81],
    ['an unknown property', '00 02 7f00', 0x81],
    ['two reason strings', '00 08 1f "a" 1f "a"', 0x82],
    ['two session expiry intervals', '00 0a 11 00000001 11 00000001', 0x82],
  ])(
    '[MQTT-4.13.1-1] DISCONNECT with %s is a violation, and the will is published',
    async (_, body, reason) => {
      expect(await leave([packet('e0', body)], { properties: AN_HOUR })).toEqual({
        answers: [[DISCONNECT, reason]],
        wills: ['gone'],
      });
    },
  );

  test('[MQTT-4.13.1-1] DISCONNECT cannot make a session last that was to end with its connection', async () => {
    for (const properties of [undefined, sessionExpiry(0)]) {
      for (const expiry of [1, 3600, 0xffffffff]) {
        expect(await leave([disconnect('00', expiry)], { properties })).toEqual({
          answers: [[DISCONNECT, 0x82]],
          wills: ['gone'],
        });
        expect(await sessionPresent('leaver')).toBe(false);
      }
    }
  });
});

describe('the will at DISCONNECT', () => {
  test.each([
    ['e0 00', packet('e0')],
    ['e0 01 00', packet('e0', '00')],
    ['e0 02 00 00', packet('e0', '00 00')],
    ['with a session expiry interval', disconnect('00', 60)],
    ['with a reason string and user properties', packet('e0', '00 12 1f "a" 26 "a" "1" 26 "a" "1"')],
  ])(
    '[MQTT-3.14.4-3] DISCONNECT (%s) discards the will, and the connection ends without an answer',
    async (_, sent) => {
      for (const properties of ['', AN_HOUR]) {
        if (sent.includes(0x11) && properties === '') continue;
        for (const flags of [WILL, WILL & ~0x02, 0x06, 0x16, 0x2e]) {
          expect(await leave([sent], { properties, flags })).toEqual({ answers: [], wills: [] });
        }
      }
    },
  );

  test('[MQTT-3.14.4-3] what follows DISCONNECT does not bring the will back', async () => {
    const sent = [DISCONNECT_NORMALLY, PINGREQ, packet('e0', '04'), packet('80')];
    expect(await leave(sent)).toEqual({ answers: [], wills: [] });
  });

  test('[MQTT-3.14.4-3] DISCONNECT discards a will with a delay too, be the session over or not', async () => {
    const observer = await subscriber('delayed-observer', 'delayed/+');
    const delayed = async (clientId: string, delay: number, expiry: number, sent: Buffer) => {
      const { peer } = await broker.connect5({
        clientId,
        flags: WILL,
        properties: sessionExpiry(expiry),
        will: `05 18 ${u32(delay)} "delayed/${clientId}" "${clientId}"`,
      });
      peer.send(sent);
      await peer.untilClosed();
    };
    await delayed('discarded-1', 1, 3600, DISCONNECT_NORMALLY);
    await delayed('discarded-2', 3600, 1, DISCONNECT_NORMALLY);
    await delayed('discarded-3', 3600, 3600, disconnect('00', 0));
    await delayed('discarded-4', 3600, 3600, disconnect('00', 1));
    await delayed('kept', 3, 3600, packet('e0', '04'));
    expect((await observer.receive(PUBLISH)).payload).toBe('kept');
  });

  test.each(['04', '80', '81', '82', '83', '90', '93', '94', '95', '96', '97', '98', '99'])(
    '[MQTT-3.1.2-8] DISCONNECT with reason code %s has the will published',
    async (reasonCode) => {
      for (const sent of [packet('e0', reasonCode), packet('e0', `${reasonCode} 00`)]) {
        for (const properties of [undefined, AN_HOUR]) {
          expect(await leave([sent], { properties })).toEqual({ answers: [], wills: ['gone'] });
        }
      }
    },
  );
});

describe('the session expiry interval of DISCONNECT', () => {
  test('without a session expiry interval in DISCONNECT that of CONNECT stays', async () => {
    for (const sent of [packet('e0'), packet('e0', '00'), packet('e0', '00 00'), packet('e0', '04')]) {
      await leave([sent], { properties: AN_HOUR });
      expect(await sessionPresent('leaver')).toBe(true);
      await leave([sent], { properties: undefined });
      expect(await sessionPresent('leaver')).toBe(false);
    }
  });

  test('a session expiry interval of 0 in DISCONNECT ends the session', async () => {
    for (const properties of [AN_HOUR, sessionExpiry(0), undefined]) {
      expect((await leave([disconnect('00', 0)], { properties })).answers).toEqual([]);
      expect(await sessionPresent('leaver')).toBe(false);
    }
  });

  test('a session expiry interval in DISCONNECT takes the place of that in CONNECT', async () => {
    const observer = await subscriber('expiry-observer', 'expiry');
    const connect = async (clientId: string, expiry: number) => {
      // Such a will is published when its session ends.
      const will = `05 18 00000e10 "expiry" "${clientId}"`;
      const properties = sessionExpiry(expiry);
      return (await broker.connect5({ clientId, flags: WILL, properties, will })).peer;
    };
    const longer = await connect('longer', 1);
    longer.send(disconnect('04', 3600));
    await longer.untilClosed();
    const shorter = await connect('shorter', 3600);
    shorter.send(disconnect('04', 1));
    await shorter.untilClosed();
    expect((await observer.receive(PUBLISH)).payload).toBe('shorter');
    expect(await sessionPresent('shorter')).toBe(false);
    expect(await sessionPresent('longer')).toBe(true);
  });
});
