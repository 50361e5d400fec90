import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { bytes, packet } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  PINGRESP,
  PUBACK,
  publish3,
  publish5,
  publish5WithId,
  PUBLISH,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const AN_HOUR = '11 00000e10';

/** Properties with their length in front, which must be below 128. */
function withLength(properties: string): string {
  const content = bytes(properties);
  return Buffer.concat([Buffer.from([content.length]), content]).toString('hex');
}

async function subscriber(clientId: string, filter: string, parts?: ConnectParts): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  peer.send(subscribe5(1, filter));
  await peer.receive(SUBACK);
  return peer;
}

/** @returns the reason code with which a CONNECT was refused, behind which nothing came */
async function reasonOfRefusal(...sent: Buffer[]): Promise<number> {
  const peer = await broker.open();
  peer.send(...sent);
  const connack = await peer.receive(CONNACK);
  expect(await peer.next()).toBeNull();
  return connack.reasonCode;
}

describe('the format of CONNECT', () => {
  const everything = () => {
    const properties = '11 00000001 21 0001 22 0001 27 00001000 17 01 19 01 26 "a" "b"';
    const will = `${withLength('18 00000000 01 01 02 00000001 03 "a" 08 "b" 09 "c" 26 "d" "e"')} "actions/w" "x"`;
    return bytes(`"MQTT" 05 c6 0000 ${withLength(properties)} "cut" ${will} ${broker.login}`);
  };
  const ofBody = (body: Buffer) => packet('10', body.toString('hex'));

  test('[MQTT-3.1.4-1] a CONNECT with everything in it is accepted', async () => {
    const peer = await broker.open();
    peer.send(ofBody(everything()));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.4-1] a CONNECT that ends too early is malformed wherever it is cut', async () => {
    const body = everything();
    for (let length = 0; length < body.length; length++) {
      const peer = await broker.open();
      peer.send(ofBody(body.subarray(0, length)));
      const received = await peer.untilClosed();
      expect(received.length).toBeLessThan(2);
      for (const { type, reasonCode } of received) expect([type, reasonCode]).toEqual([CONNACK, 0x81]);
    }
  });

  test('[MQTT-3.1.4-1] a CONNECT that goes on behind its last field is malformed', async () => {
    expect(await reasonOfRefusal(ofBody(Buffer.concat([everything(), bytes('00')])))).toBe(0x81);
    expect(await reasonOfRefusal(ofBody(Buffer.concat([everything(), everything()])))).toBe(0x81);
  });

  test.each([
    ['session expiry interval', '11 00000001'],
    ['receive maximum', '21 0001'],
    ['maximum packet size', '27 00001000'],
    ['topic alias maximum', '22 0001'],
    ['request response information', '19 01'],
    ['request problem information', '17 01'],
    ['authentication method', '15 "SCRAM-SHA-256"'],
    ['authentication data', '16 "data"', '15 "SCRAM-SHA-256"'],
  ])('[MQTT-3.1.4-1] the property %s stands but once', async (_, property, other = '') => {
    const connect = broker.connect5Bytes({ properties: `${other} ${property} ${property}` });
    expect(await reasonOfRefusal(connect)).toBe(0x82);
  });

  test.each([
    ['will delay interval', '18 00000000'],
    ['payload format indicator', '01 00'],
    ['message expiry interval', '02 00000001'],
    ['content type', '03 "a"'],
    ['response topic', '08 "a"'],
    ['correlation data', '09 "a"'],
  ])('[MQTT-3.1.4-1] the will property %s stands but once', async (_, property) => {
    const will = `${withLength(`${property} ${property}`)} "actions/will" "gone"`;
    expect(await reasonOfRefusal(broker.connect5Bytes({ flags: 0x06, will }))).toBe(0x82);
  });

  test.each([
    ['receive maximum of 0', '21 0000'],
    ['maximum packet size of 0', '27 00000000'],
    ['request response information of 2', '19 02'],
    ['request problem information of 2', '17 02'],
    ['request problem information of 255', '17 ff'],
    ['authentication data without a method', '16 "data"'],
  ])('[MQTT-3.1.4-1] a %s is a protocol error', async (_, properties) => {
    expect(await reasonOfRefusal(broker.connect5Bytes({ properties }))).toBe(0x82);
  });

  test('[MQTT-3.1.4-1] a user property may stand more than once', async () => {
    const properties = '26 "a" "b" 26 "a" "b" 26 "a" "c"';
    await broker.connect5({ clientId: 'user-properties', properties });
  });

  test.each([
    ['#', '"actions/#"'],
    ['+', '"actions/+/will"'],
    ['nothing in it', '""'],
  ])('[MQTT-3.1.4-1] a will topic with %s is not accepted', async (_, topic) => {
    const connect = broker.connect5Bytes({ flags: 0x06, will: `00 ${topic} "gone"` });
    expect([0x81, 0x82, 0x90]).toContain(await reasonOfRefusal(connect));
  });
});

