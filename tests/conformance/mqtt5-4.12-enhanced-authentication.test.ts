import { bytes, packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { AUTH, CONNACK, DISCONNECT, publish5, PUBLISH, SUBACK, subscribe5 } from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import { ScramClient } from './scram-client.ts';

const METHOD = 0x15;
const DATA = 0x16;

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

function aScramClient(password?: string): ScramClient {
  const [, username, secret] = /^"([^"]*)" "([^"]*)"$/.exec(broker.login)!;
  return new ScramClient(username, password ?? secret);
}

function properties(data: string, method = 'SCRAM-SHA-256'): string {
  const content = bytes(`15 "${method}" 16 "${data}"`);
  const length =
    content.length < 128 ? [content.length] : [(content.length % 128) + 128, content.length >> 7];
  return Buffer.concat([Buffer.from(length), content]).toString('hex');
}

const connect = (data: string, method?: string, clientId = 'scram') =>
  packet('10', `"MQTT" 05 02 0000 ${properties(data, method)} "${clientId}"`);

const auth = (reasonCode: string, data: string, method?: string) =>
  packet('f0', `${reasonCode} ${properties(data, method)}`);

const dataOf = (received: ReceivedPacket) => String(received.properties.get(DATA)?.[0]);

/** Connects by SCRAM. */
async function connected(clientId: string): Promise<Peer> {
  const peer = await broker.open();
  const scram = aScramClient();
  peer.send(connect(scram.firstMessage, undefined, clientId));
  peer.send(auth('18', scram.answer(dataOf(await peer.receive(AUTH)))));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
  return peer;
}

test('[MQTT-4.12.0-1] a method that is not offered is refused with 0x8C, and the connection closed', async () => {
  const peer = await broker.open();
  peer.send(connect('data', 'GS2-KRB5'));
  const connack = await peer.receive(CONNACK);
  expect(connack.reasonCode).toBe(0x8c);
  expect(connack.properties.get(0x1f)).toHaveLength(1);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.0-2] [MQTT-4.12.0-3] [MQTT-4.12.0-5] a challenge is AUTH 0x18, the answer gets CONNACK, all with the method', async () => {
  const peer = await broker.open();
  const scram = aScramClient();
  peer.send(connect(scram.firstMessage));
  const challenge = await peer.receive(AUTH);
  expect(challenge.reasonCode).toBe(0x18);
  expect(challenge.flags).toBe(0);
  expect(challenge.properties.get(METHOD)).toEqual(['SCRAM-SHA-256']);
  peer.send(auth('18', scram.answer(dataOf(challenge))));
  const connack = await peer.receive(CONNACK);
  expect(connack.reasonCode).toBe(0);
  expect(connack.properties.get(METHOD)).toEqual(['SCRAM-SHA-256']);
  // The server proves that it knows the secret too.
  expect(dataOf(connack)).toBe(scram.serverProof);
  peer.send(subscribe5(1, 'scram/a', '00'));
  await peer.receive(SUBACK);
});

test.each([
  ['a wrong secret', () => aScramClient('not the secret')],
  ['an unknown user name', () => new ScramClient('t:nobody', 'secret')],
  ['a user name without a tenant', () => new ScramClient('device', 'secret')],
])('[MQTT-4.12.0-4] %s is refused after the exchange, and the connection closed', async (_, client) => {
  const peer = await broker.open();
  const scram = client();
  peer.send(connect(scram.firstMessage));
  peer.send(auth('18', scram.answer(dataOf(await peer.receive(AUTH)))));
  const connack = await peer.receive(CONNACK);
  expect(connack.reasonCode).toBe(0x87);
  expect(await peer.next()).toBeNull();
});

test('a user name that nobody has gets the same salt at every try', async () => {
  const salts = [];
  for (let count = 0; count < 2; count++) {
    const peer = await broker.open();
    peer.send(connect(new ScramClient('t:nobody', 'x').firstMessage));
    salts.push(/s=([^,]*)/.exec(dataOf(await peer.receive(AUTH)))![1]);
    await peer.drop();
  }
  expect(salts[0]).toBe(salts[1]);
});

