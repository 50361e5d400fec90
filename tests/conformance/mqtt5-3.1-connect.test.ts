import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PINGRESP,
  publish5,
  publish5WithId,
  PUBLISH,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { PINGREQ } from './peer.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const CLIENT_IDENTIFIER_ASSIGNED = 0x12;

/** Properties with their length in front, which must be below 128. */
function withLength(properties: string): string {
  const content = bytes(properties);
  return Buffer.concat([Buffer.from([content.length]), content]).toString('hex');
}

/** @returns the reason code with which a CONNECT was refused, behind which nothing came */
async function reasonOfRefusal(...sent: Buffer[]): Promise<number> {
  const peer = await broker.open();
  peer.send(...sent);
  const connack = await peer.receive(CONNACK);
  expect(await peer.next()).toBeNull();
  return connack.reasonCode;
}

const login = () => broker.login.split(' ');

describe('section 3.1', () => {
  test.each([
    ['a reserved type', packet('00')],
    ['CONNACK', packet('20', '00 00 00')],
    ['PUBLISH', publish5('connect/first', 'x')],
    ['PUBLISH with QoS 1', publish5WithId('32', 'connect/first', 1, 'x')],
    ['PUBACK', packet('40', '0001')],
    ['PUBREC', packet('50', '0001')],
    ['PUBREL', packet('62', '0001')],
    ['PUBCOMP', packet('70', '0001')],
    ['SUBSCRIBE', subscribe5(1, 'connect/first')],
    ['SUBACK', packet('90', '0001 00 00')],
    ['UNSUBSCRIBE', packet('a2', '0001 00 "connect/first"')],
    ['UNSUBACK', packet('b0', '0001 00 00')],
    ['PINGREQ', PINGREQ],
    ['PINGRESP', packet('d0')],
    ['DISCONNECT', DISCONNECT_NORMALLY],
    ['AUTH', packet('f0')],
  ])('[MQTT-3.1.0-1] the first packet cannot be %s', async (_, first) => {
    const peer = await broker.open();
    peer.send(first, broker.connect5Bytes());
    expect(await peer.next()).toBeNull();
  });

  test('[MQTT-3.1.0-2] a second CONNECT is a protocol error', async () => {
    const { peer } = await broker.connect5({ clientId: 'twice' });
    peer.send(broker.connect5Bytes({ clientId: 'twice' }));
    const disconnect = await peer.receive(DISCONNECT);
    expect(disconnect.reasonCode).toBe(0x82);
    expect(await peer.next()).toBeNull();
  });

  test.each([
    ['of another client', () => broker.connect5Bytes({ clientId: 'twice-other' })],
    ['of version 3.1.1', () => broker.connect3Bytes({ clientId: 'twice-at-once' })],
    ['with a wrong password', () => broker.connect5Bytes({ login: `${login()[0]} "wrong"` })],
  ])('[MQTT-3.1.0-2] a second CONNECT %s behind the first is a protocol error', async (_, second) => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: 'twice-at-once' }), second());
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x82);
    expect(await peer.next()).toBeNull();
  });
});

