/** MQTT 3.1.1, section 3.2: CONNACK. */
import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { CONNACK, DISCONNECT_NORMALLY, publish3WithId, PUBREC, subscribe3 } from './packets.ts';
import { PINGREQ } from './peer.ts';
import { answersToRefused, publish, RESUME, subscriber } from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const wrongLogin = () => `${broker.login.split(' ')[0]} "wrong"`;

test('[v3 MQTT-3.2.0-1] CONNACK comes first, before messages that wait and answers to what followed CONNECT', async () => {
  const first = await subscriber(broker, 'first', 'first', '01', { flags: RESUME });
  await first.drop();
  const { peer: publisher } = await broker.connect3({ clientId: 'first-p' });
  for (let i = 0; i < 5; i++) await publish(publisher, 'first', 'm');
  const peer = await broker.open();
  peer.send(broker.connect3Bytes({ clientId: 'first', flags: RESUME }), subscribe3(1, 'first'), PINGREQ);
  expect((await peer.next())?.type).toBe(CONNACK);
});

test('[v3 MQTT-3.2.0-1] nothing comes before CONNECT was sent', async () => {
  const peer = await broker.open();
  peer.send(packet('c0'));
  expect(await peer.untilClosed()).toEqual([]);
});

test('[v3 MQTT-3.2.2-1] clean session 1: session present is 0, whether there was a session or not', async () => {
  const { connack } = await broker.connect3({ clientId: 'clean' });
  expect(connack.hex).toBe('20 0000');
  const first = await subscriber(broker, 'clean', 'clean', '01', { flags: RESUME });
  await first.drop();
  expect((await broker.connect3({ clientId: 'clean' })).connack.hex).toBe('20 0000');
});

test('[v3 MQTT-3.2.2-2] clean session 0 with a stored session: session present is 1', async () => {
  const { peer: dropped } = await broker.connect3({ clientId: 'kept', flags: RESUME });
  await dropped.drop();
  const { peer: leaving, connack } = await broker.connect3({ clientId: 'kept', flags: RESUME });
  expect(connack.hex).toBe('20 0100');
  leaving.send(DISCONNECT_NORMALLY);
  await leaving.untilClosed();
  // Still connected, and with another login of the same tenant.
  for (const login of [broker.login, await broker.createLogin('other')]) {
    const again = await broker.connect3({ clientId: 'kept', flags: RESUME, login });
    expect(again.connack.hex).toBe('20 0100');
  }
});

test('[v3 MQTT-3.2.2-3] clean session 0 without a stored session: session present is 0', async () => {
  expect((await broker.connect3({ clientId: 'new', flags: RESUME })).connack.hex).toBe('20 0000');
  const { peer } = await broker.connect3({ clientId: 'cleaned', flags: RESUME });
  await peer.drop();
  const { peer: clean } = await broker.connect3({ clientId: 'cleaned' });
  await clean.drop();
  expect((await broker.connect3({ clientId: 'cleaned', flags: RESUME })).connack.hex).toBe('20 0000');
});

test('[v3 MQTT-3.2.2-3] a session ended by its expiry is not present', async () => {
  const login = await broker.createLogin('brief', { sessionExpirySeconds: 1 });
  const { peer } = await broker.connect3({ clientId: 'brief', flags: RESUME, login });
  await peer.drop();
  // A connection that ends by itself after more than a second.
  await (await broker.connect3({ clientId: 'brief-clock', keepAlive: '0001' })).peer.untilClosed();
  expect((await broker.connect3({ clientId: 'brief', flags: RESUME, login })).connack.hex).toBe('20 0000');
});

test('[v3 MQTT-3.2.2-4] [v3 MQTT-3.2.2-5] a refusal has session present 0, and the connection ends', async () => {
  const { peer } = await broker.connect3({ clientId: 'refused', flags: RESUME });
  peer.send(subscribe3(1, 'refused'), publish3WithId('34', 'refused', 1, 'm'));
  await peer.receive(9);
  await peer.receive(PUBREC);
  await peer.drop();
  const refused = broker.connect3Bytes({ clientId: 'refused', flags: RESUME, login: wrongLogin() });
  expect(await answersToRefused(broker, refused, PINGREQ)).toEqual(['20 0004']);
  const level = packet('10', `"MQTT" 06 c0 0000 "refused" ${broker.login}`);
  expect(await answersToRefused(broker, level, PINGREQ)).toEqual(['20 0001']);
  const withoutLogin = packet('10', '"MQTT" 04 00 0000 "refused"');
  expect(await answersToRefused(broker, withoutLogin, PINGREQ)).toEqual(['20 0005']);
});

test.each([
  ['QoS', '16', { maxQoS: 1 }],
  ['RETAIN', '26', { retainAllowed: false }],
])(
  '[v3 MQTT-3.2.2-6] a will refused for its %s is no reason to tell `server unavailable`',
  async (_, flags, settings) => {
    const login = await broker.createLogin(`will-${flags}`, settings);
    const parts = { clientId: `will-${flags}`, flags: Number(`0x${flags}`), will: '"unable" "m"', login };
    const answers = await answersToRefused(broker, broker.connect3Bytes(parts));
    // Return code 5 can be said of it; otherwise none is.
    expect([[], ['20 0005']]).toContainEqual(answers);
  },
);
