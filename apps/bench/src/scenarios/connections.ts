/** Connections for their own sake: how fast they come about, and what they cost while nothing happens on them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IdlePlan } from '../generator/plans.ts';
import { type Usage, usageOf } from '../process-usage.ts';
import { NO_MESSAGES, perSecond, type Scenario, type Stage } from './scenario.ts';

/** After the connections, so that what their coming about costs is not counted as what they cost. */
const SETTLING_MS = 2_000;
const WATCHED_MS = 5_000;

export const connect: Scenario = {
  name: 'connect',
  variant: '',
  description: 'connections that come one after the other, at most 50 at a time, from TCP to CONNACK',
  run: async ({ generator, runId, scale }) => {
    const connections = { tiny: 100, quick: 2_000, full: 10_000 }[scale];
    const { startedAt, endedAt } = await generator.connect(idlers(runId, connections));
    await generator.disconnect();
    const value = perSecond(connections, startedAt, endedAt);
    return { measures: [{ name: '', unit: 'conn/s', value }], checks: NO_MESSAGES };
  },
};

export const idle: Scenario = {
  name: 'idle',
  variant: '',
  description: 'connections on which nothing happens: what the process that holds them takes for them',
  run: async (stage) => {
    const connections = { tiny: 80, quick: 8_000, full: 12_000 }[stage.scale];
    const { before, after, later } = await watched(stage, connections);
    const bytesEach = (after.residentBytes - before.residentBytes) / connections;
    const cpuShare = (later.cpuMs - after.cpuMs) / (later.at - after.at);
    return {
      measures: [
        { name: 'memory of each', unit: 'KB', value: bytesEach / 1_024 },
        { name: 'of a core, all', unit: '%', value: 100 * cpuShare },
      ],
      checks: NO_MESSAGES,
    };
  },
};

async function watched(
  { broker, generator, runId }: Stage,
  connections: number,
): Promise<Record<string, Usage>> {
  // The code that takes a connection is compiled, and memory for it at hand, before the count begins.
  await generator.connect(idlers(`${runId}w`, connections / 8));
  await generator.disconnect();
  await pause(SETTLING_MS);
  const before = usageOf(broker.pid!);
  await generator.connect(idlers(runId, connections));
  await pause(SETTLING_MS);
  const after = usageOf(broker.pid!);
  await pause(WATCHED_MS);
  const later = usageOf(broker.pid!);
  await generator.disconnect();
  return { before, after, later };
}

function idlers(runId: string, count: number): IdlePlan[] {
  return Array.from({ length: count }, (_, index) => ({
    role: 'idle',
    clientId: `${runId}i${index}`,
    pingEveryMs: null,
  }));
}
