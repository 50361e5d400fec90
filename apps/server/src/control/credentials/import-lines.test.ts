import { type ReadLine, readLines } from './import-lines.ts';
import type { ImportCredentials } from './import.dto.ts';

async function all(lines: AsyncIterable<ReadLine>): Promise<ReadLine[]> {
  const found: ReadLine[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

const read = (given: Pick<ImportCredentials, 'format' | 'data'>) => all(readLines(given));

test('CSV: columns in any order, quotes, empty fields and lines', async () => {
  const data =
    '\uFEFFlabel, username ,clientId,enabled,clientIdRule\n"a, ""b""",one,,,\n\n,two,floor/,false,prefix\nc,three,x,true,\n';
  expect(await read({ format: 'csv', data })).toEqual([
    { line: 2, username: 'one', credential: { username: 'one', label: 'a, "b"' }, error: null },
    {
      line: 4,
      username: 'two',
      credential: { username: 'two', enabled: false, clientId: { rule: 'prefix', value: 'floor/' } },
      error: null,
    },
    {
      line: 5,
      username: 'three',
      credential: { username: 'three', label: 'c', enabled: true, clientId: { rule: 'exact', value: 'x' } },
      error: null,
    },
  ]);
});

test('CSV: several values in one column', async () => {
  const data = 'username,loginMethods,certificateFingerprints\none,certificate  token,ab cd\ntwo,,\n';
  const both = { loginMethods: ['certificate', 'token'], certificateFingerprints: ['ab', 'cd'] };
  expect(await read({ format: 'csv', data })).toEqual([
    { line: 2, username: 'one', credential: { username: 'one', ...both }, error: null },
    { line: 3, username: 'two', credential: { username: 'two' }, error: null },
  ]);
});

test('JSON lines: what a credential is issued with', async () => {
  const data =
    '{"username":"one","acl":[{"effect":"deny","action":"all","topicFilter":"a/#"}]}\r\n\n[1]\nnot json\n';
  expect(await read({ format: 'json-lines', data })).toEqual([
    {
      line: 1,
      username: 'one',
      credential: { username: 'one', acl: [{ effect: 'deny', action: 'all', topicFilter: 'a/#' }] },
      error: null,
    },
    { line: 3, username: null, credential: null, error: expect.any(String) },
    { line: 4, username: null, credential: null, error: 'The line is not a JSON object' },
  ]);
});

test.each([
  ['username\na b\n', 'username must be'],
  ['username,enabled\na,maybe\n', 'enabled must be a boolean'],
  ['username,expiresAt\na,tomorrow\n', 'expiresAt must be a time'],
  ['username,clientIdRule\na,some\n', 'rule must be one of'],
])('%j is refused with a sentence', async (data, sentence) => {
  const [{ credential, error }] = await read({ format: 'csv', data });
  expect(credential).toBeNull();
  expect(error).toContain(sentence);
});

test('a name that comes again is refused, and told where it came first', async () => {
  const lines = await read({ format: 'csv', data: 'username\na\nb\na\n' });
  expect(lines.map(({ error }) => error)).toEqual([null, null, '"a" stands in line 2 already']);
});

test.each([
  ['csv', 'user\na\n', 'Columns are username'],
  ['csv', 'label\na\n', 'no column "username"'],
  ['json-lines', '{}\n'.repeat(10_001), '10000 lines at the most'],
] as const)('the whole is refused: %s %s', async (format, data, sentence) => {
  await expect(read({ format, data })).rejects.toThrow(sentence);
});

test('a line of another length is told and passed over', async () => {
  const lines = await read({ format: 'csv', data: 'username,label\na,x\nb,c,d\ne,f\n' });
  expect(lines).toHaveLength(3);
  expect(lines.toSorted((a, b) => a.line - b.line)).toMatchObject([
    { line: 2, username: 'a', error: null },
    { line: 3, credential: null, error: expect.stringContaining('Invalid Record Length') },
    { line: 4, username: 'e', error: null },
  ]);
});

test('a quotation without an end is told', async () => {
  const lines = await read({ format: 'csv', data: 'username\na\n"b\nc\n' });
  expect(lines.toSorted((a, b) => a.line - b.line)).toMatchObject([
    { line: 2, username: 'a', error: null },
    { line: 4, credential: null, error: expect.stringContaining('Quote Not Closed') },
  ]);
});
