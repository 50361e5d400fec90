import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FENCED = /^```[^]*?^```/gm;
const LINKS = /\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g;

const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
];

/** Of a page, without what stands in blocks of code. */
function proseOf(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8').replaceAll(FENCED, '');
}

/** Links into the repository, as paths from its root with their anchors. */
function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(LINKS)]
    .map(([, link, picture]) => link ?? picture)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith('#') ? `${page}${target}` : path.join(path.dirname(page), target)));
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isThere(link: string): boolean {
  const [file, anchor] = link.split('#');
  if (!existsSync(path.join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(file).includes(anchor);
}

test('every link leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !isThere(link))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(['README.md#quick-start', 'docs/images'].filter(isThere)).toHaveLength(2);
  expect(['README.md#slow-start', 'docs/NOTHING.md'].filter(isThere)).toEqual([]);
  expect(linksOf('README.md')).toContain('docs/images/overview-light.png');
});

test.each([
  ['docs/README.md', /^docs\/[^/]+\.md$/],
  ['docs/decisions/README.md', /^docs\/decisions\/[^/]+\.md$/],
])('%s lists every page beside it', (index, isBeside) => {
  const listed = linksOf(index).map((link) => link.split('#')[0]);
  const beside = pages.filter((page) => isBeside.test(page) && page !== index);
  expect(beside.filter((page) => !listed.includes(page))).toEqual([]);
});
