import type { PageRequest, StoredPage } from '@restante/broker';
import { aBatch, aMessage, entriesOf } from '../testing/batches.ts';
import { entriesIn } from '../testing/pages.ts';
import { TestStore } from '../testing/test-store.ts';
import type { PostgresStore } from './postgres-store.ts';

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

function sequencesOf(page: StoredPage): number[] {
  return entriesIn(page).map(({ sequence }) => sequence);
}

/** All that a reader gets who asks again from where the last page ended; how many pages that took. */
async function readAll(request: PageRequest): Promise<{ sequences: number[]; pages: number }> {
  const sequences: number[] = [];
  let pages = 0;
  for (let { from } = request; from <= request.to; pages++) {
    const [page] = await store.readPages([{ ...request, from }]);
    expect(page.coversTo).toBeGreaterThanOrEqual(from);
    sequences.push(...sequencesOf(page));
    from = page.coversTo + 1;
  }
  return { sequences, pages };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a page holds exactly the entries that were asked for, with their bytes', async () => {
  await store.commit(aBatch(1, { entries: entriesOf(1, 1, 40) }));
  await store.commit(aBatch(2, { entries: entriesOf(1, 41, 60) }));
  const [page] = await store.readPages([{ filterId: 1, from: 38, to: 43 }]);
  expect(sequencesOf(page)).toEqual(range(38, 43));
  expect(entriesIn(page).map(({ bytesBefore }) => bytesBefore)).toEqual([370, 380, 390, 400, 410, 420]);
  expect(entriesIn(page)[2].message.payload.toString()).toMatch(/^40/);
});

test('numbers that do not exist are left out, and a page says how far it reaches over them', async () => {
  await store.commit(aBatch(1, { entries: entriesOf(1, 3, 5) }));
  await store.commit(aBatch(2, { entries: entriesOf(1, 9, 9) }));
  const pages = await store.readPages([
    { filterId: 1, from: 1, to: 12 },
    { filterId: 1, from: 6, to: 8 },
    { filterId: 1, from: 10, to: 12 },
    { filterId: 2, from: 1, to: 4 },
  ]);
  expect(pages.map(sequencesOf)).toEqual([[3, 4, 5, 9], [], [], []]);
  expect(pages[0].coversTo).toBeGreaterThanOrEqual(9);
  expect(pages.slice(1).map(({ coversTo }) => coversTo)).toEqual([8, 12, 4]);
});

test('gaps within one run are kept', async () => {
  const entries = entriesOf(1, 1, 9).filter(({ sequence }) => sequence % 3 !== 0);
  await store.commit(aBatch(1, { entries }));
  const { sequences } = await readAll({ filterId: 1, from: 1, to: 9 });
  expect(sequences).toEqual([1, 2, 4, 5, 7, 8]);
});

test('a long queue is read in bounded pages, whole and in order', async () => {
  await store.commit(aBatch(1, { entries: entriesOf(1, 1, 3_000, { size: 1_000 }) }));
  const { sequences, pages } = await readAll({ filterId: 1, from: 1, to: 3_000 });
  expect(sequences).toEqual(range(1, 3_000));
  expect(pages).toBeGreaterThan(8);
  const [first] = await store.readPages([{ filterId: 1, from: 1, to: 3_000 }]);
  expect(entriesIn(first).reduce((sum, { message }) => sum + message.size, 0)).toBeLessThan(300_000);
});

test('many small batches are read in bounded pages too', async () => {
  for (let number = 1; number <= 300; number++) {
    await store.commit(aBatch(number, { entries: entriesOf(1, number, number) }));
  }
  expect((await readAll({ filterId: 1, from: 1, to: 300 })).sequences).toEqual(range(1, 300));
});

test('a message larger than a page is read alone', async () => {
  await store.commit(aBatch(1, { entries: entriesOf(1, 1, 3, { size: 1_000_000 }) }));
  const { sequences, pages } = await readAll({ filterId: 1, from: 1, to: 3 });
  expect(sequences).toEqual([1, 2, 3]);
  expect(pages).toBe(3);
});

test('several requests are answered in their order', async () => {
  await store.commit(aBatch(1, { entries: [...entriesOf(1, 1, 5), ...entriesOf(2, 1, 5)] }));
  const pages = await store.readPages([
    { filterId: 2, from: 4, to: 5 },
    { filterId: 1, from: 1, to: 2 },
    { filterId: 2, from: 1, to: 1 },
  ]);
  expect(pages.map(sequencesOf)).toEqual([[4, 5], [1, 2], [1]]);
});

test('a message of several filters is stored once, and is the same for each', async () => {
  const message = aMessage({ topic: 'é/😀', payload: Buffer.from([0, 1, 255]), subscriptionIdentifier: 9 });
  const entries = [1, 2, 3].map((filterId) => ({
    ...{ filterId, sequence: 4, message, bytesBefore: 0 },
    isKept: false,
  }));
  await store.commit(aBatch(1, { entries }));
  const [{ length }] = await database.query<{ length: number }>('SELECT length(data) FROM segment');
  expect(length).toBeLessThan(2 * message.size + 100);
  const pages = await store.readPages([1, 2, 3].map((filterId) => ({ filterId, from: 1, to: 4 })));
  for (const page of pages) expect(entriesIn(page).map((entry) => entry.message)).toEqual([message]);
});
