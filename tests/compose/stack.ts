import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../harness/eventually.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What runs `docker compose`'s commands, and what inspects images and containers. */
const COMPOSE = process.env.COMPOSE || 'docker compose';
const ENGINE = process.env.ENGINE || 'docker';
const READY_TIMEOUT_MS = 120_000;
const KEPT_OUTPUT_CHARACTERS = 100_000;

const PORTS = {
  RESTANTE_MQTT_PORT: 1883,
  RESTANTE_HTTP_PORT: 8080,
  RESTANTE_DASHBOARD_PORT: 3000,
  RESTANTE_MQTTS_PORT: 8883,
  RESTANTE_HTTPS_PORT: 8443,
  PROMETHEUS_PORT: 9090,
};
type PortName = keyof typeof PORTS;

/** The containers of docker-compose.yml under a project name, ports and certificates of the test's own. */
export class Stack {
  private constructor(
    readonly ports: Record<PortName, number>,
    readonly certificates: string,
    readonly adminApiKey = randomBytes(16).toString('hex'),
    private readonly project = `restante-test-${randomBytes(3).toString('hex')}`,
  ) {}

  static async prepare(): Promise<Stack> {
    const free = await freePorts(Object.keys(PORTS).length);
    const names = Object.keys(PORTS) as PortName[];
    const ports = Object.fromEntries(names.map((name, index) => [name, free[index]]));
    const certificates = await mkdtemp(path.join(tmpdir(), 'restante-certificates-'));
    // HAProxy reads it as a user of its own.
    await chmod(certificates, 0o755);
    return new Stack(ports as Record<PortName, number>, certificates);
  }

  /**
   * Runs a command of the documentation, with the ports and the certificates of this stack in place of the usual ones.
   * @returns what it wrote to its standard output. @throws Error with what it wrote when it fails
   */
  async run(command: string, settings: Record<string, string> = {}): Promise<string> {
    const here = Object.entries(PORTS)
      .reduce(
        (text, [name, port]) => text.replaceAll(String(port), String(this.ports[name as PortName])),
        command,
      )
      .replaceAll('certificates/', `${this.certificates}/`)
      .replaceAll('docker compose', COMPOSE);
    const child = spawn('bash', ['-o', 'pipefail', '-c', here], {
      cwd: ROOT,
      env: { ...process.env, ...this.environment(), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, all] = ['', ''];
    const keep = (text: string) => text.slice(-KEPT_OUTPUT_CHARACTERS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = keep(output + text)));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (all = keep(all + text)));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.on('error', reject).on('close', resolve),
    );
    if (code !== 0) throw new Error(`${here} ended with ${code}:\n${all.slice(-4_000)}`);
    return output;
  }

  private environment(): Record<string, string> {
    const ports = Object.entries(this.ports).map(([name, port]) => [name, String(port)]);
    return {
      ...Object.fromEntries(ports),
      NODE_OPTIONS: '',
      COMPOSE_PROJECT_NAME: this.project,
      RESTANTE_CERTIFICATES: this.certificates,
      RESTANTE_ADMIN_API_KEY: this.adminApiKey,
    };
  }

  /** What the control plane answers. @throws Error when that is no success */
  async api<Body>(method: string, route: string, body?: object): Promise<Body> {
    const response = await fetch(`http://127.0.0.1:${this.ports.RESTANTE_HTTP_PORT}/api/v1${route}`, {
      method,
      headers: { authorization: `Bearer ${this.adminApiKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  /** Resolves when the server takes durable messages. */
  async isReady(): Promise<void> {
    await this.answers('the server is ready', `http://127.0.0.1:${this.ports.RESTANTE_HTTP_PORT}/readyz`);
  }

  async showsDashboard(): Promise<void> {
    await this.answers('the dashboard answers', `${this.dashboardUrl}/login`);
  }

  get dashboardUrl(): string {
    return `http://127.0.0.1:${this.ports.RESTANTE_DASHBOARD_PORT}`;
  }

  private async answers(what: string, url: string): Promise<void> {
    await eventually(what, async () => (await fetch(url)).ok, READY_TIMEOUT_MS);
  }

  /** When a service's container was started last. */
  async startedAt(service: string): Promise<Date> {
    const id = (await this.run(`docker compose ps -a -q ${service}`)).trim();
    return new Date(
      JSON.parse(await this.run(`${ENGINE} inspect --format '{{json .State.StartedAt}}' ${id}`)) as string,
    );
  }

  /** In bytes. */
  async imageSize(image: string): Promise<number> {
    return Number(await this.run(`${ENGINE} image inspect --format '{{.Size}}' ${image}`));
  }

  /** Removes all of it, with its volumes. */
  async dispose(): Promise<void> {
    await this.run('docker compose --profile tls --profile metrics down -v');
    await rm(this.certificates, { recursive: true, force: true });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
