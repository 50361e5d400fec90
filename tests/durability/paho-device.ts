import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { within } from '../harness/eventually.ts';
import { findPython } from '../harness/python.ts';
import type { Login } from '../harness/test-server.ts';
import { Progress, type Publisher, topicOf } from './publisher.ts';

export type PahoProcess = ChildProcessByStdio<Writable, Readable, null>;
type Command = 'publish' | 'subscribe' | 'receive';

export function spawnPaho(
  command: Command,
  login: Login,
  clientId: string,
  qos: number,
  topic: string,
): PahoProcess {
  const script = path.join(import.meta.dirname, 'paho_device.py');
  const { host, port, mqttUsername, password } = login;
  const args = [script, command, host, String(port), mqttUsername, password, clientId, String(qos), topic];
  return spawn(findPython(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Ends the input of the process, which then disconnects, and waits for its end. */
export async function endPaho(process: PahoProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = once(process, 'exit');
  process.stdin.end();
  await within('paho ends', exited).catch(() => process.kill('SIGKILL'));
}

/** paho, which resends from its own memory. */
export class PahoPublisher implements Publisher {
  readonly progress = new Progress();
  private readonly process: PahoProcess;
  private told = 0;
  private isClosing = false;

  constructor(
    login: Login,
    readonly name: string,
    readonly qos: 1 | 2,
  ) {
    this.process = spawnPaho('publish', login, name, qos, topicOf(name));
    createInterface(this.process.stdout).on('line', () => this.progress.acknowledge());
    this.process.on('exit', (code) => {
      if (!this.isClosing) this.progress.emit('error', new Error(`${name} ended with ${code}`));
    });
    this.progress.on('released', () => {
      this.process.stdin.write(`${this.progress.released - this.told}\n`);
      this.told = this.progress.released;
    });
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await endPaho(this.process);
  }
}
