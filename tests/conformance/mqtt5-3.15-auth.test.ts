/** MQTT 5.0, section 3.15: AUTH. What an exchange leads to is in the tests of section 4.12. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet, u32 } from './bytes.ts';
import { AUTH, CONNACK, DISCONNECT, publish5, PUBLISH, SUBACK, subscribe5 } from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import { ScramClient } from './scram-client.ts';

const METHOD = 0x15;
const DATA = 0x16;
const SCRAM = 'SCRAM-SHA-256';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

/** Properties with their length in front. */
function withLength(properties: string): string {
  const content = bytes(properties);
  const length =
    content.length < 128 ? [content.length] : [(content.length % 128) + 128, content.length >> 7];
  return Buffer.concat([Buffer.from(length), content]).toString('hex');
}

const connect = (properties: string, clientId = 'auth') =>
  packet('10', `"MQTT" 05 02 0000 ${withLength(properties)} "${clientId}"`);
const auth = (reasonCode: string, properties: string, firstByte = 'f0') =>
  packet(firstByte, `${reasonCode} ${withLength(properties)}`);
/** An AUTH that asks for a re-authentication. */
const again = (firstByte?: string) =>
  auth('19', `15 "${SCRAM}" 16 "${aScramClient().firstMessage}"`, firstByte);

function aScramClient(): ScramClient {
  const [, username, secret] = /^"([^"]*)" "([^"]*)"$/.exec(broker.login)!;
  return new ScramClient(username, secret);
}

/** A connection that has been sent a challenge. */
async function challenged(
  properties = '',
): Promise<{ peer: Peer; challenge: ReceivedPacket; scram: ScramClient }> {
  const peer = await broker.open();
  const scram = aScramClient();
  peer.send(connect(`15 "${SCRAM}" 16 "${scram.firstMessage}" ${properties}`));
  return { peer, challenge: await peer.receive(AUTH), scram };
}

const answer = (scram: ScramClient, challenge: ReceivedPacket) =>
  auth('18', `15 "${SCRAM}" 16 "${scram.answer(String(challenge.properties.get(DATA)))}"`);

/** A connection that was authenticated by SCRAM. */
async function authenticated(properties?: string): Promise<Peer> {
  const { peer, challenge, scram } = await challenged(properties);
  peer.send(answer(scram, challenge));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  return peer;
}

/** What comes until the end of the connection: packet types and reason codes. */
const untilClosed = async (peer: Peer) =>
  (await peer.untilClosed()).map(({ type, reasonCode }) => [type, reasonCode]);

test.each([
  ['without properties', packet('f0')],
  ['with a method', auth('18', '15 "SCRAM-SHA-256"')],
  ['that asks for a re-authentication', auth('19', '15 "SCRAM-SHA-256" 16 "n,,n=a,r=b"')],
])('[MQTT-3.1.0-1] AUTH %s before CONNECT ends the connection', async (_, sent) => {
  const peer = await broker.open();
  peer.send(sent, broker.connect5Bytes());
  expect(await peer.untilClosed()).toEqual([]);
});

describe('on a connection without an authentication method', () => {
  test.each([
    ['without properties', packet('f0')],
    ['without a method', packet('f0', '18 00')],
    ['to continue', auth('18', `15 "${SCRAM}" 16 "data"`)],
    ['that asks for a re-authentication', auth('19', `15 "${SCRAM}" 16 "n,,n=a,r=b"`)],
    ['with success', auth('00', `15 "${SCRAM}"`)],
  ])('[MQTT-4.12.0-7] AUTH %s on a connection without a method is a protocol error', async (_, sent) => {
    const { peer } = await broker.connect5({ clientId: 'plain' });
    peer.send(sent, PINGREQ);
    expect(await untilClosed(peer)).toEqual([[DISCONNECT, 0x82]]);
  });

  test('[MQTT-4.12.0-6] without a method no AUTH comes, and CONNACK has none, be the login right or wrong', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'plain' });
    expect(connack.properties.has(METHOD)).toBe(false);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    const wrong = await broker.open();
    wrong.send(broker.connect5Bytes({ login: `${broker.login.split(' ')[0]} "wrong"` }));
    const refusal = await wrong.receive(CONNACK);
    expect([refusal.reasonCode > 0x7f, refusal.properties.has(METHOD)]).toEqual([true, false]);
    expect(await wrong.next()).toBeNull();
  });

  test('[MQTT-4.13.1-1] CONNECT with authentication data but no method is a protocol error', async () => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ properties: '16 "data"' }));
    expect(await untilClosed(peer)).toEqual([[CONNACK, 0x82]]);
  });
});

