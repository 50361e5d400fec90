import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Where the environment is read: the server's settings, and those of the dashboard. */
const READERS = ['apps/server/src/config.ts', 'scripts/dashboard.mjs'];
const SETTING = /\b(?:RESTANTE_[A-Z_]*[A-Z]|DATABASE_URL)\b/g;

function settingsIn(file: string): string[] {
  return [...new Set(readFileSync(path.join(ROOT, file), 'utf8').match(SETTING))];
}

test('docs/SETTINGS.md has every setting, and no other', () => {
  const read = new Set(READERS.flatMap(settingsIn));
  const told = settingsIn('docs/SETTINGS.md').filter((name) => !name.endsWith('_FILE'));
  expect(told.toSorted()).toEqual([...read].toSorted());
});
