const DEFAULT_SERVER_URL = 'http://127.0.0.1:8080';

/** Where the control plane is: read when a request comes, not when the dashboard is built. */
export function serverUrl(): string {
  return process.env.RESTANTE_SERVER_URL ?? DEFAULT_SERVER_URL;
}

const DEFAULT_MQTT_PORT = 1883;

/** The port in the lines to paste: the one that this installation listens on, known when it runs, not when it is built. */
export function mqttPort(): number {
  return Number(process.env.RESTANTE_MQTT_PORT) || DEFAULT_MQTT_PORT;
}
