import { type LoginFailure, LoginFailures, type ToldFailures } from './login-failures.ts';

const realNow = Date.now;
let ahead = 0;
beforeAll(() => void (Date.now = () => realNow() + ahead));
afterAll(() => void (Date.now = realNow));

function failureOf(username: string, address = '192.0.2.1'): LoginFailure {
  return {
    username,
    address,
    clientId: 'client',
    reasonCode: 134,
    reason: 'Unknown user name or wrong password',
  };
}

/** Collects what is told. */
function watch() {
  const told: (ToldFailures & { tenantId: number })[] = [];
  const failures = new LoginFailures((tenantId, one) => told.push({ tenantId, ...one }), {
    loginFailuresMs: 60_000,
  });
  return { failures, take: () => told.splice(0) };
}

test('the first failure is told at once, and what follows within a minute is told together', () => {
  const { failures, take } = watch();
  failures.failed(1, failureOf('a'));
  expect(take()).toEqual([{ tenantId: 1, ...failureOf('a'), failures: 1 }]);
  for (let nth = 0; nth < 3; nth++) failures.failed(1, failureOf('a'));
  failures.failed(1, failureOf('a', '192.0.2.2'));
  failures.failed(2, failureOf('a'));
  expect(take()).toMatchObject([
    { tenantId: 1, address: '192.0.2.2', failures: 1 },
    { tenantId: 2, address: '192.0.2.1', failures: 1 },
  ]);
  failures.tick();
  expect(take()).toEqual([]);
  ahead += 60_000;
  failures.tick();
  expect(take()).toEqual([{ tenantId: 1, ...failureOf('a'), failures: 3 }]);
  ahead += 60_000;
  failures.tick();
  expect(take()).toEqual([]);
  failures.failed(1, failureOf('a'));
  expect(take()).toMatchObject([{ failures: 1 }]);
});

test('who tries very many names is told of in one piece', () => {
  const { failures, take } = watch();
  for (let nth = 0; nth < 1_000; nth++) failures.failed(1, failureOf(`name-${nth}`));
  expect(take()).toHaveLength(100);
  ahead += 60_000;
  failures.tick();
  expect(take()).toEqual([
    {
      ...{ tenantId: 1, username: null, clientId: null, address: null, reasonCode: null, reason: null },
      failures: 900,
    },
  ]);
});
