import { rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '../generator/plans.ts';
import type { Broker, BrokerKind } from './broker.ts';
import { Child } from './child.ts';
import { HOST } from './listening.ts';

const START_TIMEOUT_MS = 20_000;
const PROGRAM = fileURLToPath(new URL('./aedes-process.ts', import.meta.url));

export const aedes: BrokerKind = {
  name: 'aedes',
  keeps: 'in memory',
  protocols: [4],
  version: () => {
    const description = new URL('package.json', import.meta.resolve('aedes'));
    return (JSON.parse(readFileSync(description, 'utf8')) as { version: string }).version;
  },
  create: (directory) => new AedesBroker(directory),
};

class AedesBroker implements Broker {
  private readonly directory: string;
  private child: Child | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<Endpoint> {
    this.child = new Child(process.execPath, [PROGRAM], { ipc: true });
    const ports = (await this.child.firstMessage(START_TIMEOUT_MS)) as Endpoint['ports'];
    return { host: HOST, ports, login: null, neighbour: null };
  }

  async kill9(): Promise<void> {
    await this.child?.end('SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.child?.end('SIGTERM');
    await rm(this.directory, { recursive: true, force: true });
  }
}
