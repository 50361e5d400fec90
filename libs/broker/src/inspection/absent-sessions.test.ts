import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

const clientIds = (sessions: { clientId: string }[]) => sessions.map(({ clientId }) => clientId);

test('absent sessions go together, those that are online stay', async () => {
  const names = Array.from({ length: 510 }, (_, index) => `absent ${String(index).padStart(3, '0')}`);
  await Promise.all(names.map(async (name) => (await engine.connect(name)).disconnect()));
  await engine.connect('absent no more');
  const { inspection } = engine.broker;
  const filter = { q: 'ABSENT' };
  expect(await inspection.sumAbsent(1, filter)).toMatchObject({ sessions: 510, isEstimate: false });
  const first = await inspection.deleteAbsent(1, filter);
  expect(first.isComplete).toBe(false);
  const second = await inspection.deleteAbsent(1, filter);
  expect(second.isComplete).toBe(true);
  expect(clientIds([...first.deleted, ...second.deleted])).toEqual(names);
  await engine.restartAfterCrash();
  const { items } = await engine.broker.inspection.listSessions(1, { limit: 10 });
  expect(clientIds(items)).toEqual(['absent no more']);
});

test('a client that comes back before its session is deleted keeps it', async () => {
  await (await engine.connect('device')).disconnect();
  const { inspection } = engine.broker;
  // A CONNECT under way is waited for: it is as if it had come before.
  const list = engine.store.listOfflineSessions;
  let returned: ReturnType<TestBroker['connect']> | undefined;
  engine.store.listOfflineSessions = async (...query) => {
    const page = await list(...query);
    returned = engine.connect('device');
    await returned;
    return page;
  };
  const { deleted } = await inspection.deleteAbsent(1, { q: 'device' });
  expect(deleted).toEqual([]);
  const client = await returned!;
  expect(client.connack.sessionPresent).toBe(true);
  expect(await client.takeUntilPingAnswer()).toEqual([]);
});
