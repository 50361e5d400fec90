import type { Credential } from '@restante/api-client';
import type { Login } from './snippets.ts';

/** How a client logs in with a credential, under a client identifier that it may have. `port`: MQTT over TCP. */
export function loginOf(
  { username, mqttUsername, clientId: { rule, value = '' } }: Credential,
  port: number,
  password: string,
): Login {
  const named = value.replaceAll('%u', () => username);
  const clientId = { any: username, exact: named, prefix: `${named}1` }[rule];
  return { host: window.location.hostname, port, mqttUsername, password, clientId };
}
