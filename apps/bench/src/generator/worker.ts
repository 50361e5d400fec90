/** One thread of the generator: a batch of connections, told what to do by `load-generator.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { now } from './clock.ts';
import { type Command, type Connected, type WorkerData } from './commands.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type ClientPlan, type Target } from './plans.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

/** Connections that a thread opens or closes at a time. */
const AT_A_TIME = 50;
const TICK_MS = 1;

const port = parentPort!;
const { progress } = workerData as WorkerData;
let publishers: Publisher[] = [];
let subscribers: Subscriber[] = [];
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
  return disconnect();
}

async function connect(target: Target, clients: ClientPlan[]): Promise<Connected> {
  const startedAt = now();
  const surroundings = { target, progress, onDone: () => onDone() };
  const opened = clients.map((plan) =>
    plan.role === 'publisher' ? new Publisher(plan, surroundings) : new Subscriber(plan, surroundings),
  );
  publishers.push(...opened.filter((client) => client instanceof Publisher));
  subscribers.push(...opened.filter((client) => client instanceof Subscriber));
  await someAtATime(opened, (client) => client.open());
  return { startedAt, sessionsPresent: opened.filter(({ sessionPresent }) => sessionPresent).length };
}

async function exchange(evidence: boolean): Promise<Outcome> {
  const over = Promise.withResolvers<void>();
  const clients = [...publishers, ...subscribers];
  onDone = () => clients.every(({ isDone }) => isDone) && over.resolve();
  stop = over.resolve;
  const ticker = setInterval(() => publishers.forEach((publisher) => publisher.pumpDue()), TICK_MS);
  publishers.forEach((publisher) => publisher.begin());
  onDone();
  await over.promise;
  clearInterval(ticker);
  onDone = stop = () => undefined;
  return outcomeOf(publishers, subscribers, { evidence });
}

async function disconnect(): Promise<void> {
  await someAtATime([...publishers, ...subscribers], (client) => client.close());
  publishers = [];
  subscribers = [];
  progress.fill(0);
}

async function someAtATime<Item>(items: Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += AT_A_TIME)
    await Promise.all(items.slice(first, first + AT_A_TIME).map(act));
}
