import mqtt from 'mqtt';

export interface TailOptions {
  url: string;
  username: string;
  password: string;
  /** undefined: until it is interrupted. */
  count?: number | undefined;
  isJson: boolean;
}

/** Shows messages line by line as they come. Rejects when the login or the subscription is refused. */
export async function tail(
  topicFilter: string,
  { url, username, password, count = Infinity, isJson }: TailOptions,
  show: (line: string) => void,
): Promise<void> {
  const client = await mqtt.connectAsync(url, { username, password, reconnectPeriod: 0, protocolVersion: 5 });
  let left = count;
  const over = new Promise<void>((resolve, reject) => {
    client.on('message', (topic, payload, { qos, retain }) => {
      if (left === 0) return;
      show(isJson ? jsonOf(topic, payload, qos, retain) : `${topic}  ${payload.toString()}`);
      if (--left === 0) resolve();
    });
    client.on('error', reject);
    client.on('close', () => reject(new Error('The server closed the connection')));
    process.once('SIGINT', resolve);
  });
  over.catch(() => undefined);
  await client.subscribeAsync(topicFilter, { qos: 1 });
  await over;
  await client.endAsync();
}

function jsonOf(topic: string, payload: Buffer, qos: number, retain: boolean): string {
  return JSON.stringify({ topic, qos, retain, payload: payload.toString('base64') });
}
