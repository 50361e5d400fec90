import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { complaintsAbout } from './migration-rules.ts';

/** Those up to this one were made before anybody had an installation to upgrade. */
const LAST_BEFORE_RULES = '0021_nothing_waits';
const FOLDER = path.resolve(import.meta.dirname, '../../prisma/migrations');

const migrations = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name > LAST_BEFORE_RULES)
  .map(({ name }) => name);

test.each(migrations)('%s keeps no running broker waiting', (name) => {
  expect(complaintsAbout(readFileSync(path.join(FOLDER, name, 'migration.sql'), 'utf8'))).toEqual([]);
});

test.each([
  ['ALTER TABLE "session" ALTER COLUMN "epoch" TYPE BIGINT;', 'rewrites the table'],
  ['ALTER TABLE "session" ALTER "epoch" SET DATA TYPE BIGINT;', 'rewrites the table'],
  ['ALTER TABLE public.session ALTER COLUMN a SET NOT NULL;', 'reads the whole table'],
  ['ALTER TABLE session ADD COLUMN a UUID NOT NULL DEFAULT gen_random_uuid();', 'computed for each row'],
  ['ALTER TABLE session ADD COLUMN a TIMESTAMPTZ DEFAULT clock_timestamp();', 'computed for each row'],
  ['ALTER TABLE session ADD COLUMN a INT NOT NULL;', 'give a default'],
  ['ALTER TABLE session ADD a BIGSERIAL;', 'rewrites the table'],
  ['ALTER TABLE session ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES tenant (id);', 'NOT VALID'],
  ['ALTER TABLE session ADD CONSTRAINT c CHECK (a > 0);', 'NOT VALID'],
  ['ALTER TABLE session ADD CONSTRAINT u UNIQUE (a);', 'USING INDEX'],
  ['ALTER TABLE session RENAME COLUMN a TO b;', 'does not know the new name'],
  ['ALTER TABLE session DROP COLUMN a;', '-- Contract: '],
  ['DROP TABLE session;', '-- Contract: '],
  ['-- An index.\nCREATE INDEX a ON session (a);', 'CONCURRENTLY'],
  ['CREATE UNIQUE INDEX a ON "public"."session" (a);', 'CONCURRENTLY'],
  ['CREATE INDEX CONCURRENTLY a ON session (a); SELECT 1;', 'a migration of its own'],
  ['UPDATE session SET a = 1;', 'writes the whole table'],
  ['LOCK TABLE session;', 'locks a whole table'],
])('%j is refused', (script, sentence) => {
  expect(complaintsAbout(script)).toMatchObject([{ text: expect.stringContaining(sentence) }]);
});

test.each([
  'ALTER TABLE session ADD COLUMN a TEXT, ADD COLUMN "b" INT NOT NULL DEFAULT 0, ADD COLUMN c TIMESTAMPTZ DEFAULT now();',
  'ALTER TABLE session ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;',
  'ALTER TABLE session VALIDATE CONSTRAINT c;',
  'ALTER TABLE session ADD CONSTRAINT u UNIQUE USING INDEX a;',
  'CREATE INDEX CONCURRENTLY a ON session (a);',
  'CREATE TABLE "public"."b" (id BIGSERIAL); CREATE INDEX a ON "public"."b" (id); ALTER TABLE b ADD UNIQUE (id);',
  'CREATE INDEX a ON policy (name);',
  '-- Contract: nothing since 0.2 reads it.\nALTER TABLE session DROP COLUMN a;',
  'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE session SET a = 1; $$;',
])('%j is allowed', (script) => {
  expect(complaintsAbout(script)).toEqual([]);
});
