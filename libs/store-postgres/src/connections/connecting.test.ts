import { SILENT } from '../../../../tests/harness/silent-log.ts';
import { DelayingProxy } from '../../../../tests/harness/delaying-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/test-database.ts';
import { DatabaseWatch } from './database-watch.ts';
import { createReaders } from './readers.ts';
import { WriterConnection } from './writer-connection.ts';

/** As long as a resolver waits for a name server that is away, and what comes then. */
const DELAY_MS = 5_500;

let database: TestDatabase;
let proxy: DelayingProxy;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const direct = new URL(database.url);
  proxy = await DelayingProxy.start(Number(direct.port), DELAY_MS);
  url = Object.assign(direct, { hostname: '127.0.0.1', port: String(proxy.port) }).href;
}, 30_000);
afterAll(async () => {
  await proxy.stop();
  await database.drop();
});

test('a database that is reached only after more than five seconds is reached', async () => {
  const writer = new WriterConnection(url, SILENT);
  const readers = createReaders({ connectionString: url, log: SILENT, name: 'reader', max: 1 });
  const watch = new DatabaseWatch(url, SILENT);
  await Promise.all([writer.get(), readers.query('SELECT 1'), watch.start()]);
  expect(watch.fault).toBeNull();
  await Promise.all([writer.close(), readers.end(), watch.stop()]);
}, 30_000);
