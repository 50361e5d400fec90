import { statfs } from 'node:fs/promises';
import os from 'node:os';

const GIBIBYTE = 1024 ** 3;
/** What statfs says of file systems in memory on Linux: tmpfs and ramfs. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

/** Where it was measured. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** true: the brokers' data lies in memory, so that fsync costs nothing. */
  isDataInMemory: boolean;
}

/** @param dataDirectory exists */
export async function describeMachine(dataDirectory: string): Promise<Machine> {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / GIBIBYTE),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    isDataInMemory: os.type() === 'Linux' && IN_MEMORY.has((await statfs(dataDirectory)).type),
  };
}
