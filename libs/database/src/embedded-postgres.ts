import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import pg from 'pg';
import {
  findPostgresBinaries,
  type PostgresBinaries,
  type Unprivileged,
  withoutRoot,
} from './postgres-binaries.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;
const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 5_000;
const DATABASE = 'restante';
const USER = 'restante';

/** One box, one application. Nothing here trades durability: fsync and synchronous_commit stay on. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  // After a panic the whole of it ends and is started by us: restarting itself it can hang when the disk was full.
  restart_after_crash: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

export interface EmbeddedPostgresOptions {
  /** Where the cluster, its password and its log live. Made when missing. */
  directory: string;
  /** 0 or absent: the port of the last start when it is free, else any free one. */
  port?: number;
  /** Settings over ours, such as `fsync=off` for tests. */
  settings?: Record<string, string>;
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

/** A running cluster. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  /** Of the server process; changes when it had to be started again. */
  readonly pid: number;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from npm's binaries and keeps it running: when it dies it is started again on the same port.
 * It runs in a process group of its own, so that Ctrl-C in a terminal does not reach it before the server has
 * flushed. A cluster that a killed server left running is taken over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = new Cluster(options, await findPostgresBinaries(), withoutRoot());
  await cluster.prepare();
  await cluster.start();
  return cluster;
}

