import { PacketType } from '@restante/mqtt-codec';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { PublishRequest } from '../inspection/inspection.ts';
import { MAX_RECEIPTS, RECEIPT_KEPT_MS } from '../limits.ts';

installClock();
let engine: TestBroker;
beforeAll(async () => {
  engine = await TestBroker.start();
});
afterAll(() => engine.dispose());

async function publish(topic: string, fields: Partial<PublishRequest> = {}): Promise<string> {
  const request = { topic, payload: Buffer.from('x'), qos: 1, retain: false, wantsReceipt: true } as const;
  return (await engine.broker.inspection.publish(1, { ...request, ...fields })).receiptId!;
}

/** By client identifier, or filter of a group: the state, with the reason where there is one. */
async function statesOf(receiptId: string): Promise<Record<string, string>> {
  const receipt = await engine.broker.inspection.receipt(1, receiptId, { limit: 100 });
  const lines = receipt!.items.map(({ clientId, sharedFilter, state, reason }) => [
    sharedFilter === null ? clientId : `${sharedFilter} ${clientId}`,
    reason === null ? state : `${state}: ${reason}`,
  ]);
  return Object.fromEntries(lines) as Record<string, string>;
}

const absent = async (clientId: string, ...topicFilters: string[]) => {
  const client = await engine.connect(clientId, { username: `1:${clientId}` });
  for (const topicFilter of topicFilters) await client.subscribe(topicFilter, { qos: 2 });
  await client.disconnect();
};

const returned = (clientId: string, fields: object = {}) =>
  engine.connect(clientId, { username: `1:${clientId}`, ...fields });

test('a message waits, is sent, and is acknowledged, across a crash', async () => {
  await absent('early', 'way/a');
  const before = await publish('way/a');
  await absent('late', 'way/#');
  const receiptId = await publish('way/a');
  expect(await statesOf(before)).toEqual({ early: 'waiting' });
  expect(await statesOf(receiptId)).toEqual({ early: 'waiting', late: 'waiting' });
  let early = await returned('early');
  await early.receivePublish();
  expect(await statesOf(receiptId)).toEqual({ early: 'sent', late: 'waiting' });
  await early.drop();
  expect(await statesOf(receiptId)).toEqual({ early: 'sent', late: 'waiting' });
  await engine.restartAfterCrash();
  expect(await statesOf(receiptId)).toEqual({ early: 'sent', late: 'waiting' });
  early = await returned('early');
  await early.consume(2);
  await early.takeUntilPingAnswer();
  expect(await statesOf(receiptId)).toEqual({ early: 'acknowledged', late: 'waiting' });
  await early.disconnect();
  await engine.restartAfterCrash();
  expect(await statesOf(receiptId)).toEqual({ early: 'acknowledged', late: 'waiting' });
  expect(await engine.broker.inspection.receipt(2, receiptId, { limit: 1 })).toBeUndefined();
  expect(await engine.broker.inspection.receipt(1, '999999', { limit: 1 })).toBeUndefined();
  expect(await engine.broker.inspection.receipt(1, 'x', { limit: 1 })).toBeUndefined();
});

test('who is online and quick has acknowledged it, though others would not have had it written', async () => {
  const quick = await returned('quick');
  await quick.subscribe('quick/a');
  await quick.subscribe('quick/+');
  const receiptId = await publish('quick/a');
  await quick.consume(1);
  await quick.takeUntilPingAnswer();
  expect(await statesOf(receiptId)).toEqual({ quick: 'acknowledged' });
  const twice = await publish('quick/a', { qos: 2 });
  expect(await statesOf(twice)).toEqual({ quick: 'sent' });
});

