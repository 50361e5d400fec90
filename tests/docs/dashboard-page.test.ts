import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CAPTIONS } from '../e2e/screenshots/captions.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs');
const page = readFileSync(path.join(DOCS, 'DASHBOARD.md'), 'utf8');

test('every picture of the dashboard is on its page, with its caption', () => {
  const pictures = readdirSync(path.join(DOCS, 'images'));
  const names = pictures.map((file) => file.replace(/-(light|dark)\.png$/, ''));
  expect(Object.keys(CAPTIONS).toSorted()).toEqual([...new Set(names)].toSorted());
  const shown = pictures.filter((file) => page.includes(`"images/${file}"`));
  expect(shown).toEqual(pictures);
  expect(Object.values(CAPTIONS).filter((caption) => !page.includes(`\n\n${caption}\n\n`))).toEqual([]);
});
