import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { within } from '../harness/eventually.ts';
import type { Subscriber } from './client.ts';
import { Lines } from './lines.ts';

const TIMEOUT_MS = 20_000;

/** Runs a program to its end. @throws Error when it ends with another code than 0, with what it printed */
export async function runProgram(command: string, args: string[]): Promise<void> {
  await promisify(execFile)(command, args, { timeout: TIMEOUT_MS });
}

/** A program that prints each payload on a line of its own, and disconnects when it is told to terminate. */
export class SubscribingProgram implements Subscriber {
  private readonly child: ChildProcess;
  private readonly lines = new Lines();
  private readonly name: string;

  /** `payloadIn`: what of a line is the payload; undefined: the line is about something else. */
  constructor(
    command: string,
    args: string[],
    payloadIn: (line: string) => string | undefined = (line) => line,
  ) {
    this.name = [command, ...args].join(' ');
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(this.child.stdout!).on('line', (line) => {
      const payload = payloadIn(line);
      if (payload !== undefined) this.lines.add(payload);
    });
  }

  next(): Promise<string> {
    return this.lines.next(this.name);
  }

  leave(): Promise<void> {
    return this.end('SIGTERM');
  }

  vanish(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await within(`${this.name} ends`, ended);
  }
}
