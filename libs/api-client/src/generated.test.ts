import { Validator } from '@seriousme/openapi-schema-validator';
import { readFile } from 'node:fs/promises';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import prettier from 'prettier';

const DESCRIPTION = new URL('../openapi.json', import.meta.url);
const SCHEMA = new URL('schema.ts', import.meta.url);

// That the server describes itself so is a test of the server's (control-plane.test.ts).

test('the description is one of OpenAPI 3', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(await readFile(DESCRIPTION, 'utf8')));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toMatch(/^3\./);
});

test('the types are those that are generated from it', async () => {
  const generated = COMMENT_HEADER + astToString(await openapiTS(DESCRIPTION));
  const filepath = SCHEMA.pathname;
  const options = await prettier.resolveConfig(filepath);
  expect(await prettier.format(generated, { ...options, filepath })).toBe(await readFile(SCHEMA, 'utf8'));
});