describe('a method that is not offered', () => {
  test.each(['GS2-KRB5', 'SCRAM-SHA-1', 'SCRAM-SHA-512', 'SCRAM-SHA-256-PLUS', 'scram-sha-256', 'PLAIN', ''])(
    '[MQTT-4.12.0-1] method "%s", which is not offered, is refused with 0x8C, and the connection closed',
    async (method) => {
      for (const data of ['', '16 "n,,n=a,r=b"']) {
        const peer = await broker.open();
        peer.send(connect(`15 "${method}" ${data}`));
        expect(await untilClosed(peer)).toEqual([[CONNACK, 0x8c]]);
      }
    },
  );

  test('[MQTT-4.12.0-1] a method that is not offered is refused with a right password too', async () => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ properties: '15 "PLAIN"' }), PINGREQ);
    expect(await untilClosed(peer)).toEqual([[CONNACK, 0x8c]]);
  });
});

describe.each(Array.from({ length: 15 }, (_, i) => i + 1))('AUTH with flags %d', (flags) => {
  const firstByte = (0xf0 | flags).toString(16);

  test('[MQTT-3.15.1-1] AUTH with a reserved flag is malformed on a connection without a method', async () => {
    const { peer } = await broker.connect5({ clientId: 'flags' });
    peer.send(packet(firstByte), PINGREQ);
    expect(await untilClosed(peer)).toEqual([[DISCONNECT, 0x81]]);
  });

  test('[MQTT-3.15.1-1] AUTH with a reserved flag is malformed in place of the answer to a challenge', async () => {
    const { peer, challenge, scram } = await challenged();
    const sent = answer(scram, challenge);
    sent[0] |= flags;
    peer.send(sent, PINGREQ);
    const received = await untilClosed(peer);
    // CONNACK may be left out.
    if (received.length > 0) expect(received).toEqual([[CONNACK, 0x81]]);
  });

  test('[MQTT-3.15.1-1] AUTH with a reserved flag is malformed on a connection with a method', async () => {
    const peer = await authenticated();
    peer.send(again(firstByte), PINGREQ);
    expect(await untilClosed(peer)).toEqual([[DISCONNECT, 0x81]]);
  });
});

test('[MQTT-3.15.1-1] AUTH with all flags 0 is taken', async () => {
  const peer = await authenticated();
  peer.send(again());
  expect((await peer.receive(AUTH)).reasonCode).toBe(0x18);
});

