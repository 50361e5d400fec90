import type { IPublishPacket } from 'mqtt-packet';
import { RawClient } from '../harness/raw-client.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant();
}, 60_000);

afterAll(() => started.dispose());

async function connect(clientId: string): Promise<RawClient> {
  return (await RawClient.connect(started.login, { clientId })).client;
}

/** Connects again; the session must be there. */
async function resume(clientId: string): Promise<RawClient> {
  const { client, connack } = await RawClient.connect(started.login, { clientId });
  expect({ clientId, sessionPresent: connack.sessionPresent }).toEqual({ clientId, sessionPresent: true });
  return client;
}

async function killAndStart(): Promise<void> {
  await started.server.kill9();
  await started.server.start();
}

/** PUBLISH by hand: QoS 1 or 2, a topic of three letters and a payload of one. */
function publish(
  flags: '32' | '34' | '3a' | '3c',
  messageId: string,
  topic: string,
  payload: string,
): string {
  return `${flags} 08 0003 ${Buffer.from(topic).toString('hex')} ${messageId} ${Buffer.from(payload).toString('hex')}`;
}

const summary = ({ messageId, qos, dup, topic, payload }: IPublishPacket) => ({
  messageId,
  qos,
  dup,
  topic,
  payload: String(payload),
});

test('what a subscriber had not acknowledged is sent again with its packet identifier, and DUP', async () => {
  let subscriber = await connect('unanswering');
  expect(await subscriber.subscribe(1, 'a/1', 1)).toEqual([1]);
  expect(await subscriber.subscribe(2, 'a/2', 2)).toEqual([2]);
  const publisher = await connect('sends-a');
  for (const [index, qos] of ([1, 2, 1, 2] as const).entries()) {
    publisher.sendHex(publish(qos === 1 ? '32' : '34', `000${index + 1}`, `a/${qos}`, String(index)));
    await publisher.receive(qos === 1 ? 'puback' : 'pubrec');
  }
  const sent = [];
  for (let count = 0; count < 4; count++) sent.push(summary(await subscriber.receive('publish')));
  // Order is promised for each topic and QoS: a message of QoS 2 waits until its packet identifier is stored.
  sent.sort((one, other) => one.payload.localeCompare(other.payload));
  expect(sent.map(({ payload, dup }) => payload + dup)).toEqual(['0false', '1false', '2false', '3false']);
  // The second is answered half: once PUBREL was sent, PUBLISH must not come again [MQTT-4.3.3-6].
  subscriber.send({ cmd: 'pubrec', messageId: sent[1].messageId });
  expect((await subscriber.receive('pubrel')).messageId).toBe(sent[1].messageId);

  await killAndStart();
  subscriber = await resume('unanswering');
  const again = [];
  const released = [];
  for (let count = 0; count < 4; count++) {
    const packet = await subscriber.next();
    if (packet?.cmd === 'publish') again.push(summary(packet));
    else if (packet?.cmd === 'pubrel') released.push(packet.messageId);
  }
  expect(released).toEqual([sent[1].messageId]);
  again.sort((one, other) => one.payload.localeCompare(other.payload));
  expect(again).toEqual([sent[0], sent[2], sent[3]].map((message) => ({ ...message, dup: true })));

  subscriber.send({ cmd: 'pubcomp', messageId: sent[1].messageId });
  subscriber.send({ cmd: 'puback', messageId: sent[0].messageId });
  subscriber.send({ cmd: 'puback', messageId: sent[2].messageId });
  subscriber.send({ cmd: 'pubrec', messageId: sent[3].messageId });
  await subscriber.receive('pubrel');
  subscriber.send({ cmd: 'pubcomp', messageId: sent[3].messageId });
  expect(await subscriber.takeUntilPingAnswer()).toEqual([]);
  await subscriber.disconnect();
  expect(await (await resume('unanswering')).takeUntilPingAnswer()).toEqual([]);
});

test('a QoS 2 message sent again with DUP after a kill is the same message', async () => {
  const subscriber = await connect('once');
  await subscriber.subscribe(1, 'b/1', 2);
  await subscriber.disconnect();
  let publisher = await connect('sends-b');
  publisher.sendHex(publish('34', '1234', 'b/1', 'x'));
  expect((await publisher.receive('pubrec')).messageId).toBe(0x1234);

  await killAndStart();
  publisher = await resume('sends-b');
  publisher.sendHex(publish('3c', '1234', 'b/1', 'x'));
  expect((await publisher.receive('pubrec')).messageId).toBe(0x1234);
  publisher.sendHex('62 02 1234');
  expect((await publisher.receive('pubcomp')).messageId).toBe(0x1234);
  // The packet identifier is free: what bears it now is another message.
  publisher.sendHex(publish('34', '1234', 'b/1', 'y'));
  await publisher.receive('pubrec');

  const returned = await resume('once');
  expect(String((await returned.receive('publish')).payload)).toBe('x');
  expect(String((await returned.receive('publish')).payload)).toBe('y');
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('PUBREL after a kill is answered, and frees its packet identifier for good', async () => {
  const subscriber = await connect('after-release');
  await subscriber.subscribe(1, 'c/1', 2);
  await subscriber.disconnect();
  let publisher = await connect('sends-c');
  publisher.sendHex(publish('34', '0007', 'c/1', 'x'));
  await publisher.receive('pubrec');
  await killAndStart();
  publisher = await resume('sends-c');
  publisher.sendHex('62 02 0007');
  expect((await publisher.receive('pubcomp')).messageId).toBe(7);

  await killAndStart();
  publisher = await resume('sends-c');
  publisher.sendHex(publish('34', '0007', 'c/1', 'y'));
  await publisher.receive('pubrec');
  const returned = await resume('after-release');
  expect(String((await returned.receive('publish')).payload)).toBe('x');
  expect(String((await returned.receive('publish')).payload)).toBe('y');
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('a message that comes with DUP and was never seen is a message like any other', async () => {
  const subscriber = await connect('sees-dup');
  await subscriber.subscribe(1, 'd/1', 2);
  await subscriber.disconnect();
  const publisher = await connect('sends-d');
  publisher.sendHex(publish('3a', '0001', 'd/1', '1'));
  await publisher.receive('puback');
  publisher.sendHex(publish('3c', '0002', 'd/1', '2'));
  await publisher.receive('pubrec');
  await killAndStart();
  const returned = await resume('sees-dup');
  // DUP belongs to the way from the publisher to the broker [MQTT-3.3.1-3].
  expect(summary(await returned.receive('publish'))).toMatchObject({ qos: 1, dup: false, payload: '1' });
  expect(summary(await returned.receive('publish'))).toMatchObject({ qos: 2, dup: false, payload: '2' });
});
