import { SILENT } from '../../../../tests/harness/silent-log.ts';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { startTestPostgres, type TestPostgres } from '../../../../tests/harness/test-postgres.ts';
import { DatabaseWatch } from './database-watch.ts';

let postgres: TestPostgres;
let watch: DatabaseWatch;
beforeAll(async () => {
  postgres = await startTestPostgres();
  watch = new DatabaseWatch(postgres.url, SILENT);
  await watch.start();
}, 30_000);
afterAll(async () => {
  await watch.stop();
  await postgres.dispose();
});

test('tells how quickly PostgreSQL answers, what it is, and that it is away until it is back', async () => {
  expect(watch.fault).toBeNull();
  expect(watch.answerMs).toBeGreaterThan(0);
  expect(watch.description).toMatchObject({
    version: expect.stringMatching(/^18/),
    connections: expect.any(Number),
  });
  expect(watch.description!.sizeBytes).toBeGreaterThan(1_000_000);
  await postgres.stop();
  await eventually('away', () => watch.fault !== null);
  await postgres.start();
  await eventually('back', () => watch.fault === null);
}, 30_000);
