import mqtt from 'mqtt';
import type { Login } from '../harness/test-server.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { END_TOPIC } from './returning-device.ts';

/** The message that ends what a returning device waits for; resolves when it is acknowledged. */
export async function publishEnd(login: Login): Promise<void> {
  const client = await mqtt.connectAsync(mqttjsOptions(login, 'sends-the-end'));
  await client.publishAsync(END_TOPIC, 'the end', { qos: 2 });
  await client.endAsync();
}
