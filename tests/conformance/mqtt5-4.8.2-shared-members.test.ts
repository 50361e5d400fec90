/** MQTT 5.0, section 4.8.2: what happens to the messages of a shared subscription when a member goes away. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { packet, u16 } from './bytes.ts';
import {
  PUBCOMP,
  PUBLISH,
  publish5WithId,
  puback,
  pubcomp,
  PUBREC,
  pubrec,
  PUBREL,
  pubrel,
} from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';
import {
  AN_HOUR,
  leave,
  passTime,
  payloadsUntilEnd,
  publish,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';
import { collect, numbers, payloadsOf, sorted } from './mqtt5-shared-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const STORED = { properties: AN_HOUR };
const RESUME = { flags: 0, properties: AN_HOUR };

async function resume(clientId: string): Promise<Peer> {
  const { peer, connack } = await broker.connect5({ clientId, ...RESUME });
  expect(connack.sessionPresent).toBe(true);
  return peer;
}

/** Ways in which the session of a client ends before it has answered, and which properties it must have had. */
const ENDS: [string, string, (peer: Peer, clientId: string) => Promise<unknown>][] = [
  ['a clean start', AN_HOUR, (_, clientId) => broker.connect5({ clientId })],
  [
    'a clean start behind a broken connection',
    AN_HOUR,
    async (peer, clientId) => {
      await peer.drop();
      await broker.connect5({ clientId });
    },
  ],
  ['its broken connection', '', (peer) => peer.drop()],
  ['DISCONNECT with expiry interval 0', AN_HOUR, (peer) => endSession(peer)],
  [
    'its expiry',
    '11 00000001',
    async (peer, clientId) => {
      await peer.drop();
      await passTime(broker, 1);
      const { peer: again, connack } = await broker.connect5({ clientId, ...RESUME });
      expect(connack.sessionPresent).toBe(false);
      await again.drop();
    },
  ],
];

async function endSession(peer: Peer): Promise<void> {
  peer.send(packet('e0', '00 05 11 00000000'));
  await peer.untilClosed();
}

/** A single member that has got a message, and one that joins it then. Both have a plain subscription to `end`. */
async function chosenAndOther(topic: string, qos: 1 | 2, properties = AN_HOUR) {
  const chosen = await subscriber(broker, `${topic}-chosen`, `$share/g/${topic}`, '02', { properties });
  await publish(publisher, topic, 'm', { qos });
  const message = await chosen.receive(PUBLISH);
  expect([message.qos, message.dup]).toEqual([qos, false]);
  const other = await subscriber(broker, `${topic}-other`, `$share/g/${topic}`, '02');
  await subscribe(other, 'the/end', '01');
  return { chosen, message, other };
}

/** What came to a client before this moment. */
async function messagesTo(peer: Peer): Promise<string[]> {
  await publish(publisher, 'the/end', 'end');
  return payloadsUntilEnd(peer);
}

const facts = (each: ReceivedPacket) => [each.packetIdentifier, each.qos, each.dup, each.payload];

// ---------------------------------------------------------------- QoS 2

