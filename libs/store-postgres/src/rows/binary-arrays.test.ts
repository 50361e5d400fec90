import { TestStore } from '../../testing/test-store.ts';
import { byteaArray, int8Array } from './binary-arrays.ts';
import { formatRanges, parseRanges } from './multirange.ts';

let database: TestStore;

beforeAll(async () => {
  database = await TestStore.start();
});

afterAll(() => database.dispose());

test.each([
  [[]],
  [[0]],
  [[1, -1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
])('PostgreSQL reads whole numbers as they are: %j', async (values) => {
  const rows = await database.query<{ value: number }>('SELECT unnest($1::bigint[]) AS value', [
    int8Array(values),
  ]);
  expect(rows.map(({ value }) => value)).toEqual(values);
});

test.each([[[]], [[Buffer.alloc(0)]], [[Buffer.from([0, 255, 92]), null, Buffer.alloc(100_000, 7)]]])(
  'PostgreSQL reads bytes as they are, and none as NULL (%#)',
  async (values: (Buffer | null)[]) => {
    const rows = await database.query<{ value: Buffer | null }>('SELECT unnest($1::bytea[]) AS value', [
      byteaArray(values),
    ]);
    expect(rows.map(({ value }) => value)).toEqual(values);
  },
);

test.each([
  [[]],
  [[[1, 1]]],
  [
    [
      [3, 5],
      [7, 7],
      [10, Number.MAX_SAFE_INTEGER - 1],
    ],
  ],
])('ranges come back from PostgreSQL as they were given: %j', async (ranges) => {
  const given = ranges as [number, number][];
  const [{ text, count }] = await database.query<{ text: string; count: number }>(
    'SELECT $1::int8multirange::text AS text, range_count($1::int8multirange) AS count',
    [formatRanges(given)],
  );
  expect(parseRanges(text)).toEqual(given);
  expect(count).toBe(given.reduce((sum, [from, to]) => sum + to - from + 1, 0));
});
