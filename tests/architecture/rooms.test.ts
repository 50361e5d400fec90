import { allFolders, foldersIn, sourcesIn } from './imports.ts';

/** Which rooms of the house each may enter (docs/ARCHITECTURE.md). */
const MAY_ENTER: Record<string, string[]> = {
  'libs/mqtt-codec': [],
  'libs/broker': ['@restante/mqtt-codec'],
  'libs/store-postgres': ['@restante/broker', '@restante/database', '@restante/mqtt-codec'],
  'libs/database': [],
  'libs/api-client': [],
  'apps/server': [
    '@restante/broker',
    '@restante/database',
    '@restante/mqtt-codec',
    '@restante/store-postgres',
  ],
  'apps/dashboard': ['@restante/api-client'],
  'apps/bench': [],
  'apps/cli': ['@restante/api-client'],
  'apps/demo': [],
};

const ROOMS = [
  ...foldersIn('libs').map((name) => `libs/${name}`),
  ...foldersIn('apps').map((name) => `apps/${name}`),
];

test('every room has its rule', () => {
  expect(ROOMS.toSorted()).toEqual(Object.keys(MAY_ENTER).toSorted());
});

test.each(ROOMS)('%s enters no room but those it may', (room) => {
  const trespasses = sourcesIn(`${room}/src`).flatMap(({ path, imports }) =>
    imports
      .filter((name) => name.startsWith('@restante/') && !MAY_ENTER[room].includes(name))
      .map((name) => `${path} imports ${name}`),
  );
  expect(trespasses).toEqual([]);
});

test.each(ROOMS)('%s is entered by its door, not through a window', (room) => {
  const windows = sourcesIn(`${room}/src`).flatMap(({ path, imports }) => {
    const depth = path.split('/').length - 1 - room.split('/').length - 1;
    const leaves = (name: string) => (name.match(/\.\.\//g) ?? []).length > depth;
    return imports
      .filter((name) => name.startsWith('.') && leaves(name))
      .map((name) => `${path} imports ${name}`);
  });
  expect(windows).toEqual([]);
});

test('no file is loaded before itself', () => {
  const loads = new Map(
    ['libs', 'apps'].flatMap((folder) => sourcesIn(folder)).map(({ path, loads }) => [path, loads]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' loads '));
    if (done.has(file) || way.includes(file)) return;
    for (const next of loads.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of loads.keys()) walk(file, []);
  expect(circles).toEqual([]);
});

test('the codec needs nothing but buffers', () => {
  const needs = sourcesIn('libs/mqtt-codec/src').flatMap(({ path, imports }) =>
    imports
      .filter((name) => !name.startsWith('.') && name !== 'node:buffer')
      .map((name) => `${path} imports ${name}`),
  );
  expect(needs).toEqual([]);
});

test('the engine knows no framework, socket, database or environment', () => {
  const sources = sourcesIn('libs/broker/src');
  const needs = sources.flatMap(({ path, imports }) =>
    imports
      .filter((name) => !name.startsWith('.') && name !== '@restante/mqtt-codec')
      .map((name) => `${path} imports ${name}`),
  );
  expect(needs).toEqual([]);
  expect(sources.filter(({ text }) => text.includes('process.env')).map(({ path }) => path)).toEqual([]);
});

test('only the server knows Nest', () => {
  const others = ROOMS.filter((room) => room !== 'apps/server').flatMap((room) => sourcesIn(`${room}/src`));
  expect(
    others
      .filter(({ imports }) => imports.some((name) => name.startsWith('@nestjs/')))
      .map(({ path }) => path),
  ).toEqual([]);
});

test('settings are read where a program of the server begins', () => {
  const readers = sourcesIn('apps/server/src').filter(({ text }) => text.includes('process.env'));
  expect(readers.map(({ path }) => path)).toEqual(
    ['backup', 'main', 'restore'].map((name) => `apps/server/src/${name}.ts`),
  );
});

test('interfaces for classes to implement are in ports.ts, seen by the control plane, or have several', () => {
  const implemented = sourcesIn('libs/broker/src').flatMap(({ path, text }) =>
    [...text.matchAll(/class \w+(?:<[^>]*>)? implements ([\w, ]+)/g)].map(
      ([, names]) => `${path}: ${names.trim()}`,
    ),
  );
  expect(implemented.toSorted()).toEqual([
    'libs/broker/src/inspection/inspector.ts: Inspection',
    'libs/broker/src/logs/durable-filter.ts: LogEntry',
    'libs/broker/src/logs/page-cache.ts: StoredPage',
    'libs/broker/src/message.ts: Publication',
    'libs/broker/src/sessions/session.ts: CursorOwner',
    'libs/broker/src/shared-groups/shared-group.ts: CursorOwner',
  ]);
});

test('nothing is named after nothing in particular', () => {
  const folders = ['libs', 'apps', 'tests', 'scripts'].flatMap((folder) => [folder, ...allFolders(folder)]);
  const vague = folders.filter((folder) =>
    /(^|\/)(utils?|helpers?|common|misc|shared|managers?)$/.test(folder),
  );
  const files = ['libs', 'apps'].flatMap((folder) => sourcesIn(folder));
  const vagueFiles = files.filter(({ path }) =>
    /(^|[/-])(utils?|helpers?|common|misc|manager)\.tsx?$/.test(path),
  );
  expect([...vague, ...vagueFiles.map(({ path }) => path)]).toEqual([]);
});

test('a file can be held in mind', () => {
  const long = ['libs', 'apps', 'tests']
    .flatMap((folder) => sourcesIn(folder))
    .filter(({ path, text }) => {
      const isGenerated = path === 'libs/api-client/src/schema.ts';
      return !isGenerated && text.split('\n').length > 500;
    });
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('no test is left out, and none keeps the others out', () => {
  const tests = ['libs', 'apps', 'tests'].flatMap((folder) => sourcesIn(folder, { tests: true }));
  const found = tests.filter(
    ({ path, text }) => path.endsWith('.test.ts') && /\b(test|it|describe)\.(only|skip|todo)\b/.test(text),
  );
  expect(found.map(({ path }) => path).filter((path) => !path.endsWith('rooms.test.ts'))).toEqual([]);
});
