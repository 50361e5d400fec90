import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BROKERS } from './brokers/index.ts';
import type { BrokerKind } from './brokers/broker.ts';
import type { Protocol } from './generator/templates.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scale, Scenario } from './scenarios/scenario.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROTOCOLS: Record<string, Protocol> = { '3.1.1': 4, '5': 5 };
const SCALES: readonly Scale[] = ['tiny', 'quick', 'full'];
const MAX_THREADS = 64;

export interface Options {
  brokers: readonly BrokerKind[];
  scenarios: readonly Scenario[];
  scale: Scale;
  rounds: number;
  protocol: Protocol;
  /** Of the generator. */
  threads: number;
  /** For one run. */
  timeoutMs: number;
  /** Folder in which each broker gets one for its data. Absolute. */
  dataDirectory: string;
  /** null: none is written. */
  jsonFile: string | null;
}

/** A command line that cannot be followed. The message says what is wrong, for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @returns null when --help was asked for. @throws UsageError */
export function readOptions(args: string[]): Options | null {
  const values = parsed(args);
  if (values.help) return null;
  return {
    brokers: chosen('--brokers', values.brokers, BROKERS),
    scenarios: chosen('--scenarios', values.scenarios, SCENARIOS),
    scale: oneOf('--scale', values.scale, SCALES),
    rounds: wholeNumber('--rounds', values.rounds, 100),
    protocol: PROTOCOLS[oneOf('--protocol', values.protocol, Object.keys(PROTOCOLS))],
    threads: wholeNumber('--threads', values.threads, MAX_THREADS),
    timeoutMs: wholeNumber('--timeout', values.timeout, 3_600) * 1_000,
    // Beside the data of `npm start`: a folder for temporary files may lie in memory, where fsync costs nothing.
    dataDirectory: values.data === undefined ? path.join(ROOT, 'data') : path.resolve(values.data),
    jsonFile: values.json === undefined ? null : path.resolve(values.json),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        brokers: { type: 'string' },
        scenarios: { type: 'string' },
        scale: { type: 'string', default: 'quick' },
        rounds: { type: 'string', default: '5' },
        protocol: { type: 'string', default: '3.1.1' },
        threads: { type: 'string', default: String(defaultThreads()) },
        timeout: { type: 'string', default: '120' },
        data: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** The broker, its database and the generator share the machine: a quarter is for the generator. */
function defaultThreads(): number {
  return Math.min(MAX_THREADS, Math.max(1, Math.floor(os.availableParallelism() / 4)));
}

/** Those that are named in a list with commas; all when there is none. */
function chosen<Named extends { name: string }>(
  option: string,
  list: string | undefined,
  all: readonly Named[],
): readonly Named[] {
  if (list === undefined) return all;
  const names = list.split(',').map((name) => name.trim());
  const known = all.map(({ name }) => name);
  for (const name of names) oneOf(option, name, known);
  return all.filter(({ name }) => names.includes(name));
}

function oneOf<Value extends string>(option: string, value: string, values: readonly Value[]): Value {
  const known = values.find((one) => one === value);
  if (known === undefined)
    throw new UsageError(`${option} is one of ${[...new Set(values)].join(', ')}, not "${value}"`);
  return known;
}

function wholeNumber(option: string, value: string, greatest: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > greatest)
    throw new UsageError(`${option} is a whole number from 1 to ${greatest}, not "${value}"`);
  return number;
}

export function usage(): string {
  const rows = (all: readonly { name: string; description: string }[]) =>
    all.map(({ name, description }) => `  ${name.padEnd(30)}${description}`);
  return [
    'Usage: npm run bench -- [options]',
    '',
    '  --rounds 5              each runs every scenario against every broker; the table has the medians',
    '  --brokers a,b           of those below; all',
    '  --scenarios a,b         of those below; all',
    '  --scale quick           tiny, quick or full: how many messages',
    '  --protocol 3.1.1        3.1.1 or 5',
    `  --threads ${String(defaultThreads()).padEnd(14)}of the load generator`,
    '  --timeout 120           seconds that one run may take',
    '  --data folder           where each broker gets a folder for its data, for the time of the run; data',
    '  --json file             everything that was measured',
    '',
    'Brokers:',
    ...rows(BROKERS.map(({ name, keeps }) => ({ name, description: `acknowledges what is ${keeps}` }))),
    '',
    'Scenarios:',
    ...rows(
      SCENARIOS.map(({ name, variant, description }) => ({
        name: variant === '' ? name : `${name}, ${variant}`,
        description,
      })),
    ),
    '',
  ].join('\n');
}
