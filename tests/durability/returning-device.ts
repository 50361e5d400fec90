import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { within } from '../harness/eventually.ts';
import type { Login } from '../harness/test-server.ts';
import { mqttjsOptions } from './mqttjs-options.ts';
import { endPaho, spawnPaho } from './paho-device.ts';

const FILTER = 'crash/#';
/** The message that ends what a device waits for. */
export const END_TOPIC = 'crash/end';
const RETURN_TIMEOUT_MS = 60_000;

export interface Received {
  topic: string;
  payload: string;
}

/** A device with a session that subscribes to crash/#, leaves, and comes back later. */
export interface ReturningDevice {
  readonly name: string;
  readonly qos: 1 | 2;
  subscribeAndLeave(): Promise<void>;
  /** Connects again and takes what there is, in order of arrival, until the message on {@link END_TOPIC}. */
  comeBack(): Promise<{
    /** null: this client does not tell. */ sessionPresent: boolean | null;
    messages: Received[];
  }>;
}

export function mqttjsDevice(login: Login, name: string, qos: 1 | 2): ReturningDevice {
  const options = { ...mqttjsOptions(login, name), reconnectPeriod: 0 };
  return {
    name,
    qos,
    async subscribeAndLeave() {
      const client = await mqtt.connectAsync(options);
      await client.subscribeAsync(FILTER, { qos });
      await client.endAsync();
    },
    async comeBack() {
      const client = mqtt.connect(options);
      const messages: Received[] = [];
      const connack = new Promise<mqtt.IConnackPacket>((resolve) => client.once('connect', resolve));
      const received = Promise.withResolvers<void>();
      client.on('message', (topic, payload) => {
        if (topic === END_TOPIC) received.resolve();
        else messages.push({ topic, payload: payload.toString() });
      });
      const { sessionPresent } = await within(`${name} connects`, connack);
      await within(`${name} has everything`, received.promise, RETURN_TIMEOUT_MS);
      await client.endAsync();
      return { sessionPresent, messages };
    },
  };
}

export function pahoDevice(login: Login, name: string, qos: 1 | 2): ReturningDevice {
  return {
    name,
    qos,
    async subscribeAndLeave() {
      await within(`${name} subscribes`, once(spawnPaho('subscribe', login, name, qos, FILTER), 'exit'));
    },
    async comeBack() {
      const process = spawnPaho('receive', login, name, qos, FILTER);
      let sessionPresent: boolean | null = null;
      const messages: Received[] = [];
      const received = Promise.withResolvers<void>();
      createInterface(process.stdout).on('line', (line) => {
        const said = JSON.parse(line) as Partial<Received> & { sessionPresent?: number };
        if (said.sessionPresent !== undefined) sessionPresent = Boolean(said.sessionPresent);
        else if (said.topic === END_TOPIC) received.resolve();
        else messages.push(said as Received);
      });
      await within(`${name} has everything`, received.promise, RETURN_TIMEOUT_MS).finally(() =>
        endPaho(process),
      );
      return { sessionPresent, messages };
    },
  };
}

export function mosquittoDevice(
  login: Login,
  name: string,
  qos: 1 | 2,
  version: 'mqttv311' | '5',
): ReturningDevice {
  const { host, port, mqttUsername, password } = login;
  const expiry = version === '5' ? ['-x', '3600'] : [];
  const args = [
    '-h',
    host,
    '-p',
    String(port),
    '-u',
    mqttUsername,
    '-P',
    password,
    '-i',
    name,
    '-c',
    ...expiry,
  ];
  args.push('-V', version, '-q', String(qos), '-t', FILTER);
  return {
    name,
    qos,
    async subscribeAndLeave() {
      await within(`${name} subscribes`, promisify(execFile)('mosquitto_sub', [...args, '-E']));
    },
    async comeBack() {
      const process = spawn('mosquitto_sub', [...args, '-F', '%t %p'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const messages: Received[] = [];
      const received = Promise.withResolvers<void>();
      createInterface(process.stdout).on('line', (line) => {
        const [topic, payload] = line.split(' ');
        if (topic === END_TOPIC) received.resolve();
        else messages.push({ topic, payload });
      });
      const exited = once(process, 'exit');
      await within(`${name} has everything`, received.promise, RETURN_TIMEOUT_MS).finally(() =>
        process.kill('SIGTERM'),
      );
      await exited;
      return { sessionPresent: null, messages };
    },
  };
}
