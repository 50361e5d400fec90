/** Part of `npm version`: what the changelog has under Unreleased becomes what the new version brings. */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../CHANGELOG.md', import.meta.url);
const HEADING = '## Unreleased\n';

const version = process.env.npm_package_version;
const text = readFileSync(FILE, 'utf8');
if (!text.includes(HEADING)) throw new Error('CHANGELOG.md has no heading "Unreleased"');
const today = new Date().toISOString().slice(0, 10);
writeFileSync(FILE, text.replace(HEADING, `${HEADING}\n## ${version} - ${today}\n`));
