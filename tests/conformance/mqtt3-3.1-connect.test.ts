/** MQTT 3.1.1, section 3.1: what CONNECT must look like, and what is done with it. Session and will have their own files. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  CONNACK,
  DISCONNECT_NORMALLY,
  puback,
  PUBLISH,
  publish3,
  pubrel,
  SUBACK,
  subscribe3,
  subscribe5,
  unsubscribe3,
} from './packets.ts';
import { PINGREQ } from './peer.ts';
import {
  answersToRefused,
  answersToViolation,
  payloadsUntil,
  publish,
  RESUME,
  seen,
  subscribe,
  subscriber,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const userName = () => broker.login.split(' ')[0];

/** CONNECT whose variable header and payload are as written. */
const connect = (flags: string, payload: string) => packet('10', `"MQTT" 04 ${flags} 0000 ${payload}`);

/** A CONNECT that conforms is accepted: shows that a refusal of another one has the cause that the test names. */
async function expectAccepted(sent: Buffer): Promise<void> {
  const peer = await broker.open();
  peer.send(sent);
  expect((await peer.receive(CONNACK)).hex).toBe('20 0000');
}

// ---------------------------------------------------------------- the first packet

test.each([
  ['PUBLISH', publish3('early', 'm')],
  ['PUBACK', puback(1)],
  ['PUBREL', pubrel(1)],
  ['SUBSCRIBE', subscribe3(1, 'early')],
  ['UNSUBSCRIBE', unsubscribe3(1, 'early')],
  ['PINGREQ', PINGREQ],
  ['DISCONNECT', DISCONNECT_NORMALLY],
])('[v3 MQTT-3.1.0-1] %s as the first packet ends the connection without an answer', async (_, sent) => {
  expect(await answersToRefused(broker, sent, broker.connect3Bytes({ clientId: 'early' }))).toEqual([]);
});

test('[v3 MQTT-3.1.0-1] a message that comes before CONNECT is not published', async () => {
  const peer = await subscriber(broker, 'early-s', 'early/#');
  await answersToRefused(broker, publish3('early/a', 'lost'));
  await publish((await broker.connect3({ clientId: 'early-p' })).peer, 'early/a', 'end');
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('end');
});

test('[v3 MQTT-3.1.0-2] a second CONNECT ends the connection', async () => {
  const { peer } = await broker.connect3({ clientId: 'twice' });
  peer.send(broker.connect3Bytes({ clientId: 'twice' }), PINGREQ);
  expect(await peer.untilClosed()).toEqual([]);
});

// ---------------------------------------------------------------- protocol name and level

test.each(['MQTX', 'mqtt', 'MQT', 'MQTTT', '', 'MQIsdp'])(
  '[v3 MQTT-3.1.2-1] protocol name `%s` is not served as 3.1.1',
  async (name) => {
    const peer = await broker.open();
    peer.send(packet('10', `"${name}" 04 c2 0000 "name" ${broker.login}`), subscribe3(1, 'name'));
    const answers = (await peer.untilClosed()).map(({ hex }) => hex);
    // The end, or a refusal of the level that this name has in another specification.
    expect([[], ['20 0001']]).toContainEqual(answers);
  },
);

test.each(['00', '01', '02', '03', '06', '7f', '84', 'ff'])(
  '[v3 MQTT-3.1.2-2] protocol level %s is answered with return code 1 and the end',
  async (level) => {
    const sent = packet('10', `"MQTT" ${level} c2 0000 "level" ${broker.login}`);
    expect(await answersToRefused(broker, sent)).toEqual(['20 0001']);
  },
);

// ---------------------------------------------------------------- connect flags

test.each(['c3', 'c1', '03', '01'])(
  '[v3 MQTT-3.1.2-3] [v3 MQTT-3.1.4-1] connect flags %s with the reserved one end the connection without CONNACK',
  async (flags) => {
    const login = flags.startsWith('c') ? broker.login : '';
    expect(await answersToRefused(broker, connect(flags, `"reserved" ${login}`))).toEqual([]);
  },
);

