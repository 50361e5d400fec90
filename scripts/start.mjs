/**
 * `npm start`: builds what is stale, runs the server (with its embedded PostgreSQL) and the dashboard, says where
 * everything is, and stops all of it on Ctrl-C.
 */
import path from 'node:path';
import { announce } from './announce.mjs';
import { build } from './build.mjs';
import { run } from './children.mjs';
import { startDashboard } from './dashboard.mjs';

const DATA_DIRECTORY = path.resolve(process.env.RESTANTE_DATA_DIR || 'data');

/**
 * What the broker allocates is gone after a turn: a nursery of 8 MiB is as good as a larger one, and its memory stays
 * smaller. For the same reason nothing is allocated among the old objects to begin with, because much of it lived for
 * long some time ago: a list there keeps all that was in it until all old objects are collected. And what little is left
 * in the nursery is looked through sooner by one thread than by several that wait for each other. Compiled code is kept:
 * many devices at once come back after a time in which none did.
 */
const SERVER_FLAGS = [
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--no-parallel-scavenge',
  '--no-flush-bytecode',
];

await build();
const ready = await startServer();
const dashboardUrl = await startDashboard(ready.ports, 'start');
await announce(ready, dashboardUrl, DATA_DIRECTORY);

/** Resolves with what the server says once everything of it listens. */
async function startServer() {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const level = process.env.RESTANTE_LOG_LEVEL || 'warn';
  const env = { ...process.env, RESTANTE_DATA_DIR: DATA_DIRECTORY, RESTANTE_LOG_LEVEL: level };
  const child = run('server', [...SERVER_FLAGS, 'apps/server/dist/main.js'], { env, stdio });
  return new Promise((resolve) => child.once('message', resolve));
}