describe('authentication and authorization', () => {
  test('[MQTT-3.1.4-2] a wrong password or an unknown user is refused, and the connection closed', async () => {
    const [username] = broker.login.split(' ');
    expect(await reasonOfRefusal(broker.connect5Bytes({ login: `${username} "wrong"` }))).toBe(0x86);
    expect(await reasonOfRefusal(broker.connect5Bytes({ login: `${username} ""` }))).toBe(0x86);
    expect(await reasonOfRefusal(broker.connect5Bytes({ login: '"t:nobody" "wrong"' }))).toBe(0x86);
  });

  test('[MQTT-3.1.4-2] no user name and no password is refused, and the connection closed', async () => {
    expect([0x86, 0x87]).toContain(await reasonOfRefusal(packet('10', '"MQTT" 05 02 0000 00 "peer"')));
  });

  test('[MQTT-3.1.4-2] a will that may not be published is refused, and the connection closed', async () => {
    const acl = [{ effect: 'deny', action: 'publish', topicFilter: 'actions/secret/#' }];
    const login = await broker.createLogin('denied', undefined, acl);
    const connect = (topic: string) =>
      broker.connect5Bytes({ clientId: 'denied', flags: 0x06, will: `00 "${topic}" "gone"`, login });
    expect(await reasonOfRefusal(connect('actions/secret/a'))).toBe(0x87);
    const peer = await broker.open();
    peer.send(connect('actions/public'));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  });
});

describe('a client that is connected already', () => {
  test('[MQTT-3.1.4-3] the existing connection is told 0x8E and closed', async () => {
    const first = await broker.connect5({ clientId: 'taken-over' });
    const second = await broker.connect5({ clientId: 'taken-over' });
    expect((await first.peer.receive(DISCONNECT)).reasonCode).toBe(0x8e);
    expect(await first.peer.next()).toBeNull();
    const third = await broker.connect5({ clientId: 'taken-over', flags: 0 });
    expect((await second.peer.receive(DISCONNECT)).reasonCode).toBe(0x8e);
    expect(await second.peer.next()).toBeNull();
    expect(await third.peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.4-3] the existing connection is closed when it speaks 3.1.1', async () => {
    const first = await broker.connect3({ clientId: 'taken-over-v3' });
    const second = await broker.connect5({ clientId: 'taken-over-v3' });
    expect(await first.peer.untilClosed()).toEqual([]);
    expect(await second.peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.4-3] of many connections at once one remains', async () => {
    const peers = await Promise.all(Array.from({ length: 8 }, () => broker.open()));
    for (const peer of peers) peer.send(broker.connect5Bytes({ clientId: 'at-once' }));
    let ended = 0;
    await new Promise<void>((resolve, reject) => {
      const countEnd = () => (++ended === peers.length - 1 ? resolve() : undefined);
      for (const peer of peers) peer.untilClosed().then(countEnd, reject);
    });
    const { peer: witness } = await broker.connect5({ clientId: 'at-once-witness' });
    await witness.takeUntilPingAnswer();
    expect(ended).toBe(peers.length - 1);
  });

  test('[MQTT-3.1.4-3] a CONNECT that is refused takes nothing over', async () => {
    const { peer } = await broker.connect5({ clientId: 'not-taken-over' });
    const [username] = broker.login.split(' ');
    const wrong = broker.connect5Bytes({ clientId: 'not-taken-over', login: `${username} "wrong"` });
    expect(await reasonOfRefusal(wrong)).toBe(0x86);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.4-4] a clean start discards the session of the existing connection', async () => {
    const first = await subscriber('clean-over', 'actions/clean', { properties: AN_HOUR });
    const { peer, connack } = await broker.connect5({ clientId: 'clean-over', properties: AN_HOUR });
    expect(connack.sessionPresent).toBe(false);
    await first.untilClosed();
    peer.send(publish5('actions/clean', 'x'));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.4-4] without a clean start the session of the existing connection is resumed', async () => {
    const first = await subscriber('resumed-over', 'actions/resumed', { properties: AN_HOUR });
    const parts = { clientId: 'resumed-over', flags: 0, properties: AN_HOUR };
    const { peer, connack } = await broker.connect5(parts);
    expect(connack.sessionPresent).toBe(true);
    await first.untilClosed();
    peer.send(publish5('actions/resumed', 'x'));
    expect((await peer.receive(PUBLISH)).payload).toBe('x');
  });
});

