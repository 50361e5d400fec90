const DEFAULT_SERVER_URL = 'http://127.0.0.1:8080';

/** Where the control plane is: read when a request comes, not when the dashboard is built. */
export function serverUrl(): string {
  return process.env.RESTANTE_SERVER_URL ?? DEFAULT_SERVER_URL;
}
