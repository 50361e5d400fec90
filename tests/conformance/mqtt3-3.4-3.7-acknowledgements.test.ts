/** MQTT 3.1.1, sections 3.4 to 3.7: PUBACK, PUBREC, PUBREL and PUBCOMP. */
import { packet, u16 } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  puback,
  PUBCOMP,
  pubcomp,
  PUBLISH,
  publish3WithId,
  PUBREC,
  pubrec,
  pubrel,
  PUBREL,
} from './packets.ts';
import type { Peer } from './peer.ts';
import { answersToViolation, publish, publishQoS2, RESUME, subscriber } from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

test.each([0, 1, 3, 4, 6, 8, 10, 15])(
  '[v3 MQTT-3.6.1-1] PUBREL with flags %i ends the connection without PUBCOMP',
  async (flags) => {
    const { peer } = await broker.connect3({ clientId: 'flags' });
    peer.send(publish3WithId('34', 'flags', 1, 'm'));
    await peer.receive(PUBREC);
    peer.send(packet((0x60 | flags).toString(16), '0001'));
    expect(await peer.untilClosed()).toEqual([]);
  },
);

test('[v3 MQTT-3.6.1-1] PUBREL from the broker has flags 0010, when it is sent again as well', async () => {
  const first = await subscriber(broker, 'own', 'own', '02', { flags: RESUME });
  await publishQoS2(publisher, 'own', 'm');
  const identifier = u16((await first.receive(PUBLISH)).packetIdentifier);
  first.send(packet('50', identifier));
  expect((await first.receive(PUBREL)).hex).toBe(`62 ${identifier}`);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'own', flags: RESUME });
  expect((await peer.receive(PUBREL)).hex).toBe(`62 ${identifier}`);
});

test.each(['40', '50', '62', '70'])(
  '[v3 MQTT-4.8.0-1] an acknowledgement (first byte %s) of another length than two bytes ends the connection',
  async (firstByte) => {
    for (const body of ['', '00', '0001 00', '0001 00 00'])
      expect(await answersToViolation(broker, packet(firstByte, body))).toEqual([]);
  },
);

test('[v3 MQTT-4.3.2-1] PUBACK of another identifier does not acknowledge a message', async () => {
  const first = await subscriber(broker, 'wrong-id', 'wrong-id', '01', { flags: RESUME });
  await publish(publisher, 'wrong-id', 'm');
  const { packetIdentifier } = await first.receive(PUBLISH);
  first.send(puback(packetIdentifier + 1));
  expect(await first.takeUntilPingAnswer()).toEqual([]);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'wrong-id', flags: RESUME });
  expect((await peer.receive(PUBLISH)).packetIdentifier).toBe(packetIdentifier);
});

test('[v3 MQTT-4.3.3-1] PUBACK and PUBCOMP do not acknowledge a QoS 2 PUBLISH', async () => {
  const first = await subscriber(broker, 'wrong-type', 'wrong-type', '02', { flags: RESUME });
  await publishQoS2(publisher, 'wrong-type', 'm');
  const { packetIdentifier } = await first.receive(PUBLISH);
  // An error that the broker may end the connection for, or pass over.
  first.send(puback(packetIdentifier), pubcomp(packetIdentifier));
  await first.takeUntilPingAnswer().catch(() => undefined);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'wrong-type', flags: RESUME });
  const again = await peer.receive(PUBLISH);
  expect([again.packetIdentifier, again.qos]).toEqual([packetIdentifier, 2]);
});

test('[v3 MQTT-4.3.3-1] PUBREC of a QoS 2 message that was received again is answered by PUBREL again', async () => {
  const peer = await subscriber(broker, 'twice', 'twice', '02');
  await publishQoS2(publisher, 'twice', 'm');
  const { packetIdentifier } = await peer.receive(PUBLISH);
  for (let i = 0; i < 2; i++) {
    peer.send(pubrec(packetIdentifier));
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
  }
});

test('[v3 MQTT-4.3.3-2] PUBREL that is sent again is answered by PUBCOMP again', async () => {
  for (const flags of [0x02, RESUME]) {
    const { peer } = await broker.connect3({ clientId: 'released-twice', flags });
    peer.send(publish3WithId('34', 'released-twice', 2, 'm'));
    await peer.receive(PUBREC);
    for (let i = 0; i < 3; i++) {
      peer.send(pubrel(2));
      expect((await peer.receive(PUBCOMP)).hex).toBe('70 0002');
    }
    await peer.drop();
  }
});
