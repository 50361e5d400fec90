import { ByTurns, TooManyWaitError } from './by-turns.ts';

/** Work that lasts until it is told to end, and what of it has begun, in order. */
function workshop() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  const endNext = async () => {
    ends.shift()!();
    await new Promise(setImmediate);
  };
  return { begun, work, endNext };
}

test('so much goes on at once, and owners take turns', async () => {
  const turns = new ByTurns<string>(2, 10);
  const { begun, work, endNext } = workshop();
  const done = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1'].map((name) => turns.run(name[0], work(name)));
  expect(begun).toEqual(['a1', 'a2']);
  for (let ended = 0; ended < 6; ended++) await endNext();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4']);
  expect(await Promise.all(done)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'c1']);
});

test('so much of one owner may wait, and no more; others may', async () => {
  const turns = new ByTurns<string>(1, 1);
  const { begun, work, endNext } = workshop();
  const done = [turns.run('a', work('a1')), turns.run('a', work('a2'))];
  await expect(turns.run('a', work('a3'))).rejects.toThrow(TooManyWaitError);
  done.push(turns.run('b', work('b1')));
  for (let ended = 0; ended < 3; ended++) await endNext();
  expect(await Promise.all(done)).toEqual(['a1', 'a2', 'b1']);
  expect(begun).toEqual(['a1', 'a2', 'b1']);
});

test('work that fails gives its place to the next', async () => {
  const turns = new ByTurns<string>(1, 5);
  const failed = turns.run('a', () => Promise.reject(new Error('broken')));
  const next = turns.run('a', () => Promise.resolve('done'));
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
