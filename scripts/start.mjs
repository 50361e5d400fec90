/**
 * `npm start`: builds what is stale, runs the server (with its embedded PostgreSQL) and the dashboard, says where
 * everything is, and stops all of it on Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = process.env.RESTANTE_HOST || '127.0.0.1';
const DATA_DIRECTORY = path.resolve(process.env.RESTANTE_DATA_DIR || 'data');
const READY_TIMEOUT_MS = 60_000;
/** The server says by itself that it did not stop in time. */
const STOP_TIMEOUT_MS = (Number(process.env.RESTANTE_SHUTDOWN_SECONDS) || 30) * 1_000 + 5_000;

/**
 * What the broker allocates is gone after a turn: a nursery of 8 MiB is as good as a larger one, and its memory stays
 * smaller. Compiled code is kept: many devices at once come back after a time in which none did.
 */
const SERVER_FLAGS = ['--max-semi-space-size=8', '--no-flush-bytecode'];

/** Running children, the last started first. */
const children = [];
let server = null;
let isStopping = false;

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (isStopping ? insist() : stop(0)));

await build();
const ready = await startServer();
const dashboardUrl = await startDashboard(ready.ports);
await announce(ready, dashboardUrl);

/** Quiet when nothing is stale; all output when it fails. */
async function build() {
  const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
  process.stdout.write('Building what has changed …\n');
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const child = run('build', [turbo, 'run', 'build', '--output-logs=errors-only'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-100_000)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (isStopping) return forever();
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build failed.\n`);
    process.exit(1);
  }
}

/** Resolves with what the server says once everything of it listens. */
async function startServer() {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const level = process.env.RESTANTE_LOG_LEVEL || 'warn';
  const env = { ...process.env, RESTANTE_DATA_DIR: DATA_DIRECTORY, RESTANTE_LOG_LEVEL: level };
  server = run('server', [...SERVER_FLAGS, 'apps/server/dist/main.js'], { env, stdio });
  return new Promise((resolve) => server.once('message', resolve));
}

/** Resolves with its address once it answers. */
async function startDashboard({ http, mqtt }) {
  const port = await dashboardPort();
  const next = createRequire(path.join(ROOT, 'apps/dashboard/package.json')).resolve('next/dist/bin/next');
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    RESTANTE_SERVER_URL: `http://${isAnyAddress(HOST) ? '127.0.0.1' : HOST}:${http}`,
    RESTANTE_MQTT_PORT: String(mqtt),
  };
  let output = '';
  const args = [next, 'start', '--hostname', HOST, '--port', String(port)];
  const child = run('dashboard', args, {
    cwd: path.join(ROOT, 'apps/dashboard'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', () => undefined);
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-10_000)));
  child.on('exit', () => !isStopping && process.stderr.write(output));
  const url = `http://${isAnyAddress(HOST) ? 'localhost' : HOST}:${port}`;
  await untilItAnswers(url);
  return url;
}

