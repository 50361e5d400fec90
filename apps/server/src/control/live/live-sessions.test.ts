import type { Inspection, SessionGlance } from '@restante/broker';
import type { SessionChanges } from './live.dto.ts';
import { LiveSessions } from './live-sessions.ts';

/** The engine, as far as it is looked at here: sessions in memory and absent ones. */
class Engine {
  readonly online = new Map<string, SessionGlance>();
  readonly absent = new Map<string, SessionGlance>();
  asked = 0;

  glances = () => this.online.values();

  listSessions = (_: number, { limit, after = '' }: { limit: number; after?: string }) => {
    const names = [...this.absent.keys()].sort().filter((name) => name > after);
    const items = names.slice(0, limit).map((name) => this.absent.get(name)!);
    return Promise.resolve({ items, next: names.length > limit ? items.at(-1)!.clientId : null });
  };

  getSession = (_: number, clientId: string) => {
    this.asked++;
    return Promise.resolve(this.absent.get(clientId));
  };

  get asInspection(): Inspection {
    return this as unknown as Inspection;
  }

  connect(clientId: string, more: Partial<SessionGlance> = {}): void {
    this.absent.delete(clientId);
    this.online.set(clientId, glance(clientId, { state: 'online', ...more }));
  }
}

function glance(clientId: string, more: Partial<SessionGlance> = {}): SessionGlance {
  return {
    ...{ clientId, state: 'offline', username: 'u', connectedAt: null, disconnectedAt: 0, expiresAt: null },
    ...{
      protocolVersion: 5,
      remoteAddress: null,
      sessionExpirySeconds: 60,
      queuedMessages: 0,
      queuedBytes: 0,
      maxQueuedMessages: 10,
    },
    ...{ inflightMessages: 0, droppedMessages: 0, isOrphanSuspect: false, ...more },
  };
}

function liveSessions(engine: Engine): LiveSessions {
  return new LiveSessions(engine.asInspection, 1, (error) => {
    throw error;
  });
}

async function lookAtAll(sessions: LiveSessions): Promise<void> {
  await sessions.look();
  await sessions.absent.look();
}

type Reader = Awaited<ReturnType<LiveSessions['read']>>;

async function take(reader: Reader): Promise<SessionChanges> {
  const { value } = await reader.next();
  return value.value;
}

/** As many pieces as it takes. */
async function takeAll(reader: Reader): Promise<SessionChanges[]> {
  const pieces = [await take(reader)];
  while (!pieces.at(-1)!.isComplete) pieces.push(await take(reader));
  return pieces;
}

test('a wall of sessions comes in pieces, and then what changes alone', async () => {
  const engine = new Engine();
  for (let nth = 0; nth < 2_500; nth++) engine.connect(`online/${nth}`);
  for (let nth = 0; nth < 700; nth++) engine.absent.set(`absent/${nth}`, glance(`absent/${nth}`));
  const sessions = liveSessions(engine);
  const reader = await sessions.read({});
  const pieces = await takeAll(reader);
  expect(pieces.map((piece) => [piece.isReset, piece.sessions.length])).toEqual([
    [true, 1_000],
    [false, 1_000],
    [false, 1_000],
    [false, 200],
  ]);
  engine.connect('online/7', { queuedMessages: 3 });
  engine.absent.set('absent/8', glance('absent/8', { queuedMessages: 4 }));
  engine.absent.delete('absent/9');
  await lookAtAll(sessions);
  const changes = await take(reader);
  expect(changes).toMatchObject({ isReset: false, isComplete: true, gone: ['absent/9'] });
  expect(changes.sessions.map(({ clientId, queuedMessages }) => [clientId, queuedMessages]).sort()).toEqual([
    ['absent/8', 4],
    ['online/7', 3],
  ]);
});

test('who leaves memory is asked for: they are absent, or no more', async () => {
  const engine = new Engine();
  for (const name of ['stays', 'ends']) engine.connect(name);
  engine.connect('brief', { sessionExpirySeconds: 0 });
  const sessions = liveSessions(engine);
  const reader = await sessions.read({});
  await takeAll(reader);
  engine.online.clear();
  engine.absent.set('stays', glance('stays', { queuedMessages: 1 }));
  await lookAtAll(sessions);
  const { sessions: changed, gone } = await take(reader);
  expect(changed).toMatchObject([{ clientId: 'stays', state: 'offline', queuedMessages: 1 }]);
  expect(gone.sort()).toEqual(['brief', 'ends']);
  // The one that ended with its connection needed no question.
  expect(engine.asked).toBe(2);
});

test('a reader who takes nothing has names to be told of, and gets the newest of each', async () => {
  const engine = new Engine();
  engine.connect('a');
  const sessions = liveSessions(engine);
  const reader = await sessions.read({});
  await takeAll(reader);
  for (let depth = 1; depth <= 5; depth++) {
    engine.connect('a', { queuedMessages: depth });
    await lookAtAll(sessions);
  }
  expect((await take(reader)).sessions).toMatchObject([{ clientId: 'a', queuedMessages: 5 }]);
});

test('so many names and no more: with too many of sessions that came and went it begins anew', async () => {
  const engine = new Engine();
  const sessions = liveSessions(engine);
  const reader = await sessions.read({});
  await takeAll(reader);
  for (let round = 0; round < 3; round++) {
    engine.online.clear();
    for (let nth = 0; nth < 80_000; nth++) engine.connect(`${round}/${nth}`, { sessionExpirySeconds: 0 });
    // There is room for all of them when the others are known to be gone.
    await lookAtAll(sessions);
    await lookAtAll(sessions);
  }
  const pieces = await takeAll(reader);
  expect(pieces[0].isReset).toBe(true);
  const told = new Set(pieces.flatMap((piece) => piece.sessions.map(({ clientId }) => clientId)));
  expect([...told].every((clientId) => clientId.startsWith('2/'))).toBe(true);
  expect(told.size).toBe(80_000);
});

test('of more than 100,000 sessions the rest is left out, and that is told', async () => {
  const engine = new Engine();
  for (let nth = 0; nth <= 100_000; nth++) engine.connect(`${nth}`);
  const reader = await liveSessions(engine).read({});
  const pieces = await takeAll(reader);
  expect(pieces.at(-1)!.isTruncated).toBe(true);
  expect(pieces.reduce((sum, { sessions }) => sum + sessions.length, 0)).toBe(100_000);
});
