import type { HealthView } from './health.dto.ts';

const SLOW_COMMIT_MS = 1_000;
const FULL_SHARE = 0.5;
const LATE_MS = 200;
const FEW_LEFT_SHARE = 0.9;
const MIB = 1024 * 1024;

/** What an operator should look at, in plain words; the alerts of deploy/prometheus are about the same. */
export function problemsOf({
  database,
  commits,
  backlog,
  eventLoop,
}: Omit<HealthView, 'problems'>): string[] {
  const problems: string[] = [];
  if (!database.answers) {
    problems.push(
      `PostgreSQL does not answer: ${database.problem}. Durable messages wait, and nobody is told that they arrived`,
    );
  } else if (commits.underWayMs > SLOW_COMMIT_MS) {
    problems.push(
      `The commit under way has taken ${seconds(commits.underWayMs)} s: PostgreSQL or its disk is slow`,
    );
  } else if (commits.p99Ms !== null && commits.p99Ms > SLOW_COMMIT_MS) {
    problems.push(
      `One commit of a hundred takes longer than ${seconds(commits.p99Ms)} s: PostgreSQL or its disk is slow`,
    );
  }
  if (backlog.bytes > backlog.maxBytes * FULL_SHARE) {
    const [waiting, max] = [backlog.bytes, backlog.maxBytes].map((bytes) => Math.round(bytes / MIB));
    problems.push(`${waiting} MiB wait to be committed: publishers are held back at ${max} MiB`);
  }
  if (eventLoop.p99Ms > LATE_MS) {
    problems.push(
      `The server is late by ${seconds(eventLoop.p99Ms)} s at times: it has more to do than one processor can`,
    );
  }
  const { connections, maxConnections } = database;
  if (connections !== null && maxConnections !== null && connections > maxConnections * FEW_LEFT_SHARE) {
    problems.push(`${connections} of PostgreSQL’s ${maxConnections} connections are taken`);
  }
  for (const { pool, waiting, max } of database.pools)
    if (waiting > max) problems.push(`${waiting} requests wait for one of the ${max} connections (${pool})`);
  return problems;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
