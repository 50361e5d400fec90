/**
 * Mutated packets against a running broker: `npm run fuzz -- --packets 10000000 --seed 1 --seconds 3600`. It must stay
 * up, say nothing of a packet that it could not handle, keep its memory level, and other clients must not notice.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startServer } from '../harness/test-server.ts';
import { Attacker, type Tally } from './attacker.ts';
import type { Login } from './packets.ts';
import { Random } from './random.ts';
import { Witness } from './witness.ts';

const ATTACKERS = 40;
const TENANTS = 8;
const REMEMBERED = 60;
const MEGABYTE = 1024;
/** What may be kept comes to an end soon, so that memory must be level then. */
const SETTINGS = { maxSubscriptions: 20, maxQueuedMessages: 100 };

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3600' },
  },
});
const wanted = Number(values.packets);
const deadline = Date.now() + Number(values.seconds) * 1_000;

// Only errors are written: whatever is in the log is a failure.
const server = await startServer({ env: { RESTANTE_LOG_LEVEL: 'error' } });
const tally: Tally = { packets: 0, wild: 0, connections: 0 };
const recent: Buffer[] = [];
const startedAt = Date.now();
let settledMegabytes = 0;

async function loginOf(tenant: string): Promise<Login> {
  await server.createTenant(tenant);
  const { mqttUsername, password } = await server.createCredential(tenant, 'device', SETTINGS);
  return { username: mqttUsername, password };
}

function megabytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / MEGABYTE);
}

function remember(bytes: Buffer): void {
  recent.push(bytes);
  if (recent.length > REMEMBERED) recent.shift();
}

const hasFailed = () => !server.isRunning || /"level":(50|60)/.test(server.log);
const isOver = () => tally.packets >= wanted || Date.now() > deadline || hasFailed();

function report(): void {
  const seconds = (Date.now() - startedAt) / 1_000;
  const rate = Math.round(tally.packets / seconds);
  const { packets, connections } = tally;
  process.stdout.write(
    `${seconds.toFixed(0)} s: ${packets} packets (${rate}/s), ${connections} connections, ${megabytes()} MB\n`,
  );
}

try {
  const random = new Random(Number(values.seed));
  const logins: Login[] = [];
  for (let index = 0; index < TENANTS; index++) logins.push(await loginOf(`fuzz-${index}`));
  const witness = await Witness.start(server.ports.mqtt, await loginOf('witness'));
  const startMegabytes = megabytes();

  const reporter = setInterval(() => {
    if (settledMegabytes === 0 && tally.packets > wanted / 5) settledMegabytes = megabytes();
    report();
  }, 5_000);
  const attackers = Array.from(
    { length: ATTACKERS },
    (_, index) => new Attacker(server.ports.mqtt, random.fork(), logins[index % TENANTS], tally, remember),
  );
  await Promise.all(attackers.map((attacker) => attacker.run(isOver)));
  clearInterval(reporter);

  if (hasFailed()) {
    process.stdout.write(
      `${server.log}\nSent last:\n${recent.map((bytes) => bytes.toString('hex').slice(0, 2_000)).join('\n')}\n`,
    );
  }
  const seen = await witness.end();
  const endMegabytes = server.isRunning ? megabytes() : 0;
  const failures = [
    ...(server.isRunning ? [] : ['the broker ended']),
    ...(/"level":(50|60)/.test(server.log) ? [`the broker reported an error:\n${server.log}`] : []),
    ...(seen.received === seen.sent
      ? []
      : [`${seen.sent - seen.received} messages of the witness are missing`]),
    ...seen.disturbances,
    ...(settledMegabytes > 0 && endMegabytes > settledMegabytes * 1.5 + 64 ? ['memory grew'] : []),
    ...(tally.packets >= wanted ? [] : [`only ${tally.packets} packets`]),
  ];
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  process.stdout.write(
    `${JSON.stringify({ ...tally, seconds, startMegabytes, settledMegabytes, endMegabytes, witness: seen, failures }, null, 2)}\n`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await server.dispose();
}
