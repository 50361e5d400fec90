import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { createTestDatabase } from '../../../../tests/harness/test-database.ts';
import { migrationScripts } from '../migrate.ts';
import { BackupReader, checkBackup } from './backup-file.ts';
import { ownTables } from './own-tables.ts';

const HEAD = '{"format":"restante-backup","version":1,"migrations":[],"sequences":{},"files":{}}\n';
const TABLE = '{"table":"\\"public\\".\\"a\\"","columns":[]}\n';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'restante-backup-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const file = path.join(directory, 'a.backup');
  await writeFile(file, gzipSync(text));
  return file;
}

// Rows as long as what is read at once, so that their end is cut at every place.
test.each([0, 1, 2, 3, 16_380, 16_381, 16_382, 16_383, 16_384, 40_000])(
  'rows of %i bytes are read to their end and no further',
  async (length) => {
    const rows = length === 0 ? '' : `${'x'.repeat(length - 1)}\n`;
    const reader = new BackupReader(
      await fileOf(`${HEAD}${TABLE}${rows}\\.\n${TABLE}\\.\n{"end":true,"tables":2}\n`),
    );
    await reader.head();
    expect(await reader.next()).toMatchObject({ table: '"public"."a"' });
    const read: Buffer[] = [];
    for await (const piece of reader.rows()) read.push(piece);
    expect(Buffer.concat(read).toString() === rows).toBe(true);
    expect(await reader.next()).toMatchObject({ table: '"public"."a"' });
    for await (const _ of reader.rows()) throw new Error('There are none');
    expect(await reader.next()).toMatchObject({ end: true, tables: 2 });
    reader.close();
  },
);

test.each([
  ['no backup', 'something else\n', 'is no backup of Restante'],
  ['of a later format', HEAD.replace('1', '2'), 'has version 2 of the format; this Restante knows 1'],
  ['without its end', `${HEAD}${TABLE}x\n`, 'is not whole: its end is missing'],
  ['with a table too few', `${HEAD}{"end":true,"tables":1}\n`, 'it has 0 of 1 tables'],
])('a file that is %s is refused', async (_what, text, sentence) => {
  await expect(checkBackup(await fileOf(text))).rejects.toThrow(sentence);
});

test('one that is not there, and one that is not compressed, are refused', async () => {
  await expect(checkBackup(path.join(directory, 'nothing'))).rejects.toThrow('is not there');
  const file = path.join(directory, 'plain');
  await writeFile(file, HEAD);
  await expect(checkBackup(file)).rejects.toThrow('cannot be read');
});

test('the tables of a backup are all that the migrations have made, behind what they refer to; an application keeps its own', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('"%s"."%s"', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'restante', 'restante_read') AND tablename <> '_prisma_migrations' ORDER BY 1`,
  );
  await client.query('CREATE TABLE orders (id int)');
  const own = (await ownTables(client, [...(await migrationScripts()).values()])).map(({ table }) => table);
  expect([...own].sort()).toEqual(rows.map(({ name }) => name).sort());
  expect(own.indexOf('"public"."tenant"')).toBeLessThan(own.indexOf('"public"."credential"'));
  expect(own.indexOf('"public"."policy"')).toBeLessThan(own.indexOf('"public"."credential"'));
  await client.end();
  await database.drop();
});
