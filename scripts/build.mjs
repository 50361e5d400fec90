import { createRequire } from 'node:module';
import { forever, isEnding, run } from './children.mjs';

const KEPT_OUTPUT_CHARACTERS = 100_000;

/**
 * Builds what is stale: everything, or what `filters` say (as turbo's --filter). Quiet when nothing is; all output when
 * it fails, and then this process ends.
 */
export async function build(...filters) {
  const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
  process.stdout.write('Building what has changed …\n');
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const chosen = filters.map((filter) => `--filter=${filter}`);
  const child = run('build', [turbo, 'run', 'build', '--output-logs=errors-only', ...chosen], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (isEnding()) return forever();
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build failed.\n`);
    process.exit(1);
  }
}
