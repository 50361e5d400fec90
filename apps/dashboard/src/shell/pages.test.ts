import { byGroup, isAt, type Page, permitted } from './pages.ts';

const page = (path: string, permission: string | null, group: string): Page => ({
  name: path,
  path,
  permission,
  group,
});

const PAGES = [page('/a', null, 'One'), page('/b', 'b:read', 'Two'), page('/c', 'c:read', 'One')];

test('only pages that will not be refused are shown', () => {
  expect(permitted(PAGES, ['c:read']).map(({ path }) => path)).toEqual(['/a', '/c']);
  expect(permitted(PAGES, []).map(({ path }) => path)).toEqual(['/a']);
});

test('groups keep the order of the table', () => {
  expect(byGroup(PAGES).map(({ group, pages }) => [group, pages.length])).toEqual([
    ['One', 2],
    ['Two', 1],
  ]);
});

test('one is on a page also below it, but on a home only there', () => {
  expect(isAt('/tenants/a/sessions/x', '/tenants/a', '/sessions')).toBe(true);
  expect(isAt('/tenants/a/sessions', '/tenants/a', '')).toBe(false);
  expect(isAt('/tenants/a', '/tenants/a', '')).toBe(true);
  expect(isAt('/tenants/a/sessionsmore', '/tenants/a', '/sessions')).toBe(false);
  expect(isAt('/tenants/a', '', '/tenants')).toBe(false);
});
