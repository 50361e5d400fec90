import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { HOST } from './listening.ts';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** As `npm start` runs it. */
const FLAGS = [
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--no-parallel-scavenge',
  '--no-flush-bytecode',
];
const SERVER = [...FLAGS, path.join(ROOT, 'apps/server/dist/main.js')];

/**
 * Starts the built server on free ports, with a PostgreSQL of its own whatever is set here. Its first message tells the
 * ports.
 *
 * @param directory for its data
 * @param settings environment variables beside those
 */
export function startServer(directory: string, settings: Record<string, string>): Child {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RESTANTE_'));
  const env = {
    ...Object.fromEntries(inherited),
    NODE_OPTIONS: '',
    DATABASE_URL: '',
    RESTANTE_DATA_DIR: directory,
    RESTANTE_HOST: HOST,
    RESTANTE_MQTT_PORT: '0',
    RESTANTE_HTTP_PORT: '0',
    RESTANTE_LOG_LEVEL: 'warn',
    ...settings,
  };
  return new Child(process.execPath, SERVER, { env, ipc: true });
}
