'use client';

import type { Health } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount, formatMs } from '@/format/numbers.ts';
import { formatDuration, secondsUntil } from '@/format/times.ts';
import { type Figure, Figures } from '@/interface/figures.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { useNow } from '@/interface/use-now.ts';
import { healthQuery } from './health.ts';

/** How the server and its PostgreSQL do, and what somebody should look at. */
export function HealthSection() {
  const { data, error } = useQuery(healthQuery);
  const now = useNow();
  return (
    <section aria-label="Health" className="flex flex-col gap-3">
      <SectionHeading>Health</SectionHeading>
      <LoadState label="The server’s health" data={data} error={error} rows={3}>
        {(health) => (
          <>
            <Problems problems={health.problems} />
            <Figures figures={figuresOf(health, now)} />
          </>
        )}
      </LoadState>
    </section>
  );
}

function Problems({ problems }: { problems: string[] }) {
  if (problems.length === 0)
    return (
      <p role="status" data-testid="health-problems" className="text-quiet">
        PostgreSQL answers, and nothing waits longer than it should.
      </p>
    );
  return (
    <ul role="alert" data-testid="health-problems" className="flex flex-col gap-1 text-accent">
      {problems.map((problem) => (
        <li key={problem}>{problem}.</li>
      ))}
    </ul>
  );
}

function figuresOf({ commits, backlog, database, eventLoop, ...server }: Health, now: number): Figure[] {
  const { version, sizeBytes, connections, maxConnections, answerMs, answers } = database;
  const uptime = -secondsUntil(server.startedAt, now);
  return [
    { name: 'Commit, median', value: known(commits.p50Ms, formatMs), testId: 'commit-p50' },
    { name: 'Commit, 99 of 100', value: known(commits.p99Ms, formatMs), testId: 'commit-p99' },
    {
      name: 'Waiting for a commit',
      value: `${formatCount(backlog.messages)} · ${formatBytes(backlog.bytes)}`,
      testId: 'backlog',
    },
    { name: 'Event loop late by', value: formatMs(eventLoop.p99Ms), testId: 'event-loop' },
    { name: 'Server up for', value: formatDuration(uptime), testId: 'uptime' },
    {
      name: 'PostgreSQL answers in',
      value: answers ? known(answerMs, formatMs) : 'does not answer',
      testId: 'database-answer',
      isUrgent: !answers,
    },
    { name: 'PostgreSQL', value: version ?? NOT_KNOWN, testId: 'database-version' },
    { name: 'Size of the database', value: known(sizeBytes, formatBytes), testId: 'database-size' },
    {
      name: 'Database connections',
      value: connections === null ? NOT_KNOWN : `${connections} of ${maxConnections}`,
      testId: 'database-connections',
    },
    { name: 'Memory of the server', value: formatBytes(server.memoryBytes), testId: 'server-memory' },
  ];
}

const NOT_KNOWN = '–';

function known(value: number | null, format: (value: number) => string): string {
  return value === null ? NOT_KNOWN : format(value);
}
