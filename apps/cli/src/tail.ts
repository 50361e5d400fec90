import type { LiveClient, Message } from '@restante/api-client';

interface TailOptions {
  /** undefined: until it is interrupted. */
  count?: number | undefined;
  isJson: boolean;
}

interface DeviceOptions extends TailOptions {
  url: string;
  username: string;
  password: string;
}

interface OperatorOptions extends TailOptions {
  tenant: string;
  live: LiveClient;
}

const PAYLOAD_BYTES = 16_384;

/**
 * The same through the control plane: what is published from now on, without a device's login. Faster than a screen can
 * show it is sampled; `note` is told how many messages were left out.
 */
export async function tailAsOperator(
  topicFilter: string,
  { tenant, live, count = Infinity, isJson }: OperatorOptions,
  show: (line: string) => void,
  note: (line: string) => void,
): Promise<void> {
  let left = count;
  await new Promise<void>((resolve, reject) => {
    process.once('SIGINT', resolve);
    live.watch(
      'messages',
      { tenant, topicFilter, payloadBytes: PAYLOAD_BYTES },
      {
        onValue: (value) => {
          for (const message of value?.messages ?? []) {
            if (left === 0) return;
            show(lineOf(message, isJson));
            if (--left === 0) resolve();
          }
          if (value?.skippedMessages) note(`${value.skippedMessages} more messages came than are shown`);
        },
        onEnd: reject,
      },
    );
  }).finally(() => live.close());
}

function lineOf({ topic, qos, retain, payload, encoding, isTruncated }: Message, isJson: boolean): string {
  const bytes = Buffer.from(payload ?? '', encoding);
  if (isJson) return jsonOf(topic, bytes, qos, retain);
  return `${topic}  ${bytes.toString()}${isTruncated ? ' …' : ''}`;
}

/** Shows messages line by line as they come. Rejects when the login or the subscription is refused. */
export async function tailAsDevice(
  topicFilter: string,
  { url, username, password, count = Infinity, isJson }: DeviceOptions,
  show: (line: string) => void,
): Promise<void> {
  // It takes as long to load as everything else together, and no other command needs it.
  const { default: mqtt } = await import('mqtt');
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
