/** One thread of the generator: a batch of connections, told what to do by `load-generator.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { now } from './clock.ts';
import type { Surroundings } from './connection.ts';
import type { Command, Connected, WorkerData } from './commands.ts';
import { Idler } from './idler.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { ClientPlan, Target } from './plans.ts';
import { takePrecedence } from './precedence.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

/** Connections that a thread opens or closes at a time. */
const AT_A_TIME = 50;
const TICK_MS = 1;

const port = parentPort!;
const { progress } = workerData as WorkerData;
let publishers: Publisher[] = [];
let subscribers: Subscriber[] = [];
let idlers: Idler[] = [];
/** Of the exchange under way: called with every client that is done, and to end it before that. */
let onDone: () => void = () => undefined;
let stop: () => void = () => undefined;

port.on('message', (command: Command) => {
  if (command.name === 'stop') return stop();
  answerTo(command).then(
    (result) => port.postMessage({ result }),
    (error: Error) => port.postMessage({ error: error.message }),
  );
});

function answerTo(command: Exclude<Command, { name: 'stop' }>): Promise<unknown> {
  if (command.name === 'connect') return connect(command.target, command.clients);
  if (command.name === 'exchange') return exchange(command.evidence);
  if (command.name === 'take-precedence') return takePrecedence();
  return disconnect();
}

async function connect(target: Target, clients: ClientPlan[]): Promise<Connected> {
  const startedAt = now();
  const surroundings = { target, progress, onDone: () => onDone() };
  const opened = clients.map((plan) => clientOf(plan, surroundings));
  publishers.push(...opened.filter((client) => client instanceof Publisher));
  subscribers.push(...opened.filter((client) => client instanceof Subscriber));
  idlers.push(...opened.filter((client) => client instanceof Idler));
  await someAtATime(opened, (client) => client.open());
  const sessionsPresent = opened.filter(({ sessionPresent }) => sessionPresent).length;
  return { startedAt, endedAt: now(), sessionsPresent };
}

function clientOf(plan: ClientPlan, surroundings: Surroundings): Publisher | Subscriber | Idler {
  if (plan.role === 'publisher') return new Publisher(plan, surroundings);
  if (plan.role === 'subscriber') return new Subscriber(plan, surroundings);
  return new Idler(plan, surroundings);
}

async function exchange(evidence: boolean): Promise<Outcome> {
  const over = Promise.withResolvers<void>();
  const clients = [...publishers, ...subscribers, ...idlers];
  onDone = () => clients.every(({ isDone }) => isDone) && over.resolve();
  stop = over.resolve;
  const paced = [...publishers, ...idlers];
  const ticker = setInterval(() => paced.forEach((client) => client.pumpDue()), TICK_MS);
  publishers.forEach((publisher) => publisher.begin());
  onDone();
  await over.promise;
  clearInterval(ticker);
  onDone = stop = () => undefined;
  return outcomeOf({ publishers, subscribers, idlers }, { evidence });
}

async function disconnect(): Promise<void> {
  await someAtATime([...publishers, ...subscribers, ...idlers], (client) => client.close());
  publishers = [];
  subscribers = [];
  idlers = [];
  progress.fill(0);
}

async function someAtATime<Item>(items: Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const actOnRest = async () => {
    for (const item of rest) await act(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, actOnRest));
}
