import type { History, Overview } from '@restante/api-client';
import { since, timesOf, valuesOf } from './recent.ts';

const history = { at: [100, 110], stepSeconds: 10, queuedMessages: [null, 4] } as unknown as History;
const look = (at: number, queuedMessages: number) => ({ at, overview: { queuedMessages } as Overview });

test('a chart goes on from the last whole step with what was seen after it', () => {
  const looks = since(history, [look(119_000, 5), look(120_000, 6), look(121_500, 7)]);
  expect(timesOf(history, looks)).toEqual([100, 110, 120, 121.5]);
  expect(valuesOf(history, looks, 'queuedMessages')).toEqual([null, 4, 6, 7]);
});