/** Says where everything is, to programs (ports.json) and to people. */
async function announce({ ports, firstAdministrator }, dashboardUrl) {
  const file = path.join(DATA_DIRECTORY, 'ports.json');
  await writeFile(
    `${file}.new`,
    `${JSON.stringify({ ...ports, dashboard: Number(new URL(dashboardUrl).port) })}\n`,
  );
  await rename(`${file}.new`, file);

  const host = isAnyAddress(HOST) ? 'localhost' : HOST;
  const passwordFile = path.join(DATA_DIRECTORY, 'demo-password');
  const relative = path.relative(process.cwd(), passwordFile);
  const password = relative.startsWith('..') ? passwordFile : relative;
  const login = `-h ${host} -p ${ports.mqtt} -u demo:device -P "$(cat ${password})"`;
  const lines = [
    '',
    'Restante is running.',
    '',
    `  Dashboard   ${dashboardUrl}`,
    `  MQTT        mqtt://${host}:${ports.mqtt}, ws://${host}:${ports.http}/mqtt`,
    ...tlsLines(host, ports),
    `  REST        http://${host}:${ports.http}/api/v1  (documentation: http://${host}:${ports.http}/api/docs)`,
    `  PostgreSQL  ${ports.postgres === null ? 'DATABASE_URL' : `127.0.0.1:${ports.postgres} (embedded)`}`,
    `  Data        ${DATA_DIRECTORY}`,
    '',
    ...administratorLines(firstAdministrator),
    ...(await demoLines(password, login)),
    'Ctrl-C stops it.',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

function tlsLines(host, { mqtts, https }) {
  if (mqtts === null) return [];
  return [`  over TLS    mqtts://${host}:${mqtts}, wss://${host}:${https}/mqtt, https://${host}:${https}`];
}

function administratorLines(administrator) {
  if (administrator === null) return [];
  const { email, generatedPassword } = administrator;
  const password =
    generatedPassword === null
      ? 'as given in RESTANTE_ADMIN_PASSWORD'
      : `${generatedPassword}   (shown this once)`;
  return ['  First administrator', `    e-mail    ${email}`, `    password  ${password}`, ''];
}

async function demoLines(passwordFile, login) {
  const isThere = await readFile(passwordFile).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  return [
    '  Try it, in two other terminals in this folder:',
    `    mosquitto_sub ${login} -i hall -c -q 1 -t 'home/#' -v`,
    `    mosquitto_pub ${login} -q 1 -t home/door -m open`,
    '',
  ];
}

/** A child of ours, in a process group of its own: Ctrl-C reaches this process alone, which stops them in order. */
function run(name, args, options) {
  const child = spawn(process.execPath, args, { cwd: ROOT, detached: true, ...options });
  children.unshift(child);
  child.on('exit', (code, signal) => {
    children.splice(children.indexOf(child), 1);
    if (isStopping || name === 'build') return;
    // The server has said why, in one line.
    if (name !== 'server' || signal !== null)
      process.stderr.write(`The ${name} ended (${signal ?? `exit code ${code}`}).\n`);
    void stop(code || 1);
  });
  return child;
}

async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  const giveUp = setTimeout(() => {
    for (const { pid } of children) process.kill(pid, 'SIGKILL');
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  for (const child of [...children]) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const endedWith = await ended;
    // Next does not say by it whether it ended well.
    if (child === server) code ||= endedWith ?? 1;
  }
  clearTimeout(giveUp);
  process.exit(code);
}

/** Told a second time: the children are, too. */
function insist() {
  for (const child of children) child.kill('SIGTERM');
}

async function dashboardPort() {
  const wanted = process.env.RESTANTE_DASHBOARD_PORT || '3000';
  if (!/^\d+$/.test(wanted) || Number(wanted) > 65_535) {
    process.stderr.write(
      `RESTANTE_DASHBOARD_PORT must be a port from 0 to 65535 (0: any free one), not "${wanted}"\n`,
    );
    await stop(1);
  }
  const free = await tryPort(Number(wanted));
  if (free !== null) return free;
  process.stderr.write(
    `Port ${wanted} (the dashboard's, RESTANTE_DASHBOARD_PORT) is in use by another program.\n`,
  );
  return stop(1);
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(null));
    server.listen(port, HOST, () => {
      const chosen = server.address().port;
      server.close(() => resolve(chosen));
    });
  });
}

async function untilItAnswers(url) {
  for (const end = Date.now() + READY_TIMEOUT_MS; Date.now() < end;) {
    if (
      await fetch(url, { redirect: 'manual' }).then(
        () => true,
        () => false,
      )
    )
      return;
    if (isStopping) return forever();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.stderr.write('The dashboard does not answer.\n');
  return stop(1);
}

function isAnyAddress(host) {
  return host === '0.0.0.0' || host === '::';
}

/** The end is under way: nothing after this happens. */
function forever() {
  return new Promise(() => undefined);
}