describe('section 3.1.2', () => {
  test.each(['MQTX', 'mqtt', 'Mqtt', 'MQT', 'MQTTT', 'MQIsdp', 'HTTP', ''])(
    '[MQTT-3.1.2-1] protocol name "%s" is not accepted',
    async (name) => {
      const peer = await broker.open();
      peer.send(packet('10', `"${name}" 05 c2 0000 00 "peer" ${broker.login}`));
      const received = await peer.untilClosed();
      // CONNACK may be left out.
      for (const { type, reasonCode } of received) expect([type, reasonCode]).toEqual([CONNACK, 0x84]);
      expect(received.length).toBeLessThan(2);
    },
  );

  test.each([0, 1, 2, 3, 6, 7, 0x45, 0x84, 0x85, 0xff])(
    '[MQTT-3.1.2-2] protocol version %d is not accepted',
    async (version) => {
      const hex = version.toString(16).padStart(2, '0');
      const peer = await broker.open();
      peer.send(packet('10', `"MQTT" ${hex} c2 0000 00 "peer" ${broker.login}`));
      const received = await peer.untilClosed();
      expect(received.length).toBeLessThan(2);
      for (const { type, reasonCode } of received) {
        expect(type).toBe(CONNACK);
        // The client may speak 5.0 or 3.1.1, which have each a code for this.
        expect([0x84, 0x01]).toContain(reasonCode);
      }
    },
  );

  test('[MQTT-3.1.2-3] the reserved connect flag must be 0', async () => {
    for (const flags of [0x01, 0x03]) {
      expect(await reasonOfRefusal(broker.connect5Bytes({ flags }))).toBe(0x81);
    }
  });

  test('[MQTT-3.1.2-9] a will without properties, topic or payload is malformed', async () => {
    const connect = (rest: string) => packet('10', `"MQTT" 05 06 0000 00 "no-will" ${rest}`);
    for (const rest of [
      '',
      '00',
      '00 "connect/will"',
      '00 "connect/will" 00',
      '00 "connect/will" 0004 <gon>',
    ]) {
      expect(await reasonOfRefusal(connect(rest))).toBe(0x81);
    }
  });

  test('[MQTT-3.1.2-11] a will QoS without a will is malformed', async () => {
    for (const flags of [0x0a, 0x12, 0x1a]) {
      expect(await reasonOfRefusal(broker.connect5Bytes({ flags }))).toBe(0x81);
    }
  });

  test('[MQTT-3.1.2-12] a will QoS of 3 is malformed', async () => {
    const will = '00 "connect/will" "gone"';
    for (const flags of [0x1e, 0x3e]) {
      expect(await reasonOfRefusal(broker.connect5Bytes({ flags, will }))).toBe(0x81);
    }
  });

  test('[MQTT-3.1.2-13] will retain without a will is malformed', async () => {
    expect(await reasonOfRefusal(broker.connect5Bytes({ flags: 0x22 }))).toBe(0x81);
  });

  test('[MQTT-3.1.2-16] a user name without its flag is malformed', async () => {
    const [username, password] = login();
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 02 0000 00 "peer" ${username}`))).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 42 0000 00 "peer" ${username} ${password}`))).toBe(
      0x81,
    );
  });

  test('[MQTT-3.1.2-17] a user name flag without a user name is malformed', async () => {
    expect(await reasonOfRefusal(packet('10', '"MQTT" 05 82 0000 00 "peer"'))).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', '"MQTT" 05 c2 0000 00 "peer" "password"'))).toBe(0x81);
  });

  test('[MQTT-3.1.2-18] a password without its flag is malformed', async () => {
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 82 0000 00 "peer" ${broker.login}`))).toBe(0x81);
  });

  test('[MQTT-3.1.2-19] a password flag without a password is malformed', async () => {
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 c2 0000 00 "peer" ${login()[0]}`))).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', '"MQTT" 05 42 0000 00 "peer"'))).toBe(0x81);
  });

  test('[MQTT-3.1.2-16] [MQTT-3.1.2-18] neither user name nor password, or a password alone, are well-formed', async () => {
    for (const rest of ['02 0000 00 "peer"', '42 0000 00 "peer" "password"', '82 0000 00 "peer" "user"']) {
      expect([0x86, 0x87]).toContain(await reasonOfRefusal(packet('10', `"MQTT" 05 ${rest}`)));
    }
  });
});

