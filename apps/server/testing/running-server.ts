import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { createTestDatabase } from '../../../tests/harness/test-database.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { Server } from '../src/server.ts';

/** The next event of a client, with what it carries. */
export function once(
  client: MqttClient,
  event: 'connect' | 'close' | 'message' | 'disconnect',
): Promise<unknown[]> {
  return new Promise((resolve) => client.once(event, (...details: unknown[]) => resolve(details)));
}

const API_KEY = 'the-key-of-the-tests';
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

/** An answer of the REST interface. */
export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into whatever came
  body: any;
  headers: Headers;
}

/** The whole server in this process, on free ports, a database of its own and a data directory that goes with it. */
export async function startServer(
  environment: Record<string, string> = {},
  logTo?: { write: (line: string) => void },
) {
  const database = await createTestDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-server-'));
  const config = readConfig({
    DATABASE_URL: database.url,
    RESTANTE_DATA_DIR: directory,
    RESTANTE_MQTT_PORT: '0',
    RESTANTE_MQTTS_PORT: '0',
    RESTANTE_HTTP_PORT: '0',
    RESTANTE_HTTPS_PORT: '0',
    RESTANTE_ADMIN_API_KEY: API_KEY,
    // Tests ask again and again for what they wait for.
    RESTANTE_REQUESTS_A_MINUTE: '1000000',
    RESTANTE_ADMIN_EMAIL: ADMIN.email,
    RESTANTE_ADMIN_PASSWORD: ADMIN.password,
    RESTANTE_LOG_LEVEL: 'silent',
    ...environment,
  });
  const server = new Server(config, createLog(config.logLevel, logTo), (error) => {
    throw error;
  });
  const ports = await server.start();
  const clients: MqttClient[] = [];

  const request = async (
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${ports.http}${url}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  };

  return {
    ports,
    /** Where MQTT clients connect. Without a certificate there is no `mqtts` and no `wss`. */
    urls: {
      mqtt: `mqtt://127.0.0.1:${ports.mqtt}`,
      mqtts: `mqtts://127.0.0.1:${ports.mqtts}`,
      ws: `ws://127.0.0.1:${ports.http}/mqtt`,
      wss: `wss://127.0.0.1:${ports.https}/mqtt`,
    },
    directory,
    databaseUrl: database.url,
    reloadCertificate: () => server.reloadCertificate(),
    request,
    /** As the platform's administrator, by API key. */
    api: (method: string, url: string, body?: unknown) =>
      request(method, `/api/v1${url}`, body, { authorization: `Bearer ${API_KEY}` }),
    /** A client that does not reconnect; ended with the server. */
    connect: async (username: string, password: string, options: IClientOptions = {}) => {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, {
        username,
        password,
        reconnectPeriod: 0,
        ...options,
      });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.end(true);
      await server.stop();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>;
