/** `npm run bench`: Restante and other brokers under the same load, one after the other (docs/benchmarks.md). */
import { mkdir, writeFile } from 'node:fs/promises';
import { terminateAll } from './brokers/child.ts';
import type { BrokerKind } from './brokers/broker.ts';
import { describeMachine, type Machine } from './machine.ts';
import { type Options, readOptions, usage, UsageError } from './options.ts';
import { flawsOf, rowsOf, tableText, valueText } from './report.ts';
import { type Run, Rounds } from './rounds.ts';

const INTERRUPTED = 130;
const LEGEND = 'Medians of the rounds. msg/s: more is better; ms and %: less is better.';

/** A broker that was asked for, and can be measured here. */
type Present = BrokerKind & { versionHere: string };

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    say(usage());
    return 0;
  }
  await mkdir(options.dataDirectory, { recursive: true });
  const machine = await describeMachine(options.dataDirectory);
  const brokers = presentBrokers(options);
  announce(machine, brokers);

  const rounds = new Rounds(options);
  const stopping = stopOnSignals(rounds);
  const startedAt = new Date();
  const runs: Run[] = [];
  for await (const run of rounds.run(brokers)) {
    runs.push(run);
    say(runText(run, options.rounds));
  }
  await stopping();

  const names = brokers.map(({ name }) => name);
  const rows = rowsOf(runs, names);
  say(`\n${tableText(rows, names)}\n\n${LEGEND}\n`);
  const facts = { command: commandLine(), startedAt, endedAt: new Date(), machine };
  const { jsonFile, protocol, scale, threads } = options;
  const mqtt = protocol === 5 ? '5.0' : '3.1.1';
  const report = { ...facts, mqtt, scale, threads, brokers: brokers.map(brokerFacts), rows, runs };
  if (jsonFile !== null) await writeFile(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  return flawsOf(runs.filter(({ broker }) => broker === 'restante')).length === 0 ? 0 : 1;
}

/** Those that are not installed, or do not speak the protocol, are named and left out. */
function presentBrokers({ brokers, protocol }: Options): Present[] {
  return brokers.flatMap((kind) => {
    const versionHere = kind.version();
    if (versionHere === null) say(`${kind.name}: not installed, skipped`);
    else if (!kind.protocols.includes(protocol)) say(`${kind.name}: does not speak MQTT 5, skipped`);
    else return { ...kind, versionHere };
    return [];
  });
}

function commandLine(): string {
  return ['npm run bench --', ...process.argv.slice(2)].join(' ');
}

function announce(machine: Machine, brokers: readonly Present[]): void {
  const { cpu, cores, memoryGiB, system, node, isDataInMemory } = machine;
  say(`${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}`);
  if (isDataInMemory) say('The data lies in memory: fsync costs nothing here. --data names another folder.');
  for (const { name, versionHere, keeps } of brokers)
    say(`${name} ${versionHere}: acknowledges what is ${keeps}`);
  say('');
}

function brokerFacts({ name, versionHere, keeps }: Present) {
  return { name, version: versionHere, keeps };
}

function runText(run: Run, rounds: number): string {
  const { round, broker, scenario, variant, measures, error } = run;
  const values = measures.map(({ name, unit, value }) => `${name} ${valueText(value, unit)} ${unit}`.trim());
  const flaws = error === null ? flawsOf([run]) : [error];
  const what = [...values, ...flaws].join(', ');
  return `round ${round}/${rounds}  ${broker.padEnd(18)}${`${scenario} ${variant}`.padEnd(28)}${what}`;
}

/**
 * Ctrl-C ends what was started, in order, and this process; a second one at once.
 *
 * @returns the end under way; null: there is none
 */
function stopOnSignals(rounds: Rounds): () => Promise<never> | null {
  let stopping: Promise<never> | null = null;
  const stop = () => {
    if (stopping !== null) process.exit(INTERRUPTED);
    say('Stopping ...');
    stopping = rounds.stop().then(() => process.exit(INTERRUPTED));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('exit', terminateAll);
  return () => stopping;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof UsageError ? error.message : (error as Error).stack}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