/** The URL of the database of a directory whose PostgreSQL runs already; null: none does. */
export async function runningEmbeddedPostgres(directory: string): Promise<string | null> {
  const pidFile = await readFile(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = pidFile.split('\n');
  if (!isAlive(Number(pid))) return null;
  const password = await readFile(path.join(directory, 'postgres-password'), 'utf8');
  return urlOf(DATABASE, password, Number(port));
}

class Cluster implements EmbeddedPostgres {
  port = 0;
  pid = 0;
  private password = '';
  private isStopping = false;
  private exited: Promise<void> = Promise.resolve();
  private readonly data: string;

  constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly binaries: PostgresBinaries,
    private readonly unprivileged: Unprivileged,
  ) {
    this.data = path.join(options.directory, 'postgres');
  }

  get url(): string {
    return this.urlOf(DATABASE);
  }

  /** Makes the cluster at the first start. */
  async prepare(): Promise<void> {
    const { directory } = this.options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const passwordFile = path.join(directory, 'postgres-password');
    if (!existsSync(this.data)) {
      await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
      await this.initialize(passwordFile);
    }
    this.password = await readFile(passwordFile, 'utf8');
  }

  /** A half-made cluster never gets the final name. */
  private async initialize(passwordFile: string): Promise<void> {
    const unfinished = `${this.data}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    await this.giveToUnprivileged(unfinished, passwordFile, this.options.directory);
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8'];
    const access = [`--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const child = this.spawn(
      this.binaries.initdb,
      ['-D', unfinished, ...locale, ...access],
      ['ignore', 'ignore', 'pipe'],
    );
    let complaint = '';
    child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4_096)));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.on('error', reject).on('close', resolve),
    );
    if (code !== 0) throw new Error(`PostgreSQL could not be set up in ${this.data}: ${complaint.trim()}`);
    await rename(unfinished, this.data);
  }

  private async giveToUnprivileged(...paths: string[]): Promise<void> {
    const { uid, gid } = this.unprivileged;
    if (uid !== undefined && gid !== undefined) for (const each of paths) await chown(each, uid, gid);
  }

  async start(): Promise<void> {
    if (!(await this.adopt())) await this.launch();
    await this.createDatabase();
  }

  /** Takes over a server that runs on this cluster already; false: none does. */
  private async adopt(): Promise<boolean> {
    const left = await this.readPidFile();
    if (left === null || !isAlive(left.pid)) return false;
    // It may be starting, recovering or shutting down: it ends up reachable, or gone.
    this.port = left.port;
    for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end;) {
      if (!isAlive(left.pid)) return false;
      if (await this.answers()) {
        this.pid = left.pid;
        this.options.log.info(
          { pid: left.pid, port: left.port },
          'Took over the PostgreSQL of an earlier start',
        );
        this.exited = this.watchAdopted(left.pid);
        return true;
      }
      await pause(POLL_MS);
    }
    throw new Error(`A PostgreSQL (pid ${left.pid}) that does not answer holds ${this.data}.`);
  }

  private async launch(): Promise<void> {
    this.port = await this.choosePort();
    const logFile = await open(path.join(this.options.directory, 'postgres.log'), 'w', 0o600);
    const settings = Object.entries({ ...SETTINGS, ...this.options.settings, port: String(this.port) });
    const flags = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = this.spawn(
      this.binaries.postgres,
      ['-D', this.data, ...flags],
      ['ignore', logFile.fd, logFile.fd],
    );
    await logFile.close();
    child.unref();
    this.pid = child.pid ?? 0;
    this.exited = new Promise((resolve) => child.on('close', () => resolve()).on('error', () => resolve()));
    await this.waitUntilReady(child);
    // From here on; one that never became ready is for whoever launched it.
    void this.exited.then(() => this.restartUnlessStopping());
    await writeFile(path.join(this.options.directory, 'postgres-port'), String(this.port));
  }

  private async waitUntilReady(child: ChildProcess): Promise<void> {
    for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end;) {
      if (await this.answers()) return;
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
      await pause(POLL_MS);
    }
    const log = await readFile(path.join(this.options.directory, 'postgres.log'), 'utf8').catch(() => '');
    throw new Error(
      `PostgreSQL did not start in ${this.data}: ${log.trim().split('\n').slice(-3).join(' ')}`,
    );
  }

  private async watchAdopted(pid: number): Promise<void> {
    while (isAlive(pid)) await pause(POLL_MS * 4);
    void this.restartUnlessStopping();
  }

  /** PostgreSQL died: it is started again, on the same port, until that works. */
  private async restartUnlessStopping(): Promise<void> {
    for (let wait = RESTART_MIN_MS; !this.isStopping; wait = Math.min(wait * 2, RESTART_MAX_MS)) {
      this.options.log.warn({ pid: this.pid }, 'PostgreSQL ended and is started again');
      await pause(wait);
      if (this.isStopping) return;
      const { port } = this;
      try {
        return await this.relaunch(port);
      } catch (error) {
        this.options.log.warn({ error: (error as Error).message }, 'PostgreSQL could not be started again');
      }
    }
  }

  private async relaunch(port: number): Promise<void> {
    await writeFile(path.join(this.options.directory, 'postgres-port'), String(port));
    await this.launch();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      if (!isAlive(this.pid)) return;
      process.kill(this.pid, signal);
      if (await isSettledWithin(this.exited, STOP_TIMEOUT_MS)) return;
      this.options.log.warn({ pid: this.pid, signal }, 'PostgreSQL does not stop');
    }
  }

  private spawn(command: string, args: string[], stdio: ('ignore' | 'pipe' | number)[]): ChildProcess {
    const { prefix, uid, gid } = this.unprivileged;
    const [file, ...rest] = [...prefix, command, ...args];
    return spawn(file, rest, {
      stdio,
      detached: true,
      uid,
      gid,
      cwd: this.options.directory,
      env: { ...process.env, LC_ALL: 'C' },
    });
  }

  private async choosePort(): Promise<number> {
    if (this.options.port) return this.options.port;
    const last = Number(
      await readFile(path.join(this.options.directory, 'postgres-port'), 'utf8').catch(() => '0'),
    );
    return (await freePort(last)) ?? (await freePort(0))!;
  }

  /** First line: pid; fourth: port (src/include/utils/pidfile.h). */
  private async readPidFile(): Promise<{ pid: number; port: number } | null> {
    const text = await readFile(path.join(this.data, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = text.split('\n');
    const pid = Number(lines[0]);
    const port = Number(lines[3]);
    return pid > 0 && port > 0 ? { pid, port } : null;
  }

  private async answers(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.urlOf('postgres'),
      connectionTimeoutMillis: 2_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async createDatabase(): Promise<void> {
    const client = new pg.Client({ connectionString: this.urlOf('postgres') });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end();
    }
  }

  private urlOf(database: string): string {
    return urlOf(database, this.password, this.port);
  }
}

function urlOf(database: string, password: string, port: number): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `port` when nothing listens there, or any free one for 0; undefined when it is taken. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: chosen } = server.address() as net.AddressInfo;
      server.close(() => resolve(chosen));
    });
  });
}

async function isSettledWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const isSettled = await Promise.race([promise.then(() => true), timeout]);
  clearTimeout(timer);
  return isSettled;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