test('[MQTT-4.8.2-4] a QoS 2 message whose delivery broke off is sent again to the member that was chosen, nobody else', async () => {
  const { chosen, message, other } = await chosenAndOther('broken', 2);
  await chosen.drop();
  expect(await messagesTo(other)).toEqual([]);
  for (let i = 0; i < 2; i++) {
    const peer = await resume('broken-chosen');
    const again = await peer.takeUntilPingAnswer();
    expect(again.map(facts)).toEqual([[message.packetIdentifier, 2, true, 'm']]);
    await (i ? leave(peer) : peer.drop());
  }
  const peer = await resume('broken-chosen');
  expect((await peer.receive(PUBLISH)).packetIdentifier).toBe(message.packetIdentifier);
  peer.send(pubrec(message.packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(message.packetIdentifier);
  peer.send(pubcomp(message.packetIdentifier));
  await leave(peer);
  expect(await (await resume('broken-chosen')).takeUntilPingAnswer()).toEqual([]);
  expect(await messagesTo(other)).toEqual([]);
});

test('[MQTT-4.8.2-4] so is PUBREL when it broke off behind PUBREC', async () => {
  const { chosen, message, other } = await chosenAndOther('behind', 2);
  chosen.send(pubrec(message.packetIdentifier));
  await chosen.receive(PUBREL);
  await chosen.drop();
  expect(await messagesTo(other)).toEqual([]);
  const peer = await resume('behind-chosen');
  const again = (await peer.takeUntilPingAnswer()).map(({ hex }) => hex);
  expect(again).toEqual([`62 ${u16(message.packetIdentifier)}`]);
  peer.send(pubcomp(message.packetIdentifier));
  await leave(peer);
  expect(await (await resume('behind-chosen')).takeUntilPingAnswer()).toEqual([]);
  expect(await messagesTo(other)).toEqual([]);
});

test('[MQTT-4.8.2-4] so it is when another connection takes the session over, and the member has left the share', async () => {
  const { chosen, message, other } = await chosenAndOther('taken', 2);
  chosen.send(packet('a2', '0003 00 "$share/g/taken"'));
  await chosen.next();
  const peer = await resume('taken-chosen');
  expect((await peer.takeUntilPingAnswer()).map(facts)).toEqual([[message.packetIdentifier, 2, true, 'm']]);
  expect(await messagesTo(other)).toEqual([]);
});

test('[MQTT-4.8.2-4] of many messages each is completed with the member that has begun it', async () => {
  const names = ['many-0', 'many-1', 'many-2'];
  const peers: Peer[] = [];
  for (const name of names) peers.push(await subscriber(broker, name, '$share/g/many', '02', STORED));
  for (const payload of numbers(30)) await publish(publisher, 'many', payload, { qos: 2 });
  // All are sent, none is answered.
  const sent: string[][] = [[], [], []];
  for (let rounds = 0; rounds < 1000 && sent.flat().length < 30; rounds++) {
    for (const [i, peer] of peers.entries()) sent[i].push(...payloadsOf(await peer.takeUntilPingAnswer()));
  }
  expect([...sent.flat()].sort()).toEqual(numbers(30).sort());
  for (const peer of peers) await peer.drop();
  const again: Peer[] = [];
  for (const name of [...names].reverse()) again.unshift(await resume(name));
  const found = await collect(again, 30);
  expect(found.map((messages) => sorted([messages]))).toEqual(
    sent.map((payloads) => payloads.sort((a, b) => Number(a) - Number(b))),
  );
});

test.each(ENDS)(
  '[MQTT-4.8.2-5] a QoS 2 message goes to nobody else when the session of the chosen member ends by %s',
  async (how, properties, end) => {
    const topic = `ended ${how}`;
    const { chosen, other } = await chosenAndOther(topic, 2, properties);
    await end(chosen, `${topic}-chosen`);
    expect(await messagesTo(other)).toEqual([]);
    const late = await subscriber(broker, 'late', `$share/g/${topic}`, '02');
    expect(await late.takeUntilPingAnswer()).toEqual([]);
    // The share goes on.
    await publish(publisher, topic, 'next', { qos: 2 });
    expect(sorted(await collect([other, late], 1))).toEqual(['next']);
  },
);

test.each(ENDS)('[MQTT-4.8.2-5] nor when it ends behind PUBREC by %s', async (how, properties, end) => {
  const topic = `released ${how}`;
  const { chosen, message, other } = await chosenAndOther(topic, 2, properties);
  chosen.send(pubrec(message.packetIdentifier));
  await chosen.receive(PUBREL);
  await end(chosen, `${topic}-chosen`);
  expect(await messagesTo(other)).toEqual([]);
});

// ---------------------------------------------------------------- QoS 1

test.each(ENDS)(
  '[section 4.8.2] a QoS 1 message goes to another member when the session of the first ends by %s',
  async (how, properties, end) => {
    const topic = `passed ${how}`;
    const { chosen, other } = await chosenAndOther(topic, 1, properties);
    await end(chosen, `${topic}-chosen`);
    const [[message, ...more]] = await collect([other], 1);
    // To this one it is sent for the first time.
    expect([message.qos, message.dup, message.payload]).toEqual([1, false, 'm']);
    expect(more).toEqual([]);
  },
);

test('[section 4.8.2] so do all that were on their way to it, and none that it has acknowledged', async () => {
  const first = await subscriber(broker, 'way-1', '$share/g/way', '01', { properties: '21 0008' });
  for (const payload of numbers(20)) await publish(publisher, 'way', payload);
  const sent: ReceivedPacket[] = [];
  while (sent.length < 8) sent.push(await first.receive(PUBLISH));
  first.send(...[2, 5].map((i) => puback(sent[i].packetIdentifier)));
  for (let i = 0; i < 2; i++) sent.push(await first.receive(PUBLISH));
  const second = await subscriber(broker, 'way-2', '$share/g/way', '01');
  await endSession(first);
  const acknowledged = [2, 5].map((i) => sent[i].payload);
  expect(sorted(await collect([second], 18))).toEqual(
    numbers(20).filter((each) => !acknowledged.includes(each)),
  );
});

test('[section 4.8.2] a member that is back, or another one, gets the QoS 1 message that it did not acknowledge', async () => {
  const { chosen, other } = await chosenAndOther('back', 1);
  await chosen.drop();
  const peer = await resume('back-chosen');
  const found = await collect([peer, other], 1);
  // "At least once" may be once each.
  expect(new Set(sorted(found))).toEqual(new Set(['m']));
  for (const messages of found) expect(messages.length).toBeLessThan(2);
});

test('[section 4.8.2] what a single member did not acknowledge went back to the group, and comes again when it is back', async () => {
  const first = await subscriber(broker, 'alone', '$share/g/alone', '01', STORED);
  const sent: ReceivedPacket[] = [];
  for (const payload of numbers(4)) {
    await publish(publisher, 'alone', payload);
    sent.push(await first.receive(PUBLISH));
  }
  first.send(puback(sent[0].packetIdentifier), puback(sent[2].packetIdentifier));
  await leave(first);
  const peer = await resume('alone');
  const again = [await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
  expect(again.map(({ qos, payload }) => [qos, payload])).toEqual([1, 3].map((i) => [1, `${i}`]));
});

test('[section 4.8.2] with members that come and go, no QoS 1 message is lost', async () => {
  const filter = '$share/g/lively';
  const names = ['lively-0', 'lively-1', 'lively-2'];
  const acknowledged = new Set<string>();
  const peers: (Peer | null)[] = [];
  for (const name of names) peers.push(await subscriber(broker, name, filter, '01', STORED));
  for (let i = 0; i < 60; i++) {
    await publish(publisher, 'lively', `${i}`);
    const who = i % 3;
    if (i % 4 === 3 && peers[who] !== null) {
      await peers[who].drop();
      peers[who] = null;
    } else if (peers[who] === null) {
      peers[who] = await resume(names[who]);
    } else {
      // Half of what came is acknowledged.
      for (const [n, each] of (await peers[who].takeUntilPingAnswer()).entries()) {
        if (n % 2) continue;
        peers[who].send(puback(each.packetIdentifier));
        acknowledged.add(each.payload);
      }
      await peers[who].takeUntilPingAnswer();
    }
  }
  for (const peer of peers) await peer?.drop();
  const back: Peer[] = [];
  for (const name of names) back.push(await resume(name));
  const missing = numbers(60).filter((each) => !acknowledged.has(each));
  const rest = payloadsOf((await collect(back, missing.length)).flat());
  expect(missing.filter((each) => !rest.includes(each))).toEqual([]);
});

test('[section 4.8.2] with all members absent, messages are kept, and each goes to one of those that return', async () => {
  const names = ['gone-0', 'gone-1'];
  for (const name of names) await leave(await subscriber(broker, name, '$share/g/gone', '02', STORED));
  for (const [i, payload] of numbers(20).entries())
    await publish(publisher, 'gone', payload, { qos: i % 2 ? 1 : 2 });
  const back: Peer[] = [];
  for (const name of names) back.push(await resume(name));
  expect(sorted(await collect(back, 20))).toEqual(numbers(20));
});

// ---------------------------------------------------------------- refusal

test.each([
  [1, '80'],
  [1, '83'],
  [1, '97'],
  [2, '80'],
  [2, '87'],
  [2, '99'],
] as const)(
  '[MQTT-4.8.2-6] a QoS %d message that a member answers by reason code %s is discarded, and goes to nobody else',
  async (qos, reasonCode) => {
    const topic = `refused/${qos}/${reasonCode}`;
    const { chosen, message, other } = await chosenAndOther(topic, qos);
    chosen.send(packet(qos === 1 ? '40' : '50', `${u16(message.packetIdentifier)} ${reasonCode}`));
    expect(await chosen.takeUntilPingAnswer()).toEqual([]);
    expect(await messagesTo(other)).toEqual([]);
    // Neither when it is back, nor when its session ends.
    await leave(chosen);
    const peer = await resume(`${topic}-chosen`);
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    await endSession(peer);
    expect(await messagesTo(other)).toEqual([]);
    await publish(publisher, topic, 'next', { qos });
    expect((await collect([other], 1)).map(payloadsOf)).toEqual([['next']]);
  },
);

test('[section 4.8.2] a publisher`s QoS 2 message that comes again goes to no second member', async () => {
  const peers = [
    await subscriber(broker, 'repeated-1', '$share/g/repeated', '02'),
    await subscriber(broker, 'repeated-2', '$share/g/repeated', '01', STORED),
  ];
  let { peer } = await broker.connect5({ clientId: 'repeating', ...STORED });
  for (const firstByte of ['34', '3c', '3c']) {
    peer.send(publish5WithId(firstByte, 'repeated', 1, 'm'));
    await peer.receive(PUBREC);
    await peer.drop();
    peer = await resume('repeating');
  }
  peer.send(pubrel(1));
  await peer.receive(PUBCOMP);
  expect(sorted(await collect(peers, 1))).toEqual(['m']);
});