test('a message that is lost says why, and one that was had stays so when its session ends', async () => {
  engine.setPolicy('small', { maxQueuedMessages: 1, overflow: 'drop-oldest' });
  for (const clientId of ['small', 'had', 'purged', 'gone']) await absent(clientId, 'lost/a');
  const receiptId = await publish('lost/a');
  const had = await returned('had');
  await had.consume(1);
  await had.takeUntilPingAnswer();
  await had.disconnect();
  await engine.broker.inspection.purgeQueue(1, 'purged');
  await publish('lost/a', { wantsReceipt: false });
  await (await returned('small')).consume(1);
  for (const clientId of ['had', 'gone']) await engine.broker.inspection.deleteSession(1, clientId);
  const expected = {
    small: 'dropped: queue-full',
    had: 'acknowledged',
    purged: 'dropped: purged',
    gone: 'dropped: session-ended',
  };
  expect(await statesOf(receiptId)).toEqual(expected);
  await engine.restartAfterCrash();
  expect(await statesOf(receiptId)).toEqual(expected);
});

test('a message that expires, that its client refuses, that is too large, or goes to another queue', async () => {
  for (const clientId of ['expired', 'refuses', 'narrow', 'moved']) await absent(clientId, `${clientId}/a`);
  const ids = new Map<string, string>();
  for (const clientId of ['refuses', 'narrow', 'moved'])
    ids.set(clientId, await publish(`${clientId}/a`, { payload: Buffer.alloc(500) }));
  ids.set('expired', await publish('expired/a', { messageExpiryInterval: 5 }));
  advanceClock(10);
  expect(await statesOf(ids.get('expired')!)).toEqual({ expired: 'expired: message-expired' });
  await (await returned('expired')).takeUntilPingAnswer();
  await eventually('it is dropped', async () => {
    const session = await engine.broker.inspection.getSession(1, 'expired');
    return session!.droppedMessages === 1;
  });
  expect(await statesOf(ids.get('expired')!)).toEqual({ expired: 'expired: message-expired' });
  const refuses = await returned('refuses');
  const { packetIdentifier } = await refuses.receivePublish();
  refuses.acknowledge(PacketType.PUBACK, packetIdentifier, 0x83);
  await refuses.takeUntilPingAnswer();
  expect(await statesOf(ids.get('refuses')!)).toEqual({ refuses: 'dropped: rejected-by-client' });
  const properties = { sessionExpiryInterval: 100, maximumPacketSize: 300 };
  const narrow = await returned('narrow', { properties });
  await eventually('it is found to be too large', async () => {
    const { narrow: state } = await statesOf(ids.get('narrow')!);
    return state === 'dropped: packet-too-large';
  });
  await narrow.disconnect();
  await engine.broker.inspection.transferQueue(1, 'moved', { to: 'expired', isMove: true });
  expect(await statesOf(ids.get('moved')!)).toEqual({ moved: 'dropped: moved' });
});

test('who gives a subscription up loses what waits, and may still acknowledge what it was sent', async () => {
  engine.setPolicy('leaver', { maxInflight: 1 });
  const leaver = await returned('leaver');
  await leaver.subscribe('leaver/a');
  const [first, second] = [await publish('leaver/a'), await publish('leaver/a')];
  const { packetIdentifier } = await leaver.receivePublish();
  leaver.sendUnsubscribe('leaver/a');
  await leaver.receive(PacketType.UNSUBACK);
  expect(await statesOf(first)).toEqual({ leaver: 'sent' });
  expect(await statesOf(second)).toEqual({ leaver: 'dropped: unsubscribed' });
  leaver.acknowledge(PacketType.PUBACK, packetIdentifier);
  await leaver.takeUntilPingAnswer();
  expect(await statesOf(first)).toEqual({ leaver: 'acknowledged' });
  await leaver.subscribe('leaver/a');
  expect(await statesOf(first)).toEqual({ leaver: 'acknowledged' });
  expect(await statesOf(await publish('leaver/a'))).toEqual({ leaver: 'sent' });
});

