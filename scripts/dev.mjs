/**
 * `npm run dev`: the server from its sources, started again when one of them changes, and the dashboard with Next's hot
 * reload; on the embedded PostgreSQL in the data directory, as `npm start`. Ctrl-C stops it.
 */
import path from 'node:path';
import { announce } from './announce.mjs';
import { build } from './build.mjs';
import { run } from './children.mjs';
import { startDashboard } from './dashboard.mjs';

const DATA_DIRECTORY = path.resolve(process.env.RESTANTE_DATA_DIR || 'data');
const SERVER_FLAGS = [
  '--watch',
  '--watch-preserve-output',
  '--conditions=restante-source',
  '--import=./scripts/run-sources.mjs',
  '--enable-source-maps',
];

// What is made from other files, and the client that the dashboard imports.
await build('@restante/database', '@restante/dashboard^...');
const ready = await startServer();
const dashboardUrl = await startDashboard(ready.ports, 'dev');
await announce(ready, dashboardUrl, DATA_DIRECTORY);

/** Resolves with what the server says the first time that everything of it listens. */
function startServer() {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const level = process.env.RESTANTE_LOG_LEVEL || 'warn';
  const env = { ...process.env, RESTANTE_DATA_DIR: DATA_DIRECTORY, RESTANTE_LOG_LEVEL: level };
  const child = run('server', [...SERVER_FLAGS, 'apps/server/src/main.ts'], { env, stdio });
  return new Promise((resolve) => {
    let isFirst = true;
    child.on('message', (message) => {
      if (!message.ready) return;
      if (!isFirst) process.stdout.write('The server runs with what was changed.\n');
      isFirst = false;
      resolve(message);
    });
  });
}
