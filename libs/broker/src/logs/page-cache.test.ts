import { aMessage } from '../../testing/messages.ts';
import { PageCache } from './page-cache.ts';
import type { StoredPage } from '../ports.ts';

const MIB = 1024 * 1024;

let reads = 0;
let taken = 0;
let cache: PageCache;

beforeEach(() => {
  reads = 0;
  taken = 0;
  cache = new PageCache();
});

function aPage(length = 3, bytes = 100): StoredPage {
  return {
    length,
    bytes,
    coversTo: 10,
    sequenceAt: (index) => index + 1,
    entryAt: (index) => {
      taken++;
      return { sequence: index + 1, bytesBefore: 0, message: aMessage() };
    },
  };
}

async function read(from: number, page = aPage()): Promise<StoredPage> {
  return cache.get({ filterId: 1, from, to: 10 }, () => {
    reads++;
    return Promise.resolve(page);
  });
}

test('a page is read once, also by those who ask while it is being read, and its entries are taken apart once', async () => {
  const pages = await Promise.all([read(1), read(1), read(1)]);
  pages.push(await read(1));
  for (const page of pages) expect(page.entryAt(2).sequence).toBe(3);
  expect({ reads, taken }).toEqual({ reads: 1, taken: 1 });
  expect(pages[0].entryAt(2)).toBe(pages[1].entryAt(2));
});

test('another place is another page', async () => {
  await read(1);
  await read(2);
  expect(reads).toBe(2);
});

test('where there was nothing yet it is read again', async () => {
  await read(1, aPage(0));
  await read(1);
  expect(reads).toBe(2);
});

test('a failure is told to everybody who asked and not kept', async () => {
  const fail = () => cache.get({ filterId: 1, from: 1, to: 10 }, () => Promise.reject(new Error('away')));
  const answers = await Promise.allSettled([fail(), read(1)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await read(1)).length).toBe(3);
});

test('what was used longest ago goes when there is too much', async () => {
  for (let from = 1; from <= 8; from++) await read(from, aPage(3, MIB));
  await read(1);
  await read(9, aPage(3, MIB));
  expect(reads).toBe(9);
  await read(1);
  expect(reads).toBe(9);
  await read(2);
  expect(reads).toBe(10);
});
