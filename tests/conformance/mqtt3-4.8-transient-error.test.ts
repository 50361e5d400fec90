/** MQTT 3.1.1, section 4.8, transient errors: the one that there is, a database that cannot be reached. */
import pg from 'pg';
import { BrokerUnderTest } from './broker-under-test.ts';
import { publish3, PUBLISH } from './packets.ts';
import { PINGREQ } from './peer.ts';
import { answersToRefused, RESUME, subscriber } from './mqtt3-exchange.ts';

/** Lets nobody into the broker's database, or everybody again. */
async function allowConnections({ server }: BrokerUnderTest, isAllowed: boolean): Promise<void> {
  const name = new URL(server.databaseUrl).pathname.slice(1);
  const client = new pg.Client({ connectionString: process.env.RESTANTE_TEST_POSTGRES });
  await client.connect();
  try {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${isAllowed}`);
    if (!isAllowed)
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  } finally {
    await client.end();
  }
}

test('[v3 MQTT-4.8.0-2] a CONNECT that cannot be handled for now ends its connection, no other; later it is handled', async () => {
  const broker = await BrokerUnderTest.start();
  const peer = await subscriber(broker, 'served', 'served', '00');
  await allowConnections(broker, false);
  try {
    const connect = broker.connect3Bytes({ clientId: 'later', flags: RESUME });
    expect(await answersToRefused(broker, connect, PINGREQ)).toEqual(['20 0003']);
    peer.send(publish3('served', 'm'));
    expect((await peer.receive(PUBLISH)).payloadV3).toBe('m');
  } finally {
    await allowConnections(broker, true);
  }
  const peers = await broker.connect3({ clientId: 'later', flags: RESUME });
  expect(peers.connack.hex).toBe('20 0000');
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
  await broker.stop();
});