test.each([
  ['not SCRAM at all', 'hello'],
  ['channel binding, which is not offered', 'p=tls-unique,,n=a,r=b'],
  ['no nonce', 'n,,n=a'],
  ['', ''],
])('[MQTT-4.12.0-4] a first message with %s is refused', async (_, data) => {
  const peer = await broker.open();
  peer.send(connect(data));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0x87);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.0-5] an answer with another method is a protocol error', async () => {
  const peer = await broker.open();
  const scram = aScramClient();
  peer.send(connect(scram.firstMessage));
  const challenge = await peer.receive(AUTH);
  peer.send(auth('18', scram.answer(dataOf(challenge)), 'SCRAM-SHA-1'));
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0x82);
  expect(await peer.next()).toBeNull();
});

test.each([
  ['PUBLISH', publish5('a', 'x')],
  ['a second CONNECT', connect('n,,n=a,r=b')],
  ['AUTH with another reason code than 0x18', auth('19', 'x')],
])('[MQTT-3.1.2-30] %s in place of the answer is a protocol error', async (_, wrong) => {
  const peer = await broker.open();
  peer.send(connect(aScramClient().firstMessage));
  await peer.receive(AUTH);
  peer.send(wrong);
  expect((await peer.receive(CONNACK)).reasonCode).toBe(0x82);
  expect(await peer.next()).toBeNull();
});

test('a client may leave in the middle of the exchange', async () => {
  const peer = await broker.open();
  peer.send(connect(aScramClient().firstMessage));
  await peer.receive(AUTH);
  peer.send(packet('e0'));
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.0-6] without a method in CONNECT there is none in CONNACK', async () => {
  const { peer, connack } = await broker.connect5({ clientId: 'plain' });
  expect(connack.properties.has(METHOD)).toBe(false);
  await peer.drop();
});

test('[MQTT-4.12.0-7] without a method in CONNECT an AUTH is a protocol error', async () => {
  const { peer } = await broker.connect5({ clientId: 'plain' });
  peer.send(auth('19', 'n,,n=a,r=b'));
  expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x82);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.1-1] a connected client authenticates again, and its messages go on meanwhile', async () => {
  const peer = await connected('again');
  peer.send(subscribe5(1, 'again/a', '00'));
  await peer.receive(SUBACK);
  for (let count = 0; count < 2; count++) {
    const scram = aScramClient();
    peer.send(auth('19', scram.firstMessage));
    const challenge = await peer.receive(AUTH);
    expect(challenge.reasonCode).toBe(0x18);
    peer.send(publish5('again/a', 'x'));
    expect((await peer.receive(PUBLISH)).payload).toBe('x');
    peer.send(auth('18', scram.answer(dataOf(challenge))));
    const success = await peer.receive(AUTH);
    expect(success.reasonCode).toBe(0);
    expect(success.properties.get(METHOD)).toEqual(['SCRAM-SHA-256']);
    expect(dataOf(success)).toBe(scram.serverProof);
  }
});

test('[MQTT-4.12.1-1] another method than at CONNECT is a protocol error', async () => {
  const peer = await connected('other-method');
  peer.send(auth('19', 'n,,n=a,r=b', 'SCRAM-SHA-1'));
  expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x82);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.1-2] a failed re-authentication closes the connection, and the client is told', async () => {
  const peer = await connected('failing');
  const scram = aScramClient('not the secret');
  peer.send(auth('19', scram.firstMessage));
  peer.send(auth('18', scram.answer(dataOf(await peer.receive(AUTH)))));
  expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x87);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-4.12.1-2] a re-authentication as somebody else closes the connection', async () => {
  const [, username, secret] = /^"([^"]*)" "([^"]*)"$/.exec(await broker.createLogin('other'))!;
  const peer = await connected('two-faces');
  const scram = new ScramClient(username, secret);
  peer.send(auth('19', scram.firstMessage));
  peer.send(auth('18', scram.answer(dataOf(await peer.receive(AUTH)))));
  expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x87);
  expect(await peer.next()).toBeNull();
});

test.each([
  ['an answer without a challenge', auth('18', 'x')],
  ['success, which only a server sends', auth('00', 'x')],
])('[MQTT-3.15.2-1] %s is a protocol error', async (_, wrong) => {
  const peer = await connected('wrong-auth');
  peer.send(wrong);
  expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x82);
  expect(await peer.next()).toBeNull();
});