describe('section 3.1.3', () => {
  test('[MQTT-3.1.3-1] client identifier, will, user name and password are taken in this order', async () => {
    const observer = await broker.connect5({ clientId: 'order-observer' });
    observer.peer.send(subscribe5(1, 'connect/order', '00'));
    await observer.peer.receive(SUBACK);
    const properties = withLength('11 0000003c');
    const { peer } = await broker.connect5({ clientId: 'order', properties: '11 0000003c' });
    await peer.drop();
    const again = await broker.open();
    const will = `${withLength('03 "text"')} "connect/order" "gone"`;
    again.send(packet('10', `"MQTT" 05 c4 0000 ${properties} "order" ${will} ${broker.login}`));
    const connack = await again.receive(CONNACK);
    expect([connack.reasonCode, connack.sessionPresent]).toEqual([0, true]);
    await again.drop();
    expect((await observer.peer.receive(PUBLISH)).hex).toBe(
      `30 ${bytes(`"connect/order" ${withLength('03 "text"')} <gone>`).toString('hex')}`,
    );
  });

  test('[MQTT-3.1.3-1] password, will or client identifier in other places are not accepted', async () => {
    const [username, password] = login();
    const will = '00 "connect/will" "gone"';
    expect(
      await reasonOfRefusal(packet('10', `"MQTT" 05 c2 0000 00 "peer" ${password} ${username}`)),
    ).not.toBe(0);
    for (const order of [
      `"peer" ${broker.login} ${will}`,
      `${will} "peer" ${broker.login}`,
      `"peer" "connect/will" "gone" 00 ${broker.login}`,
    ]) {
      expect(await reasonOfRefusal(packet('10', `"MQTT" 05 c6 0000 00 ${order}`))).not.toBe(0);
    }
  });

  test('[MQTT-3.1.3-2] each client identifier has a session of its own', async () => {
    const properties = '11 0000003c';
    const ids = ['Session', 'session', 'session1', 'SESSION'];
    for (const clientId of ids) {
      const { peer, connack } = await broker.connect5({ clientId, flags: 0, properties });
      expect(connack.sessionPresent).toBe(false);
      peer.send(subscribe5(1, `connect/of/${clientId}`, '00'));
      await peer.receive(SUBACK);
      await peer.drop();
    }
    const publisher = await broker.connect5({ clientId: 'of-publisher' });
    for (const clientId of ids) {
      const { peer, connack } = await broker.connect5({ clientId, flags: 0, properties });
      expect(connack.sessionPresent).toBe(true);
      publisher.peer.send(...ids.map((each) => publish5(`connect/of/${each}`, each)), PINGREQ);
      await publisher.peer.receive(PINGRESP);
      expect((await peer.takeUntilPingAnswer()).map(({ payload }) => payload)).toEqual([clientId]);
      await peer.drop();
    }
  });

  test('[MQTT-3.1.3-3] a CONNECT without a client identifier is malformed', async () => {
    expect(await reasonOfRefusal(packet('10', '"MQTT" 05 02 0000 00'))).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', '"MQTT" 05 02 0000 00 00'))).toBe(0x81);
  });

  test.each([
    ['a surrogate', '0004 61 eda080'],
    ['an overlong character', '0002 c0af'],
    ['half a character', '0002 61 c3'],
    ['U+0000', '0003 61 00 62'],
  ])('[MQTT-3.1.3-4] a client identifier with %s is malformed', async (_, clientId) => {
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 c2 0000 00 ${clientId} ${broker.login}`))).toBe(
      0x81,
    );
  });

  test('[MQTT-3.1.3-5] client identifiers of 1 to 23 digits and letters are accepted', async () => {
    const characters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const ids = [...characters, characters.slice(0, 23), characters.slice(23, 46), characters.slice(39)];
    for (let length = 2; length < 23; length++) ids.push(characters.slice(length, 2 * length));
    for (const clientId of ids) {
      const { peer, connack } = await broker.connect5({ clientId });
      expect(connack.properties.has(CLIENT_IDENTIFIER_ASSIGNED)).toBe(false);
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
      await peer.drop();
    }
  });

  test('[MQTT-3.1.3-6] each client without an identifier is assigned one of its own', async () => {
    const connections = [];
    for (let each = 0; each < 10; each++) {
      connections.push(await broker.connect5({ clientId: '', flags: each % 2 ? 0x02 : 0x00 }));
    }
    const assigned = connections.map(({ connack }) => connack.properties.get(CLIENT_IDENTIFIER_ASSIGNED));
    for (const each of assigned) expect(each).toEqual([expect.stringMatching(/./)]);
    expect(new Set(assigned.flat()).size).toBe(10);
    for (const { peer, connack } of connections) {
      expect(connack.sessionPresent).toBe(false);
      // None has taken over the session of another.
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    }
  });

  test('[MQTT-3.1.3-7] an assigned identifier is told, and is then as if the client had given it', async () => {
    const properties = '11 0000003c';
    const { peer, connack } = await broker.connect5({ clientId: '', properties });
    const clientId = String(connack.properties.get(CLIENT_IDENTIFIER_ASSIGNED)?.[0]);
    peer.send(subscribe5(1, 'connect/assigned', '01'));
    await peer.receive(SUBACK);
    await peer.drop();
    const publisher = await broker.connect5({ clientId: 'assigned-publisher' });
    publisher.peer.send(publish5WithId('32', 'connect/assigned', 1, 'meanwhile'));
    await publisher.peer.next();
    const again = await broker.connect5({ clientId, flags: 0, properties });
    expect(again.connack.sessionPresent).toBe(true);
    expect(again.connack.properties.has(CLIENT_IDENTIFIER_ASSIGNED)).toBe(false);
    expect((await again.peer.receive(PUBLISH)).payload).toBe('meanwhile');
  });

  test('[MQTT-3.1.3-7] another connection with an assigned identifier takes over the first', async () => {
    const { peer, connack } = await broker.connect5({ clientId: '' });
    const clientId = String(connack.properties.get(CLIENT_IDENTIFIER_ASSIGNED)?.[0]);
    await broker.connect5({ clientId });
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x8e);
    expect(await peer.next()).toBeNull();
  });

  test.each([
    ['a surrogate', '0004 61 eda080'],
    ['half a character', '0002 61 c3'],
    ['U+0000', '0003 61 00 62'],
  ])('[MQTT-3.1.3-11] a will topic with %s is malformed', async (_, topic) => {
    expect(await reasonOfRefusal(broker.connect5Bytes({ flags: 0x06, will: `00 ${topic} "gone"` }))).toBe(
      0x81,
    );
  });

  test.each([
    ['a surrogate', '0004 61 eda080'],
    ['half a character', '0002 61 c3'],
    ['U+0000', '0003 61 00 62'],
  ])('[MQTT-3.1.3-12] a user name with %s is malformed', async (_, username) => {
    expect(await reasonOfRefusal(broker.connect5Bytes({ login: `${username} "password"` }))).toBe(0x81);
    expect(await reasonOfRefusal(packet('10', `"MQTT" 05 82 0000 00 "peer" ${username}`))).toBe(0x81);
  });
});

test.each([
  ['another protocol name', packet('10', '"MQTX" 05 02 0000 00 "again"')],
  ['an unknown protocol level', packet('10', '"MQTT" 09 02 0000 00 "again"')],
  ['3.1.1 and an empty client identifier', packet('10', '"MQTT" 04 00 0000 ""')],
  ['a reserved flag', packet('10', '"MQTT" 05 03 0000 00 "again"')],
])('[MQTT-3.1.0-2] a second CONNECT with %s ends this connection alone', async (_, second) => {
  const { peer } = await broker.connect5({ clientId: 'twice' });
  const { peer: other } = await broker.connect5({ clientId: 'other' });
  peer.send(second);
  expect([0x81, 0x82]).toContain((await peer.receive(DISCONNECT)).reasonCode);
  expect(await peer.next()).toBeNull();
  expect(await other.takeUntilPingAnswer()).toEqual([]);
});
