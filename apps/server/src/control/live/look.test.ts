import { jest } from '@jest/globals';
import { Look } from './look.ts';
import { Rounds } from './rounds.ts';

/** A value that tests change, and how often it was looked at. */
class Thing {
  value: unknown = 1;
  fault: Error | null = null;
  looks = 0;
  readonly faults: Error[] = [];
  readonly look = new Look(
    () => {
      this.looks++;
      return this.fault === null ? Promise.resolve(this.value) : Promise.reject(this.fault);
    },
    (error) => this.faults.push(error),
  );
}

test('all who read it share its looks', async () => {
  const thing = new Thing();
  const [one, other] = await Promise.all([thing.look.read(), thing.look.read()]);
  expect(await Promise.all([one.next(), other.next()])).toMatchObject([
    { value: { value: 1 } },
    { value: { value: 1 } },
  ]);
  expect(thing.looks).toBe(1);
  thing.value = 2;
  const next = Promise.all([one.next(), other.next()]);
  await thing.look.look();
  expect(await next).toMatchObject([{ value: { value: 2 } }, { value: { value: 2 } }]);
  expect(thing.looks).toBe(2);
});

test('who is slow gets the newest value, and none that has not changed', async () => {
  const thing = new Thing();
  const reader = await thing.look.read();
  await reader.next();
  for (const value of [{ a: 2 }, { a: 3 }, { a: 4 }, { a: 4 }]) {
    thing.value = value;
    await thing.look.look();
  }
  expect(await reader.next()).toEqual({ done: false, value: { value: { a: 4 } } });
  let told = false;
  void reader.next().then(() => (told = true));
  await thing.look.look();
  expect(told).toBe(false);
  thing.value = null;
  await thing.look.look();
  expect(told).toBe(true);
});

test('a look that fails is told at the beginning, and tried again later', async () => {
  const thing = new Thing();
  thing.fault = new Error('away');
  await expect(thing.look.read()).rejects.toThrow('away');
  expect(thing.look.isIdle()).toBe(true);
  thing.fault = null;
  const reader = await thing.look.read();
  await reader.next();
  thing.fault = new Error('away again');
  await thing.look.look();
  expect(thing.faults).toEqual([thing.fault]);
  thing.fault = null;
  thing.value = 2;
  await thing.look.look();
  expect(await reader.next()).toMatchObject({ value: { value: 2 } });
  await reader.return();
  expect(thing.look.isIdle()).toBe(true);
});

describe('rounds', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  test('look at everything that is watched about once a second, for as long as somebody reads it', async () => {
    const rounds = new Rounds();
    const thing = new Thing();
    const watch = () => rounds.watch(1, 'thing', () => thing.look);
    const reader = await watch().read();
    expect(thing.looks).toBe(1);
    expect(watch()).toBe(thing.look);
    await jest.advanceTimersByTimeAsync(3_100);
    expect(thing.looks).toBe(4);
    await reader.return();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(thing.looks).toBe(4);
    expect(rounds.watch(1, 'thing', () => new Thing().look)).not.toBe(thing.look);
    await rounds.stop();
  });

  test('are the rarer the longer they take', async () => {
    const rounds = new Rounds();
    let looks = 0;
    const slow = new Look(
      async () => {
        looks++;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      },
      () => undefined,
    );
    void rounds.watch(1, 'slow', () => slow).read();
    await jest.advanceTimersByTimeAsync(22_500);
    // The first reader's, then one of a second and a pause of nine, over and over.
    expect(looks).toBe(4);
    const stopped = rounds.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    await stopped;
  });
});
