import { currentTime, noteServerTime } from './clock.ts';

const HOUR_MS = 3_600_000;
const aheadOfHere = () => Math.round((currentTime() - Date.now()) / 10_000) * 10_000;

test('the time is that of the server, where the clock here is another one', () => {
  noteServerTime(new Date(Date.now() + HOUR_MS).toUTCString());
  expect(aheadOfHere()).toBe(HOUR_MS);
  noteServerTime(null);
  noteServerTime('rubbish');
  expect(aheadOfHere()).toBe(HOUR_MS);
  noteServerTime(new Date(Date.now() - 1_000).toUTCString());
  expect(currentTime() - Date.now()).toBe(0);
});
