import { packet } from './bytes.ts';
import { BrokerUnderTest } from './broker-under-test.ts';
import { CONNACK, DISCONNECT, subscribe5, SUBACK } from './packets.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

test('[MQTT-3.1.0-1] a first packet that is not CONNECT ends the connection', async () => {
  const peer = await broker.open();
  peer.send(subscribe5(1, 'a'));
  expect(await peer.next()).toBeNull();
});

test('[MQTT-3.1.0-2] a second CONNECT is a protocol error', async () => {
  const { peer } = await broker.connect5();
  peer.send(broker.connect5Bytes());
  const disconnect = await peer.receive(DISCONNECT);
  expect(disconnect.reasonCode).toBe(0x82);
  expect(disconnect.properties.get(0x1f)).toHaveLength(1);
  expect(await peer.next()).toBeNull();
});

test('[MQTT-3.1.2-1] another protocol name is refused with 0x84', async () => {
  const peer = await broker.open();
  peer.send(packet('10', `"MQTX" 05 c2 0000 00 "peer" ${broker.login}`));
  const answer = await peer.next();
  expect(answer === null || (answer.type === CONNACK && answer.reasonCode === 0x84)).toBe(true);
});

test('[MQTT-3.8.4-1] [MQTT-3.8.4-2] SUBSCRIBE is answered with its identifier', async () => {
  const { peer } = await broker.connect5();
  peer.send(subscribe5(0x1234, 'a', '02'));
  const suback = await peer.receive(SUBACK);
  expect(suback.packetIdentifier).toBe(0x1234);
  expect(suback.reasonCodes(5)).toEqual([2]);
});
