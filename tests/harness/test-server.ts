import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.ts';
import { isAlive, kill9, postmasterPid } from './processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ADMIN_API_KEY = 'the-key-of-the-tests';
const KEPT_LOG_CHARACTERS = 20_000;
const START_TIMEOUT_MS = 60_000;

export interface Ports {
  mqtt: number;
  /** null: no certificate was given. */
  mqtts: number | null;
  http: number;
  /** null: no certificate was given. */
  https: number | null;
  /** null: the database is not the server's own. */
  postgres: number | null;
}

/** Where a device connects, and as whom. */
export interface Login {
  host: string;
  port: number;
  mqttUsername: string;
  password: string;
}

/** Starts the built server on free ports, in a data directory of its own. `env` goes over its environment. */
export async function startServer({ env = {} }: { env?: Record<string, string> } = {}): Promise<TestServer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-server-'));
  const server = new TestServer(directory, env);
  await server.start();
  return server;
}

/** The built server as a process that can be killed and started again on the same ports and data. */
export class TestServer {
  readonly host = '127.0.0.1';
  ports: Ports = { mqtt: 0, mqtts: null, http: 0, https: null, postgres: null };
  private child: ChildProcess | null = null;
  private output = '';

  constructor(
    readonly dataDirectory: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Resolves when everything listens. */
  async start(): Promise<void> {
    await rm(this.portsFile, { force: true });
    const child = spawn(process.execPath, [path.join(ROOT, 'apps/server/dist/main.js')], {
      env: { ...process.env, ...this.environment(), ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => (this.output = (this.output + text).slice(-KEPT_LOG_CHARACTERS)));
    }
    const ports = await eventually('the server listens', () => this.portsOrEnd(child), START_TIMEOUT_MS);
    if (ports === 'ended') throw new Error(`The server ended before it listened:\n${this.log}`);
    this.ports = ports;
  }

  private environment(): Record<string, string> {
    return {
      NODE_OPTIONS: '',
      RESTANTE_DATA_DIR: this.dataDirectory,
      RESTANTE_HOST: this.host,
      RESTANTE_MQTT_PORT: String(this.ports.mqtt),
      RESTANTE_MQTTS_PORT: String(this.ports.mqtts ?? 0),
      RESTANTE_HTTP_PORT: String(this.ports.http),
      RESTANTE_HTTPS_PORT: String(this.ports.https ?? 0),
      RESTANTE_ADMIN_API_KEY: ADMIN_API_KEY,
      // Tests ask again and again for what they wait for.
      RESTANTE_REQUESTS_A_MINUTE: '1000000',
      RESTANTE_ADMIN_PASSWORD: 'administrator of the tests',
    };
  }

  private async portsOrEnd(child: ChildProcess): Promise<Ports | 'ended' | undefined> {
    if (child.exitCode !== null || child.signalCode !== null) return 'ended';
    const text = await readFile(this.portsFile, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Ports);
  }

  private get portsFile(): string {
    return path.join(this.dataDirectory, 'ports.json');
  }

  /** The end of what it wrote to its standard output and error, over all its starts. */
  get log(): string {
    return this.output;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  get mqttUrl(): string {
    return `mqtt://${this.host}:${this.ports.mqtt}`;
  }

  get httpUrl(): string {
    return `http://${this.host}:${this.ports.http}`;
  }

  /** Kills the broker; its PostgreSQL, if it has one of its own, goes on. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Kills the server's own PostgreSQL, which the server, if it runs, starts again. */
  async killPostgres9(): Promise<void> {
    const pid = postmasterPid(this.dataDirectory);
    if (pid !== null) await kill9(pid);
  }

  /** As an operator does it. @returns the exit code */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child === null) return null;
    if (this.isRunning) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }

  /** Ends all that this server started and removes its data. */
  async dispose(): Promise<void> {
    await this.stop();
    const pid = postmasterPid(this.dataDirectory);
    if (pid !== null && isAlive(pid)) await kill9(pid);
    await rm(this.dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** A request to the control plane as platform administrator. @throws Error on a status above 299, with the problem */
  async api<Body = unknown>(
    resource: string,
    { method = 'GET', body }: { method?: string; body?: unknown } = {},
  ): Promise<Body> {
    const response = await fetch(`${this.httpUrl}/api/v1${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_API_KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${resource}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  async createTenant(slug: string): Promise<void> {
    await this.api('/tenants', { method: 'POST', body: { slug, name: slug } });
  }

  /** `settings` become a policy of the tenant that only this credential has. */
  async createCredential(
    tenant: string,
    username: string,
    settings?: Record<string, unknown>,
  ): Promise<Login> {
    const policy = settings && `for-${username}`;
    if (settings)
      await this.api(`/tenants/${tenant}/policies`, { method: 'POST', body: { name: policy, settings } });
    const body = { username, policy };
    const issued = await this.api<Login>(`/tenants/${tenant}/credentials`, { method: 'POST', body });
    return {
      host: this.host,
      port: this.ports.mqtt,
      mqttUsername: issued.mqttUsername,
      password: issued.password,
    };
  }
}
