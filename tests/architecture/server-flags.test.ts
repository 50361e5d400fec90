import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './imports.ts';

/** Flags of V8, in the order in which they stand before the server's program. */
const flagsIn = (file: string) =>
  readFileSync(path.join(ROOT, file), 'utf8').match(
    /--(max-semi-space-size=\d+|no-[a-z-]*(pretenuring|scavenge|bytecode))/g,
  );

test('the server is run with the same flags wherever it is run', () => {
  const flags = flagsIn('scripts/start.mjs');
  expect(flags?.length).toBe(4);
  for (const file of ['apps/server/package.json', 'apps/bench/src/brokers/server.ts', 'Dockerfile']) {
    expect({ file, flags: flagsIn(file) }).toEqual({ file, flags });
  }
});
