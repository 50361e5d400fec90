/**
 * Part of `npm version`: what the changelog has under Unreleased becomes the section of the new version. With `--check`
 * nothing is written: `npm version` does that first, so that a release that is refused has changed nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../CHANGELOG.md', import.meta.url);
const HEADING = '## Unreleased\n';

const version = process.env.npm_package_version;
const text = readFileSync(FILE, 'utf8');
const [before, after, ...others] = text.split(HEADING);
if (after === undefined || others.length > 0)
  throw new Error('CHANGELOG.md must have one heading "Unreleased"');
if (!/^\S/.test(after.trimStart()) || /^## /.test(after.trimStart()))
  throw new Error('CHANGELOG.md has nothing under "Unreleased" to release');
if (!process.argv.includes('--check')) {
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(FILE, `${before}${HEADING}\n## ${version} - ${today}\n${after}`);
}
