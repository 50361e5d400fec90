import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Endpoint, Login } from '../generator/plans.ts';
import type { Broker, BrokerKind } from './broker.ts';
import type { Child } from './child.ts';
import { HOST } from './listening.ts';
import { ROOT, startServer } from './server.ts';

const START_TIMEOUT_MS = 60_000;
const KILL_TIMEOUT_MS = 10_000;
const POLL_MS = 10;
const API_KEY = 'the-key-of-the-benchmark';
const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
const CONFLICT = 409;
const TENANT = 'bench';
const NEIGHBOUR = 'neighbour';
/** As for the others, no limit that would drop a message; a policy's defaults are those of a service with tenants. */
const POLICY = {
  maxQueuedMessages: 10_000_000,
  maxQueuedBytes: 16 * 1024 ** 3,
  receiveMaximum: 65_535,
  maxInflight: 65_535,
};

export const restante: BrokerKind = {
  name: 'restante',
  keeps: 'committed in PostgreSQL (fsync), or received by every subscriber',
  protocols: [4, 5],
  version: () =>
    (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
  create: (directory) => new RestanteBroker(directory),
};

interface Ready {
  ports: { mqtt: number; http: number };
}

/** The built server with its embedded PostgreSQL, set up through its REST interface. */
export class RestanteBroker implements Broker {
  private readonly directory: string;
  private child: Child | null = null;
  private logins: Pick<Endpoint, 'login' | 'neighbour'> | null = null;
  private api = '';

  constructor(directory: string) {
    this.directory = directory;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<Endpoint> {
    const child = startServer(this.directory, { RESTANTE_ADMIN_API_KEY: API_KEY });
    this.child = child;
    const { ports } = (await child.firstMessage(START_TIMEOUT_MS)) as Ready;
    this.api = `http://${HOST}:${ports.http}/api/v1`;
    this.logins ??= {
      login: await createLogin(this.api, TENANT),
      neighbour: await createLogin(this.api, NEIGHBOUR),
    };
    return { host: HOST, ports: { tcp: ports.mqtt, websocket: ports.http }, ...this.logins };
  }

  /** What the control plane answers. @param path under /api/v1 */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.api}${path}`, { headers: HEADERS });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async kill9(): Promise<void> {
    await Promise.all([this.child?.end('SIGKILL'), this.killPostgres()]);
  }

  /** Ends all of it; its data stays. */
  async stop(): Promise<void> {
    await this.child?.end('SIGTERM');
    // A server that could not stop has left it running.
    await this.killPostgres();
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The server's own PostgreSQL, by the pid in its data: it outlives a server that is killed. */
  private async killPostgres(): Promise<void> {
    const pid = postmasterPid(this.directory);
    if (pid === null) return;
    signal(pid, 'SIGKILL');
    for (const end = Date.now() + KILL_TIMEOUT_MS; Date.now() < end;) {
      if (!signal(pid, 0)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`PostgreSQL (pid ${pid}) does not go away`);
  }
}

/** A tenant, and a credential of it; in data of an earlier run, the same with another secret. */
async function createLogin(api: string, tenant: string): Promise<Login> {
  await post(`${api}/tenants`, { slug: tenant, name: tenant });
  await post(`${api}/tenants/${tenant}/policies`, { name: tenant, settings: POLICY });
  const credentials = `${api}/tenants/${tenant}/credentials`;
  const issued =
    (await post(credentials, { username: tenant, policy: tenant })) ??
    (await post(`${credentials}/${tenant}/rotate`, {}));
  const { mqttUsername, password } = issued as { mqttUsername: string; password: string };
  return { username: mqttUsername, password };
}

/** @returns null when it is there already */
async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) });
  if (response.status === CONFLICT) return null;
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

function postmasterPid(directory: string): number | null {
  try {
    const pid = parseInt(readFileSync(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** @returns false when there is no such process */
function signal(pid: number, name: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
