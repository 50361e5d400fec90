import { existsSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { SILENT } from '../../../../tests/harness/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/test-database.ts';
import { createReaders } from './readers.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test.each([true, false])(
  'a reader gives way to all others when it is to, and only then (%s)',
  async (giveWay) => {
    const readers = createReaders({
      connectionString: database.url,
      log: SILENT,
      name: 'test',
      max: 1,
      giveWay,
    });
    const { rows } = await readers.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const [{ pid }] = rows;
    const priority = giveWay ? constants.priority.PRIORITY_LOW : getPriority();
    expect(getPriority(pid)).toBe(priority);
    // Only where Linux shares the processors out by session.
    const autogroup = `/proc/${pid}/autogroup`;
    if (existsSync(autogroup))
      expect(readFileSync(autogroup, 'utf8')).toMatch(new RegExp(` nice ${priority}$`, 'm'));
    await readers.end();
  },
);

test('a connection that breaks between two queries is told to whoever has taken it, by the next one', async () => {
  const readers = createReaders({ connectionString: database.url, log: SILENT, name: 'test', max: 2 });
  const taken = await readers.connect();
  const { rows } = await taken.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => taken.once('end', resolve));
  await readers.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
  await ended;
  await expect(taken.query('SELECT 1')).rejects.toThrow();
  taken.release(true);
  await readers.end();
});
