import path from 'node:path';
import { createRequire } from 'node:module';
import { Child } from '../brokers/child.ts';
import { freePort, HOST, untilListening } from '../brokers/listening.ts';
import { ROOT, startServer } from '../brokers/server.ts';

export const DASHBOARD = path.join(ROOT, 'apps/dashboard');
const START_TIMEOUT_MS = 60_000;
const LOGIN = { email: 'bench@example.com', password: 'a password for the benchmark' };
/** Made by the server's first start. */
export const TENANT = 'demo';

/** The built server and dashboard, started in a directory of their own. */
export class Dashboard {
  private readonly directory: string;
  private readonly children: Child[] = [];
  serverUrl = '';

  /** @param directory for its data */
  constructor(directory: string) {
    this.directory = directory;
  }

  async startServer(): Promise<void> {
    const child = startServer(this.directory, {
      RESTANTE_ADMIN_EMAIL: LOGIN.email,
      RESTANTE_ADMIN_PASSWORD: LOGIN.password,
    });
    this.children.unshift(child);
    const { ports } = (await child.firstMessage(START_TIMEOUT_MS)) as { ports: { http: number } };
    this.serverUrl = `http://${HOST}:${ports.http}`;
  }

  /** @param serverUrl what its pages talk to @returns its address */
  async startPages(serverUrl: string): Promise<string> {
    const port = await freePort();
    const next = createRequire(path.join(DASHBOARD, 'package.json')).resolve('next/dist/bin/next');
    const args = [next, 'start', DASHBOARD, '--hostname', HOST, '--port', String(port)];
    const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
    const child = new Child(process.execPath, args, {
      env: { ...env, RESTANTE_SERVER_URL: serverUrl },
      ipc: false,
    });
    this.children.unshift(child);
    await untilListening(port, () => child.isRunning, START_TIMEOUT_MS);
    return `http://${HOST}:${port}`;
  }

  /** @returns the cookie of somebody who may see everything, as a browser keeps it */
  async logIn(): Promise<{ name: string; value: string }> {
    const response = await fetch(`${this.serverUrl}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(LOGIN),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie === undefined)
      throw new Error(`The login failed: ${response.status} ${await response.text()}`);
    const [name, value] = cookie.split(';')[0].split('=');
    return { name, value };
  }

  async end(): Promise<void> {
    for (const child of this.children) await child.end('SIGTERM');
  }
}
