import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Endpoint } from '../generator/plans.ts';
import type { Broker, BrokerKind } from './broker.ts';
import { Child } from './child.ts';
import { freePort, HOST, untilListening } from './listening.ts';

const START_TIMEOUT_MS = 20_000;
/** Where packages put it beside what PATH names. */
const FURTHER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];

export const mosquitto: BrokerKind = {
  name: 'mosquitto',
  keeps: 'in memory',
  protocols: [4, 5],
  version,
  create: (directory) => new MosquittoBroker(directory, ['persistence false']),
};

export const mosquittoPersist: BrokerKind = {
  name: 'mosquitto-persist',
  keeps: 'in memory, in a file every 30 minutes and at a clean stop',
  protocols: [4, 5],
  version,
  create: (directory) =>
    new MosquittoBroker(directory, [
      'persistence true',
      `persistence_location ${directory}/`,
      'autosave_interval 1800',
    ]),
};

class MosquittoBroker implements Broker {
  private readonly directory: string;
  private readonly settings: string[];
  /** The second one is for WebSocket. */
  private ports: [number, number] | null = null;
  private child: Child | null = null;

  constructor(directory: string, settings: string[]) {
    this.directory = directory;
    this.settings = settings;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<Endpoint> {
    this.ports ??= [await freePort(), await freePort()];
    const [tcp, websocket] = this.ports;
    await mkdir(this.directory, { recursive: true });
    const file = path.join(this.directory, 'mosquitto.conf');
    const settings = [...commonSettings(this.ports), ...this.settings];
    await writeFile(file, `${settings.join('\n')}\n`);
    const child = new Child(programFile() ?? 'mosquitto', ['-c', file], { ipc: false });
    this.child = child;
    await untilListening(tcp, () => child.isRunning, START_TIMEOUT_MS).catch((error: Error) => {
      throw new Error(`${error.message}: ${child.log}`, { cause: error });
    });
    return { host: HOST, ports: { tcp, websocket }, login: null, neighbour: null };
  }

  async kill9(): Promise<void> {
    await this.child?.end('SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.child?.end('SIGTERM');
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** No limit that would drop a message: 0 means unlimited. As root it would change to a user who cannot write here. */
function commonSettings([tcp, websocket]: [number, number]): string[] {
  return [
    `listener ${tcp} ${HOST}`,
    `listener ${websocket} ${HOST}`,
    'protocol websockets',
    'allow_anonymous true',
    'max_queued_messages 0',
    'max_inflight_messages 0',
    'set_tcp_nodelay true',
    'log_type error',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
}

function version(): string | null {
  const program = programFile();
  if (program === null) return null;
  const { stdout } = spawnSync(program, ['-h'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout)?.[1] ?? 'of unknown version';
}

function programFile(): string | null {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...FURTHER_FOLDERS];
  return folders.map((folder) => path.join(folder, 'mosquitto')).find((file) => existsSync(file)) ?? null;
}
