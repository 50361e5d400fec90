import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/release-notes.mjs');
const HEAD = '# Changelog\n\n## Unreleased\n';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'restante-release-'));
  await mkdir(path.join(folder, 'scripts'));
  await copyFile(SCRIPT, path.join(folder, 'scripts/release-notes.mjs'));
});
afterEach(() => rm(folder, { recursive: true }));

/** @returns the changelog after a release of 1.2.3 */
async function release(changelog: string): Promise<string> {
  const file = path.join(folder, 'CHANGELOG.md');
  await writeFile(file, changelog);
  const env = { ...process.env, npm_package_version: '1.2.3' };
  execFileSync(process.execPath, ['scripts/release-notes.mjs'], { cwd: folder, env, stdio: 'pipe' });
  return readFile(file, 'utf8');
}

test('a release turns what is unreleased into its section', async () => {
  const released = await release(`${HEAD}\n### Added\n\n- a thing\n\n## 1.2.2 - 2026-01-01\n\n- older\n`);
  expect(released).toMatch(
    /^# Changelog\n\n## Unreleased\n\n## 1\.2\.3 - \d{4}-\d\d-\d\d\n\n### Added\n\n- a thing\n\n## 1\.2\.2/,
  );
});

test('a release without anything to tell, or with two places for it, is refused', async () => {
  await expect(release(`${HEAD}\n## 1.2.2 - 2026-01-01\n\n- older\n`)).rejects.toThrow('nothing under');
  await expect(release(HEAD)).rejects.toThrow('nothing under');
  await expect(release('# Changelog\n')).rejects.toThrow('one heading');
  await expect(release(`${HEAD}\n- a\n\n## Unreleased\n\n- b\n`)).rejects.toThrow('one heading');
});
