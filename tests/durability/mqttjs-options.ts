import type { IClientOptions } from 'mqtt';
import type { Login } from '../harness/test-server.ts';

/** MQTT.js as a 5.0 device with a session of an hour that reconnects at once. */
export function mqttjsOptions(login: Login, clientId: string): IClientOptions {
  return {
    host: login.host,
    port: login.port,
    protocol: 'mqtt',
    username: login.mqttUsername,
    password: login.password,
    clientId,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 10,
    connectTimeout: 10_000,
    resubscribe: false,
  };
}