test.each([
  ['will QoS 1', 'ca'],
  ['will QoS 2', 'd2'],
  ['will QoS 3', 'da'],
])(
  '[v3 MQTT-3.1.2-11] [v3 MQTT-3.1.2-13] %s without a will ends the connection without CONNACK',
  async (_, flags) => {
    expect(await answersToRefused(broker, connect(flags, `"no-will" ${broker.login}`))).toEqual([]);
  },
);

test('[v3 MQTT-3.1.2-11] [v3 MQTT-3.1.2-15] will retain without a will ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('e2', `"no-will" ${broker.login}`))).toEqual([]);
});

test('[v3 MQTT-3.1.2-11] a will topic and message without the will flag end the connection without CONNACK', async () => {
  await expectAccepted(connect('c6', `"no-will" "no-will" "m" ${broker.login}`));
  expect(await answersToRefused(broker, connect('c2', `"no-will" "no-will" "m" ${broker.login}`))).toEqual(
    [],
  );
});

test('[v3 MQTT-3.1.2-9] a will flag without will topic and message ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('c6', `"no-will" ${broker.login}`))).toEqual([]);
  expect(await answersToRefused(broker, connect('06', '"no-will" "no-will"'))).toEqual([]);
  expect(await answersToRefused(broker, connect('06', '"no-will"'))).toEqual([]);
});

test('[v3 MQTT-3.1.2-14] will QoS 3 ends the connection without CONNACK', async () => {
  const payload = `"will-3" "will-3" "m" ${broker.login}`;
  await expectAccepted(connect('d6', payload));
  expect(await answersToRefused(broker, connect('de', payload))).toEqual([]);
});

test('[v3 MQTT-3.1.2-18] a user name without its flag ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('02', `"unflagged" ${userName()}`))).toEqual([]);
});

test('[v3 MQTT-3.1.2-19] a user name flag without a user name ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('82', '"flagged"'))).toEqual([]);
});

test('[v3 MQTT-3.1.2-20] a password without its flag ends the connection without CONNACK', async () => {
  await expectAccepted(connect('c2', `"unflagged" ${broker.login}`));
  expect(await answersToRefused(broker, connect('82', `"unflagged" ${broker.login}`))).toEqual([]);
});

test('[v3 MQTT-3.1.2-21] a password flag without a password ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('c2', `"flagged" ${userName()}`))).toEqual([]);
});

test('[v3 MQTT-3.1.2-22] a password flag without the user name flag ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('42', '"password" "secret"'))).toEqual([]);
  expect(await answersToRefused(broker, connect('42', `"password" ${broker.login}`))).toEqual([]);
});

// ---------------------------------------------------------------- keep alive

test('[v3 MQTT-3.1.2-24] a client that is silent for one and a half times its keep alive is disconnected', async () => {
  const peer = await broker.open();
  peer.send(broker.connect3Bytes({ clientId: 'silent', keepAlive: '0001' }));
  const sentAt = Date.now();
  await peer.receive(CONNACK);
  expect(await peer.untilClosed(6_000)).toEqual([]);
  expect(Date.now() - sentAt).toBeGreaterThanOrEqual(1_500);
});

test('[v3 MQTT-3.1.2-24] as if the network had failed: with its will', async () => {
  const peer = await subscriber(broker, 'mourner', 'silence');
  const { peer: silent } = await broker.connect3({
    clientId: 'silent-will',
    flags: 0x06,
    keepAlive: '0001',
    will: '"silence" "gone"',
  });
  expect(await silent.untilClosed(6_000)).toEqual([]);
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('gone');
});

test('[v3 MQTT-3.1.2-24] any packet of the client counts, not PINGREQ alone', async () => {
  const { peer: busy } = await broker.connect3({ clientId: 'busy', keepAlive: '0003' });
  // Each of these ends about two seconds after it began: together longer than one and a half times three.
  for (let i = 0; i < 4; i++) {
    const { peer: clock } = await broker.connect3({ clientId: `busy-clock-${i}`, keepAlive: '0001' });
    await clock.untilClosed();
    busy.send(publish3('busy', 'm'));
  }
  expect(await busy.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-3.1.2-24] with keep alive 0 nobody is disconnected for silence', async () => {
  const { peer: quiet } = await broker.connect3({ clientId: 'quiet', keepAlive: '0000' });
  const { peer: clock } = await broker.connect3({ clientId: 'quiet-clock', keepAlive: '0001' });
  await clock.untilClosed();
  expect(await quiet.takeUntilPingAnswer()).toEqual([]);
});

