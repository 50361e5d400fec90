/**
 * `npm run bench:lists`: how quickly every list is answered with a great number of absent sessions in the database, and
 * what the answers cost the messages under way.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { terminateAll } from '../brokers/child.ts';
import { RestanteBroker } from '../brokers/restante.ts';
import { LoadGenerator } from '../generator/load-generator.ts';
import { exchangePaced } from '../scenarios/latency.ts';
import { checksOf } from '../scenarios/scenario.ts';
import { median, quantile } from '../statistics.ts';
import { establishMany } from './absentees.ts';
import { listsOf, RUN_ID } from './lists.ts';
import { look, type Timing } from './viewer.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const RUN_TIMEOUT_MS = 3_600_000;
/** In a folder of data: it is complete. */
const LOADED = 'loaded';
const QUEUED_BYTES = 64;
const PAYLOAD_BYTES = 256;
const LIVE = 'live';
/** After a start the code is compiled, old objects are collected, and PostgreSQL reads the data from the disk. */
const WARM_UP_ROUNDS = 3;
const PRIORITIES = ['realtime', 'same'];

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    messages: { type: 'string', default: '5' },
    rate: { type: 'string', default: '20000' },
    requests: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '5' },
    priority: { type: 'string', default: 'realtime' },
    data: { type: 'string', default: path.join(ROOT, 'data') },
    on: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [sessions, messages, rate, requests, seconds, rounds] = (
  ['sessions', 'messages', 'rate', 'requests', 'seconds', 'rounds'] as const
).map((name) => Number(values[name]));

const USAGE = `npm run bench:lists -- [options]

  --sessions N   absent sessions, each with a topic of its own (${sessions})
  --messages N   waiting in the queue of each (${messages})
  --rate N       messages a second under way meanwhile, QoS 1, 256 bytes, 10 pairs (${rate})
  --requests N   answered a second, one list after the other (${requests})
  --seconds N    that a round takes, alone and watched (${seconds})
  --rounds N     (${rounds})
  --priority P   realtime: who publishes and receives does not wait for a processor, as machines of their own would
                 not (Linux, as root); same: waits like the server (${values.priority})
  --data DIR     where a folder for the data is made (data)
  --on DIR       the data of an earlier run with --on, or a new folder: it is kept, and loaded once
`;

async function main(): Promise<void> {
  if (values.help) return say(USAGE);
  if (!PRIORITIES.includes(values.priority)) throw new Error(`--priority is one of ${PRIORITIES.join(', ')}`);
  process.on('exit', terminateAll);
  const directory = path.resolve(values.on ?? (await temporary(values.data)));
  const isLoaded = existsSync(path.join(directory, LOADED));
  const broker = new RestanteBroker(directory);
  const generator = new LoadGenerator(1);
  try {
    const startedAt = performance.now();
    const { host, ports, login } = await broker.start();
    say(`started in ${Math.round(performance.now() - startedAt)} ms`);
    const common = { host, port: ports.tcp, transport: 'tcp', login, protocol: 5 } as const;
    const start = (payloadBytes: number, topicPrefix: string) =>
      generator.startRun({ ...common, payloadBytes, topicPrefix }, RUN_TIMEOUT_MS);
    if (!isLoaded) {
      start(QUEUED_BYTES, RUN_ID);
      await establishMany(generator, RUN_ID, { sessions, messages }, say);
      await writeFile(path.join(directory, LOADED), '');
    }
    start(PAYLOAD_BYTES, LIVE);
    if (values.priority === 'realtime') await takePrecedence(generator);
    await compare(broker, generator);
  } finally {
    await generator.close();
    if (values.on === undefined) await broker.dispose();
    else await broker.stop();
  }
}

async function temporary(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return mkdtemp(path.join(folder, 'bench-lists-'));
}

async function takePrecedence(generator: LoadGenerator): Promise<void> {
  try {
    await generator.takePrecedence();
  } catch (error) {
    say(`What publishes and receives waits for processors like the server: ${(error as Error).message}`);
  }
}

/** Alternating rounds: without anybody who looks, and with. */
async function compare(broker: RestanteBroker, generator: LoadGenerator): Promise<void> {
  const alone: number[] = [];
  const watched: number[] = [];
  const timings: Timing[][] = [];
  const lists = await listsOf((at) => broker.get(at), sessions);
  const carryWatched = async () => {
    const carried = carry(generator);
    const timing = await look((at) => broker.get(at), lists, { everyMs: 1_000 / requests, until: carried });
    return { p99: await carried, timing };
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await carryWatched();
  for (let round = 1; round <= rounds; round++) {
    alone.push(await carry(generator));
    const { p99, timing } = await carryWatched();
    watched.push(p99);
    timings.push(timing);
    say(
      `round ${round}: end to end p99 ${alone.at(-1)!.toFixed(2)} ms alone, ${watched.at(-1)!.toFixed(2)} ms watched`,
    );
  }
  say(`\nMedians of ${rounds} rounds, ms\n`);
  for (const { name } of timings[0]) {
    const each = timings.map((round) => round.find((timing) => timing.name === name)!);
    const [p50, p99] = (['p50', 'p99'] as const).map((share) =>
      median(each.map((timing) => timing[share]))
        .toFixed(1)
        .padStart(8),
    );
    say(`${name.padEnd(40)} p50 ${p50}  p99 ${p99}`);
  }
  say(`end to end p99: ${median(alone).toFixed(2)} alone, ${median(watched).toFixed(2)} watched`);
}

/** @returns the 99th percentile from PUBLISH to the receipt by the subscriber, in milliseconds */
async function carry(generator: LoadGenerator): Promise<number> {
  const outcome = await exchangePaced(generator, LIVE, { ratePerSecond: rate, seconds });
  checksOf(outcome);
  return quantile(outcome.deliveryLatencies.toSorted(), 0.99) / 1e3;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
process.exit(0);
