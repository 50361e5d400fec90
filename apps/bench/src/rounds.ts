import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { Broker, BrokerKind } from './brokers/broker.ts';
import { LoadGenerator } from './generator/load-generator.ts';
import type { Endpoint, Target } from './generator/plans.ts';
import type { Options } from './options.ts';
import { offline } from './scenarios/offline.ts';
import { p2p, p2pWebSocket } from './scenarios/online.ts';
import type { Checks, Measure, Scale, Scenario } from './scenarios/scenario.ts';

const DEFAULT_PAYLOAD_BYTES = 256;
/** Not measured: it has the code compiled, of a broker in JavaScript and of the generator. */
const WARM_UP: readonly Scenario[] = [...p2p, ...p2pWebSocket, ...offline];

/** One scenario against one broker. */
export interface Run {
  /** From 1. */
  round: number;
  broker: string;
  scenario: string;
  variant: string;
  /** Empty when there is an error. */
  measures: Measure[];
  /** null when there is an error. */
  checks: Checks | null;
  /** Why it could not be carried through; null: it could. */
  error: string | null;
}

/** A broker that is up, and where. */
interface Running {
  broker: Broker;
  endpoint: Endpoint;
}

/** Round after round, each against one broker after the other, so that what else the machine does befalls all alike. */
export class Rounds {
  private readonly options: Options;
  private broker: Broker | null = null;
  private running: Running | null = null;
  private generator: LoadGenerator | null = null;
  private witness: LoadGenerator | null = null;
  private runs = 0;
  private isStopping = false;

  constructor(options: Options) {
    this.options = options;
  }

  /** Every run as it ends. */
  async *run(kinds: readonly BrokerKind[]): AsyncGenerator<Run> {
    for (let round = 1; round <= this.options.rounds; round++) {
      for (const kind of kinds) {
        for (const scenario of this.options.scenarios) {
          const run = await this.runOne(round, kind, scenario);
          if (this.isStopping) return;
          yield run;
        }
        await this.endBroker();
      }
    }
    await this.stop();
  }

  /** Ends everything that runs. The run under way, if there is one, fails. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.endGenerator();
    await this.endBroker();
  }

  private async runOne(round: number, kind: BrokerKind, scenario: Scenario): Promise<Run> {
    const labels = { round, broker: kind.name, scenario: scenario.name, variant: scenario.variant };
    try {
      const running = await this.startedBroker(kind);
      const { measures, checks } = await this.play(running, scenario, this.options.scale);
      return { ...labels, measures, checks, error: null };
    } catch (error) {
      // Whatever is left of it must not disturb the next run.
      await this.endGenerator();
      await this.endBroker();
      return { ...labels, measures: [], checks: null, error: (error as Error).message };
    }
  }

  private async startedBroker(kind: BrokerKind): Promise<Running> {
    if (this.running !== null) return this.running;
    await mkdir(this.options.dataDirectory, { recursive: true });
    const directory = await mkdtemp(path.join(this.options.dataDirectory, `bench-${kind.name}-`));
    this.broker = kind.create(directory);
    const running = { broker: this.broker, endpoint: await this.broker.start() };
    this.running = running;
    for (const scenario of WARM_UP) await this.play(running, scenario, 'tiny');
    return running;
  }

  private async play({ broker, endpoint }: Running, scenario: Scenario, scale: Scale) {
    const { transport = 'tcp', payloadBytes = DEFAULT_PAYLOAD_BYTES } = scenario;
    const { protocol, threads, timeoutMs } = this.options;
    const runId = `r${++this.runs}`;
    const targetAt = ({ host, ports, login }: Endpoint): Target => ({
      ...{ host, port: ports[transport], transport, login, protocol },
      ...{ payloadBytes, topicPrefix: runId },
    });
    const target = targetAt(endpoint);
    this.generator ??= new LoadGenerator(threads);
    this.generator.startRun(target, timeoutMs);
    this.witness ??= new LoadGenerator(1);
    this.witness.startRun({ ...target, login: endpoint.neighbour ?? endpoint.login }, timeoutMs);
    const { generator, witness } = this;
    return scenario.run({ broker, generator, witness, scale, runId, targetAt });
  }

  private async endBroker(): Promise<void> {
    const { broker } = this;
    this.broker = null;
    this.running = null;
    await broker?.dispose();
  }

  private async endGenerator(): Promise<void> {
    const { generator, witness } = this;
    this.generator = null;
    this.witness = null;
    await Promise.all([generator?.close(), witness?.close()]);
  }
}