// ---------------------------------------------------------------- payload

test('[v3 MQTT-3.1.3-1] the fields are taken in their order', async () => {
  const peer = await subscriber(broker, 'order-s', 'order/#');
  const login = await broker.createLogin('in-order');
  const { peer: client } = await broker.connect3({
    clientId: 'order/1',
    flags: 0x06,
    will: '"order/2" "3"',
    login,
  });
  await client.drop();
  expect(seen(await peer.receive(PUBLISH))).toMatchObject({ topic: 'order/2', payload: '3' });
  const [user, password] = login.split(' ');
  const swapped = connect('c2', `"order/1" ${password} ${user}`);
  expect((await answersToRefused(broker, swapped))[0]).toMatch(/^20 000[45]$/);
});

test('[v3 MQTT-3.1.3-2] state is found by the client identifier, and only by the same one', async () => {
  const first = await subscriber(broker, 'Who', 'who', '01', { flags: RESUME });
  await first.drop();
  const others = ['who', 'Who ', 'Wh', 'Who/', 'Whö'];
  for (const clientId of others) {
    const { connack } = await broker.connect3({ clientId, flags: RESUME });
    expect(connack.sessionPresent).toBe(false);
  }
  const { connack } = await broker.connect3({ clientId: 'Who', flags: RESUME });
  expect(connack.sessionPresent).toBe(true);
});

test('[v3 MQTT-3.1.3-3] a CONNECT without client identifier ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('02', ''))).toEqual([]);
  expect(await answersToRefused(broker, connect('02', '00'))).toEqual([]);
  expect(await answersToRefused(broker, connect('02', '0005 <id>'))).toEqual([]);
});

test.each(['0', 'z', '0123456789abcdefghijklm', 'nopqrstuvwxyzABCDEFGHIJ', 'KLMNOPQRSTUVWXYZ'])(
  '[v3 MQTT-3.1.3-5] client identifier %s is allowed',
  async (clientId) => {
    for (const flags of [RESUME, 0x02]) {
      const { connack } = await broker.connect3({ clientId, flags });
      expect(connack.reasonCode).toBe(0);
    }
  },
);

test('[v3 MQTT-3.1.3-6] clients with an empty identifier get one each, and are served', async () => {
  const first = await subscriber(broker, '', 'anonymous');
  const second = await subscriber(broker, '', 'anonymous');
  await publish((await broker.connect3({ clientId: '' })).peer, 'anonymous', 'm');
  // Neither was disconnected by the other, and each has a subscription of its own.
  for (const peer of [first, second]) expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
});

test('[v3 MQTT-3.1.3-8] [v3 MQTT-3.1.3-9] [v3 MQTT-3.2.2-5] an empty identifier without clean session is answered with return code 2', async () => {
  const sent = broker.connect3Bytes({ clientId: '', flags: RESUME });
  expect(await answersToRefused(broker, sent, PINGREQ)).toEqual(['20 0002']);
});

test('[v3 MQTT-3.1.3-9] a very long identifier is served, or refused with return code 2', async () => {
  // Nothing that a store could make shorter.
  const clientId = Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 46_656).toString(36)).join('.');
  for (const flags of [0x02, RESUME]) {
    const peer = await broker.open();
    peer.send(broker.connect3Bytes({ clientId: clientId.slice(0, 65_000), flags }));
    const { hex } = await peer.receive(CONNACK);
    expect(['20 0000', '20 0002']).toContain(hex);
    if (hex !== '20 0000') expect(await peer.next()).toBeNull();
  }
});

// ---------------------------------------------------------------- response

test.each([
  ['nothing behind the protocol name', '"MQTT"'],
  ['no connect flags', '"MQTT" 04'],
  ['no keep alive', '"MQTT" 04 02'],
  ['half a keep alive', '"MQTT" 04 02 00'],
  ['a byte behind the last field', '"MQTT" 04 02 0000 "extra" 00'],
  ['a will topic longer than the packet', '"MQTT" 04 06 0000 "short" 00ff <will>'],
])('[v3 MQTT-3.1.4-1] a CONNECT with %s ends the connection without CONNACK', async (_, body) => {
  expect(await answersToRefused(broker, packet('10', body), PINGREQ)).toEqual([]);
});

