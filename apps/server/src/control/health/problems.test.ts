import type { HealthView } from './health.dto.ts';
import { problemsOf } from './problems.ts';

const MIB = 1024 * 1024;

const WELL: Omit<HealthView, 'problems'> = {
  ...{ version: '1', startedAt: '', connections: 0, memoryBytes: 0 },
  database: {
    ...{ answers: true, problem: null, answerMs: 1, version: '18.1', sizeBytes: 1 },
    ...{ connections: 20, maxConnections: 100, pools: [] },
  },
  commits: { commits: 1, p50Ms: 1, p99Ms: 5, p50Messages: 1, underWayMs: 0, failures: 0 },
  backlog: { messages: 0, bytes: 0, maxBytes: 64 * MIB },
  eventLoop: { meanMs: 0, p99Ms: 1, maxMs: 5 },
};

test('where all is well there is nothing to say', () => {
  expect(problemsOf(WELL)).toEqual([]);
});

test.each<[Partial<HealthView>, string]>([
  [
    { database: { ...WELL.database, answers: false, problem: 'connection refused' } },
    'PostgreSQL does not answer: connection refused. Durable messages wait, and nobody is told that they arrived',
  ],
  [
    { commits: { ...WELL.commits, underWayMs: 4_200 } },
    'The commit under way has taken 4.2 s: PostgreSQL or its disk is slow',
  ],
  [
    { commits: { ...WELL.commits, p99Ms: 1_500 } },
    'One commit of a hundred takes longer than 1.5 s: PostgreSQL or its disk is slow',
  ],
  [
    { backlog: { messages: 9, bytes: 40 * MIB, maxBytes: 64 * MIB } },
    '40 MiB wait to be committed: publishers are held back at 64 MiB',
  ],
  [
    { eventLoop: { meanMs: 1, p99Ms: 360, maxMs: 400 } },
    'The server is late by 0.4 s at times: it has more to do than one processor can',
  ],
  [{ database: { ...WELL.database, connections: 96 } }, '96 of PostgreSQL’s 100 connections are taken'],
  [
    {
      database: {
        ...WELL.database,
        pools: [{ pool: 'readers', connections: 4, inUse: 4, waiting: 7, max: 4 }],
      },
    },
    '7 requests wait for one of the 4 connections (readers)',
  ],
])('%#: what is not well is said in words', (change, sentence) => {
  expect(problemsOf({ ...WELL, ...change })).toEqual([sentence]);
});