test('clients without a queue: what they were sent, what waits for them in memory, and what goes with them', async () => {
  engine.setPolicy('transient', { maxInflight: 1, maxQueuedMessages: 1, overflow: 'drop-newest' });
  const transient = await returned('transient', { cleanStart: true, properties: {} });
  await transient.subscribe('memory/a');
  const fast = await returned('fast', { cleanStart: true, properties: {} });
  await fast.subscribe('memory/a', { qos: 0 });
  const ids = [await publish('memory/a'), await publish('memory/a'), await publish('memory/a')];
  const states = async () =>
    (await Promise.all(ids.map(statesOf))).map((each) => [each.transient, each.fast]);
  expect(await states()).toEqual([
    ['sent', 'sent'],
    ['waiting', 'sent'],
    ['dropped: queue-full', 'sent'],
  ]);
  await transient.consume(1);
  await transient.receivePublish();
  expect((await states()).map(([state]) => state)).toEqual(['acknowledged', 'sent', 'dropped: queue-full']);
  await transient.drop();
  const ended = ['acknowledged', 'dropped: session-ended', 'dropped: queue-full'];
  expect((await states()).map(([state]) => state)).toEqual(ended);
  await engine.restart();
  expect((await states()).map(([state]) => state)).toEqual(ended);
});

test('a shared group has one line, with the member that had the message', async () => {
  const share = '$share/g/shared/a';
  await absent('idle', share);
  const receiptId = await publish('shared/a');
  expect(await statesOf(receiptId)).toEqual({ [`${share} null`]: 'waiting' });
  const member = await returned('member');
  await member.subscribe(share);
  const { packetIdentifier } = await member.receivePublish();
  expect(await statesOf(receiptId)).toEqual({ [`${share} member`]: 'sent' });
  member.acknowledge(PacketType.PUBACK, packetIdentifier);
  await member.takeUntilPingAnswer();
  expect(await statesOf(receiptId)).toEqual({ [`${share} member`]: 'acknowledged' });
  await member.disconnect();
  const lost = await publish('shared/a');
  for (const clientId of ['idle', 'member']) await engine.broker.inspection.deleteSession(1, clientId);
  expect(await statesOf(lost)).toEqual({ [`${share} null`]: 'dropped: group-ended' });
  expect(await statesOf(receiptId)).toEqual({ [`${share} member`]: 'acknowledged' });
});

test('a rewound session has it to come again', async () => {
  engine.setPolicy('rewound', { retentionSeconds: 1_000 });
  const device = await returned('rewound');
  await device.subscribe('rewound/a');
  await device.disconnect();
  const from = Date.now() - 1_000;
  const receiptId = await publish('rewound/a');
  await engine.broker.inspection.purgeQueue(1, 'rewound');
  expect(await statesOf(receiptId)).toEqual({ rewound: 'dropped: purged' });
  await engine.broker.inspection.rewind(1, 'rewound', { to: from, isDryRun: false });
  expect(await statesOf(receiptId)).toEqual({ rewound: 'waiting' });
  const back = await returned('rewound');
  await back.consume(1);
  await back.takeUntilPingAnswer();
  expect(await statesOf(receiptId)).toEqual({ rewound: 'acknowledged' });
});

test('many sessions are told in pages', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `of-many-${index}`);
  for (const name of names) await absent(name, 'many/a');
  const receiptId = await publish('many/a');
  const told: (string | null)[] = [];
  let after: string | undefined;
  do {
    const page = await engine.broker.inspection.receipt(1, receiptId, { limit: 3, after });
    told.push(...page!.items.map(({ clientId }) => clientId));
    after = page!.next ?? undefined;
  } while (after !== undefined);
  expect(told).toEqual(names);
});

test('a receipt is kept for a day, and no more of them than a tenant may have', async () => {
  const receiptId = await publish('kept/a');
  expect(await statesOf(receiptId)).toEqual({});
  advanceClock(RECEIPT_KEPT_MS / 1_000 + 1);
  expect(await engine.broker.inspection.receipt(1, receiptId, { limit: 1 })).toBeUndefined();
  const first = await publish('kept/a');
  const ids = await Promise.all(Array.from({ length: MAX_RECEIPTS }, () => publish('kept/a')));
  expect(await engine.broker.inspection.receipt(1, first, { limit: 1 })).toBeUndefined();
  expect(await engine.broker.inspection.receipt(1, ids[0], { limit: 1 })).toBeDefined();
});