test.each(['will/#', 'will/+/a', '#', '+'])(
  '[v3 MQTT-3.1.4-1] [v3 MQTT-3.2.2-6] will topic %s ends the connection without CONNACK',
  async (topic) => {
    expect(await answersToRefused(broker, connect('c6', `"wild" "${topic}" "m" ${broker.login}`))).toEqual(
      [],
    );
  },
);

test('[v3 MQTT-3.1.4-1] [v3 MQTT-4.7.3-1] an empty will topic ends the connection without CONNACK', async () => {
  expect(await answersToRefused(broker, connect('c6', `"nowhere" "" "m" ${broker.login}`))).toEqual([]);
});

test('[v3 MQTT-3.1.4-2] a client that connects again is disconnected from its first connection', async () => {
  for (const flags of [0x02, RESUME]) {
    const { peer: first } = await broker.connect3({ clientId: 'newest', flags });
    const { peer: second } = await broker.connect3({ clientId: 'newest', flags });
    expect(await first.untilClosed()).toEqual([]);
    expect(await second.takeUntilPingAnswer()).toEqual([]);
  }
});

test('[v3 MQTT-3.1.4-2] a refused CONNECT with its identifier does not disconnect a client', async () => {
  const { peer } = await broker.connect3({ clientId: 'robust' });
  const refused = broker.connect3Bytes({ clientId: 'robust', login: `${userName()} "wrong"` });
  expect(await answersToRefused(broker, refused)).toEqual(['20 0004']);
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-3.1.4-3] a client that takes its connection over has its session, or with clean session none', async () => {
  const first = await subscriber(broker, 'taken', 'taken', '01', { flags: RESUME });
  const second = await broker.connect3({ clientId: 'taken', flags: RESUME });
  await first.untilClosed();
  expect(second.connack.sessionPresent).toBe(true);
  const { peer, connack } = await broker.connect3({ clientId: 'taken' });
  await second.peer.untilClosed();
  expect(connack.sessionPresent).toBe(false);
  const { peer: publisher } = await broker.connect3({ clientId: 'taken-p' });
  await publish(publisher, 'taken', 'to nobody');
  await subscribe(peer, 'taken');
  await publish(publisher, 'taken', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.4-4] a CONNECT is answered with return code 0', async () => {
  const peer = await broker.open();
  peer.send(broker.connect3Bytes({ clientId: 'accepted' }));
  expect((await peer.next())?.hex).toBe('20 0000');
});

test('[v3 MQTT-3.1.4-5] what follows a refused CONNECT is not processed', async () => {
  const peer = await subscriber(broker, 'refused-s', 'refused/#');
  const refusals = [
    broker.connect3Bytes({ clientId: 'refused', login: `${userName()} "wrong"` }),
    broker.connect3Bytes({ clientId: '', flags: RESUME }),
    packet('10', `"MQTT" 06 c2 0000 "refused" ${broker.login}`),
    connect('c3', `"refused" ${broker.login}`),
  ];
  for (const refused of refusals) {
    const answers = await answersToRefused(
      broker,
      refused,
      publish3('refused/a', 'lost', '31'),
      subscribe3(1, 'refused/#'),
      PINGREQ,
    );
    expect(answers.length).toBeLessThanOrEqual(1);
  }
  const { peer: publisher } = await broker.connect3({ clientId: 'refused-p' });
  await publish(publisher, 'refused/b', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.4-5] what follows an accepted CONNECT in the same write is processed, behind CONNACK', async () => {
  const peer = await broker.open();
  peer.send(broker.connect3Bytes({ clientId: 'eager' }), subscribe3(1, 'eager'), publish3('eager', 'm'));
  await peer.receive(CONNACK);
  await peer.receive(SUBACK);
  expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
});

test('[v3 MQTT-3.1.0-2] a second CONNECT of another version ends the connection too', async () => {
  expect(await answersToViolation(broker, broker.connect5Bytes({ clientId: 'violator' }))).toEqual([]);
  expect(await answersToViolation(broker, broker.connect5Bytes(), subscribe5(1, 'a'))).toEqual([]);
});
