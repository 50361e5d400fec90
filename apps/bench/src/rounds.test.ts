import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { restante } from './brokers/restante.ts';
import { type Run, Rounds } from './rounds.ts';
import { offline } from './scenarios/offline.ts';
import { connect, idle } from './scenarios/connections.ts';
import { neighbour } from './scenarios/neighbour.ts';
import { newTopics, p2p, p2pLarge, p2pWebSocket } from './scenarios/online.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Servers are started, with a PostgreSQL each. */
const TEST_TIMEOUT_MS = 60_000;

let dataDirectory: string;
let rounds: Rounds | undefined;

beforeEach(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'restante-bench-'));
});

afterEach(async () => {
  await rounds?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

async function runsOf(scenarios: Scenario[], timeoutMs = 20_000): Promise<Run[]> {
  const settings = { scale: 'tiny', rounds: 1, protocol: 5, threads: 2, jsonFile: null } as const;
  rounds = new Rounds({ ...settings, brokers: [restante], scenarios, timeoutMs, dataDirectory });
  const runs: Run[] = [];
  for await (const run of rounds.run([restante])) runs.push(run);
  return runs;
}

test(
  'the built server carries p2p and offline, losing nothing, and leaves nothing behind',
  async () => {
    const runs = await runsOf([...p2p, ...offline]);
    expect(runs.map(({ error }) => error)).toEqual([null, null, null, null, null]);
    expect(runs.map(({ checks }) => checks)).toEqual(
      [5_000, 5_000, 2_000, 1_000, 1_000].map((expected) => ({
        expected,
        lost: 0,
        repeated: 0,
        outOfOrder: 0,
      })),
    );
    expect(runs.flatMap(({ measures }) => measures.map(({ name }) => name))).toEqual([
      ...['', '', ''],
      ...['enqueue', 'drain', 'enqueue', 'drain'],
    ]);
    expect(runs.flatMap(({ measures }) => measures).every(({ value }) => value > 0)).toBe(true);
    expect(await readdir(dataDirectory)).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);

test(
  'so it does WebSocket, large payloads, topics never seen, and a neighbour who waits',
  async () => {
    const runs = await runsOf([...p2pWebSocket, p2pLarge, newTopics, neighbour, connect, idle]);
    expect(runs.map(({ error }) => error)).toEqual(runs.map(() => null));
    expect(runs.map(({ checks }) => checks)).toEqual(
      [5_000, 5_000, 2_000, 2_000, 2_000, 10_000, 0, 0].map((expected) => ({
        expected,
        lost: 0,
        repeated: 0,
        outOfOrder: 0,
      })),
    );
    expect(runs.flatMap(({ measures }) => measures.map(({ name }) => name))).toEqual([
      ...['', '', '', '', ''],
      ...['load', 'PINGRESP p50', 'PINGRESP p99'],
      ...['', 'memory of each', 'of a core, all'],
    ]);
    const rates = runs.flatMap(({ measures }) => measures).filter(({ unit }) => unit.endsWith('/s'));
    expect(rates.every(({ value }) => value > 0)).toBe(true);
  },
  TEST_TIMEOUT_MS,
);

test(
  'a run that takes too long fails, and the next one has a broker of its own',
  async () => {
    const endless: Scenario = {
      name: 'endless',
      variant: '',
      description: '',
      run: async ({ generator, runId }) => {
        const streams = { first: 0, count: 1 };
        const plan = {
          role: 'subscriber',
          session: 'transient',
          qos: 0,
          messages: 1,
          isTimed: false,
        } as const;
        await generator.connect([{ ...plan, clientId: runId, filter: 'nothing', streams }]);
        await generator.exchange({ idleMs: 60_000 });
        throw new Error('It ended');
      },
    };
    const [late, fine] = await runsOf([endless, p2p[1]], 3_000);
    expect(late.error).toContain('longer than the run may');
    expect(fine).toMatchObject({ error: null, checks: { lost: 0 } });
  },
  TEST_TIMEOUT_MS,
);