describe('the answer', () => {
  test('[MQTT-3.1.4-5] every CONNECT that is accepted is answered with CONNACK 0x00', async () => {
    for (const flags of [0x00, 0x02]) {
      const { connack } = await broker.connect5({ clientId: 'answered', flags, properties: AN_HOUR });
      expect([connack.type, connack.flags, connack.reasonCode]).toEqual([CONNACK, 0, 0]);
    }
  });

  test('[MQTT-3.1.4-5] a CONNECT that comes in pieces is answered', async () => {
    const peer = await broker.open();
    for (const byte of broker.connect5Bytes({ clientId: 'pieces' })) peer.send(Buffer.from([byte]));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  });

  test('[MQTT-3.1.4-5] what a client sends behind CONNECT without waiting is processed when it is accepted', async () => {
    const peer = await broker.open();
    peer.send(
      broker.connect5Bytes({ clientId: 'hasty' }),
      subscribe5(1, 'actions/hasty', '00'),
      publish5WithId('32', 'actions/hasty', 2, 'x'),
    );
    await peer.receive(CONNACK);
    const types = [await peer.next(), await peer.next(), await peer.next()].map((each) => each?.type);
    expect(new Set(types)).toEqual(new Set([SUBACK, PUBLISH, PUBACK]));
  });

  test.each([
    ['of a wrong password', () => broker.connect5Bytes({ login: `${broker.login.split(' ')[0]} "wrong"` })],
    ['of its format', () => broker.connect5Bytes({ flags: 0x03 })],
    ['of a property', () => broker.connect5Bytes({ properties: '21 0000' })],
    ['of its version', () => packet('10', `"MQTT" 06 c2 0000 00 "peer" ${broker.login}`)],
    ['of its will', () => broker.connect5Bytes({ flags: 0x06, will: '00 "$SYS/will" "gone"' })],
  ])(
    '[MQTT-3.1.4-6] nothing behind a CONNECT that is refused because %s is processed',
    async (_, connect) => {
      const observer = await subscriber('observer', 'actions/refused');
      const peer = await broker.open();
      peer.send(
        connect(),
        PINGREQ,
        subscribe5(1, 'actions/#'),
        publish5('actions/refused', 'as 5.0'),
        publish3('actions/refused', 'as 3.1.1'),
        publish5WithId('33', 'actions/refused', 2, 'retained'),
        broker.connect5Bytes({ clientId: 'behind' }),
        publish5('actions/refused', 'behind another CONNECT'),
      );
      const received = await peer.untilClosed();
      expect(received.length).toBeLessThan(2);
      for (const { type, reasonCode } of received) {
        expect(type).toBe(CONNACK);
        expect(reasonCode).not.toBe(0);
      }
      const witness = await broker.connect5({ clientId: 'witness' });
      witness.peer.send(publish5('actions/refused', 'the first'), PINGREQ);
      await witness.peer.receive(PINGRESP);
      expect((await observer.receive(PUBLISH)).payload).toBe('the first');
      expect(await observer.takeUntilPingAnswer()).toEqual([]);
      // Nothing was retained either.
      const late = await subscriber('late', 'actions/refused');
      expect(await late.takeUntilPingAnswer()).toEqual([]);
    },
  );
});

test.each([24, 255, 3_000, 60_000])(
  '[MQTT-3.1.3-8] a client identifier of %d bytes is accepted, or the connection is closed',
  async (length) => {
    const id = Buffer.alloc(length, 'long-client/+#$ ').toString();
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: id, properties: AN_HOUR }), subscribe5(1, 'actions/long'));
    const { reasonCode } = await peer.receive(CONNACK);
    expect([0x00, 0x85]).toContain(reasonCode);
    if (reasonCode === 0) {
      await peer.receive(SUBACK);
      await peer.drop();
      const again = await broker.connect5({ clientId: id, flags: 0 });
      expect(again.connack.sessionPresent).toBe(true);
    } else {
      expect(await peer.untilClosed()).toEqual([]);
    }
  },
);
