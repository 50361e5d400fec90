import { readFileSync } from 'node:fs';
import path from 'node:path';
import { coverage, page, unknownTags } from './coverage.ts';

test('every normative statement has a test, or the reason why none can show it', () => {
  const bare = coverage().filter(({ tests, reason }) => tests.length === 0 && reason === null);
  expect(bare.map(({ statement }) => statement)).toEqual([]);
});

test('no statement has both a test and a reason for having none', () => {
  const both = coverage().filter(({ tests, reason }) => tests.length > 0 && reason !== null);
  expect(both.map(({ statement }) => statement)).toEqual([]);
});

test('no test names a statement that does not exist', () => {
  expect(unknownTags()).toEqual([]);
});

test('docs/conformance.md is current (npm run conformance)', () => {
  const file = path.join(import.meta.dirname, '../../docs/conformance.md');
  expect(readFileSync(file, 'utf8')).toBe(page());
});
