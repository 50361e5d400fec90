import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { forever, isEnding, ROOT, run, stop } from './children.mjs';
import { HOST, isAnyAddress } from './host.mjs';

const READY_TIMEOUT_MS = 60_000;

/**
 * Resolves with its address once it answers.
 *
 * @param command Next's: `start` what was built, or `dev` the sources
 */
export async function startDashboard({ http, mqtt }, command) {
  const port = await dashboardPort();
  const next = createRequire(path.join(ROOT, 'apps/dashboard/package.json')).resolve('next/dist/bin/next');
  const env = {
    ...process.env,
    NODE_ENV: command === 'dev' ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    RESTANTE_SERVER_URL: `http://${isAnyAddress(HOST) ? '127.0.0.1' : HOST}:${http}`,
    RESTANTE_MQTT_PORT: String(mqtt),
  };
  let output = '';
  const args = [next, command, '--hostname', HOST, '--port', String(port)];
  const child = run('dashboard', args, {
    cwd: path.join(ROOT, 'apps/dashboard'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', () => undefined);
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-10_000)));
  child.on('exit', () => !isEnding() && process.stderr.write(output));
  const url = `http://${isAnyAddress(HOST) ? 'localhost' : HOST}:${port}`;
  await untilItAnswers(url);
  return url;
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
    if (isEnding()) return forever();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.stderr.write('The dashboard does not answer.\n');
  return stop(1);
}