describe('the reason code', () => {
  test('[MQTT-3.15.2-1] the server sends AUTH with the reason codes 0x18 and 0x00', async () => {
    const { peer, challenge, scram } = await challenged();
    expect([challenge.flags, challenge.reasonCode]).toEqual([0, 0x18]);
    peer.send(answer(scram, challenge));
    await peer.receive(CONNACK);
    const another = aScramClient();
    peer.send(auth('19', `15 "${SCRAM}" 16 "${another.firstMessage}"`));
    const second = await peer.receive(AUTH);
    expect([second.flags, second.reasonCode]).toEqual([0, 0x18]);
    peer.send(answer(another, second));
    const success = await peer.receive(AUTH);
    expect([success.flags, success.reasonCode]).toEqual([0, 0]);
  });

  test.each(['01', '17', '1a', '80', '82', '87', 'ff'])(
    '[MQTT-3.15.2-1] AUTH with reason code %s, which is none, ends the connection',
    async (reasonCode) => {
      const properties = `15 "${SCRAM}" 16 "data"`;
      const { peer } = await challenged();
      peer.send(auth(reasonCode, properties), PINGREQ);
      const received = await untilClosed(peer);
      // CONNACK may be left out.
      for (const [type, reason] of received) {
        expect(type).toBe(CONNACK);
        expect([0x81, 0x82]).toContain(reason);
      }
      const connected = await authenticated();
      connected.send(auth(reasonCode, properties), PINGREQ);
      expect([[[DISCONNECT, 0x81]], [[DISCONNECT, 0x82]]]).toContainEqual(await untilClosed(connected));
    },
  );

  test.each([
    ['no reason code', packet('f0')],
    ['reason code 00', auth('00', `15 "${SCRAM}" 16 "data"`)],
    ['reason code 18 without a challenge', auth('18', `15 "${SCRAM}" 16 "data"`)],
  ])('[MQTT-3.15.2-1] AUTH with %s is not for a client to send at this time', async (_, sent) => {
    const peer = await authenticated();
    peer.send(sent, PINGREQ);
    expect(await untilClosed(peer)).toEqual([[DISCONNECT, 0x82]]);
  });
});

describe('the properties', () => {
  test.each([
    ['no method', '16 "data"', 0x82],
    ['two methods', `15 "${SCRAM}" 15 "${SCRAM}" 16 "data"`, 0x82],
    ['two authentication data', `15 "${SCRAM}" 16 "data" 16 "data"`, 0x82],
    ['two reason strings', `15 "${SCRAM}" 16 "data" 1f "a" 1f "a"`, 0x82],
    ['another method', '15 "SCRAM-SHA-1" 16 "data"', 0x82],
    ['a property of another packet', `15 "${SCRAM}" 16 "data" 11 00000001`, 0x81],
    ['a property cut short', `15 "${SCRAM}" 16 0009 <data>`, 0x81],
  ])('[MQTT-4.13.1-1] AUTH with %s ends the connection', async (_, properties, reasonCode) => {
    const { peer } = await challenged();
    peer.send(auth('18', properties), PINGREQ);
    const received = await untilClosed(peer);
    // CONNACK may be left out.
    if (received.length > 0) expect(received).toEqual([[CONNACK, reasonCode]]);
    const connected = await authenticated();
    connected.send(auth('19', properties), PINGREQ);
    expect(await untilClosed(connected)).toEqual([[DISCONNECT, reasonCode]]);
  });

  test('[MQTT-4.13.1-1] AUTH may have a reason string and user properties', async () => {
    const { peer, challenge, scram } = await challenged('26 "a" "1" 26 "a" "1"');
    const data = scram.answer(String(challenge.properties.get(DATA)));
    peer.send(auth('18', `1f "reason" 26 "a" "1" 15 "${SCRAM}" 26 "a" "1" 16 "${data}"`));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    peer.send(subscribe5(1, 'auth/a', '00'));
    await peer.receive(SUBACK);
    peer.send(publish5('auth/a', 'x'));
    expect((await peer.receive(PUBLISH)).payload).toBe('x');
  });

  test('[MQTT-3.15.2-2] [MQTT-3.15.2-3] no properties make AUTH larger than the client takes', async () => {
    const first = (await challenged()).challenge;
    // As large as it is with nothing but method and data. Challenges have all the same size.
    const needed = [...first.properties].filter(([identifier]) => [METHOD, DATA].includes(identifier));
    const size = needed.reduce((sum, [, [value]]) => sum + 3 + String(value).length, 0) + 4;
    for (const maximum of [size, size + 1, size + 4, size + 20]) {
      const { peer, challenge, scram } = await challenged(`27 ${u32(maximum)}`);
      expect(2 + challenge.body.length).toBeLessThanOrEqual(maximum);
      expect(challenge.properties.get(METHOD)).toEqual([SCRAM]);
      peer.send(answer(scram, challenge));
      expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    }
  });
});
