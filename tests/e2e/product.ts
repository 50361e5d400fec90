import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../harness/eventually.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const ADMIN_EMAIL = 'admin@example.com';
const START_TIMEOUT_MS = 120_000;

export interface ProductPorts {
  mqtt: number;
  mqtts: number | null;
  http: number;
  https: number | null;
  postgres: number;
  dashboard: number;
}

/** What `npm start` runs, started as a user does, on free ports and a data directory of its own. */
export class Product {
  ports!: ProductPorts;
  /** Everything that was printed. */
  output = '';
  private child!: ChildProcess;

  private constructor(
    readonly dataDirectory: string,
    private readonly settings: NodeJS.ProcessEnv,
  ) {}

  /** Resolves when it has said that it runs. */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<Product> {
    const product = new Product(await mkdtemp(path.join(tmpdir(), 'restante-product-')), settings);
    await product.launch();
    return product;
  }

  private async launch(): Promise<void> {
    this.child = this.spawn();
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (chunk) => (this.output += chunk));
    await eventually(
      'the product says that it runs',
      () => {
        if (this.child.exitCode !== null) throw new Error(`it ended: ${this.output}`);
        return this.output.includes('Ctrl-C stops it.');
      },
      START_TIMEOUT_MS,
    );
    this.ports = JSON.parse(await readFile(path.join(this.dataDirectory, 'ports.json'), 'utf8'));
  }

  /** Another start on the same data directory. */
  async startAgain(): Promise<{ exitCode: number | null; complaint: string }> {
    const child = this.spawn();
    let complaint = '';
    child.stderr!.on('data', (chunk) => (complaint += chunk));
    const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { exitCode, complaint };
  }

  private spawn(): ChildProcess {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: undefined,
      RESTANTE_DATA_DIR: this.dataDirectory,
      RESTANTE_MQTT_PORT: '0',
      RESTANTE_MQTTS_PORT: '0',
      RESTANTE_HTTP_PORT: '0',
      RESTANTE_HTTPS_PORT: '0',
      RESTANTE_DASHBOARD_PORT: '0',
      RESTANTE_ADMIN_EMAIL: ADMIN_EMAIL,
      ...this.settings,
    };
    // A process group of its own, as a terminal gives it.
    return spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  get dashboardUrl(): string {
    return `http://127.0.0.1:${this.ports.dashboard}`;
  }

  /** The first administrator's password, as it was printed. */
  get adminPassword(): string {
    return /password {2}(\S+)/.exec(this.output)![1];
  }

  demoPassword(): Promise<string> {
    return readFile(path.join(this.dataDirectory, 'demo-password'), 'utf8');
  }

  /** Ctrl-C: SIGINT to the whole process group. @returns the exit code */
  async interrupt(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = new Promise<number | null>((resolve) => this.child.on('exit', resolve));
    process.kill(-this.child.pid!, 'SIGINT');
    return exited;
  }

  async dispose(): Promise<void> {
    await this.interrupt();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }
}
