import { Histogram } from './histogram.ts';

test('a value belongs to the first bucket whose bound it does not exceed', () => {
  const histogram = new Histogram([1, 10, 100]);
  for (const value of [0, 1, 1.5, 10, 100, 101]) histogram.observe(value);
  expect([...histogram.counts]).toEqual([2, 2, 1, 1]);
  expect(histogram.count).toBe(6);
  expect(histogram.sum).toBe(213.5);
});

test('quantiles are of about the last minute, and lie between the bounds of their bucket', () => {
  const histogram = new Histogram([1, 10, 100]);
  expect(histogram.recentQuantile(0.5)).toBeNull();
  for (let count = 0; count < 100; count++) histogram.observe(50);
  expect(histogram.recentQuantile(0.5)).toBe(55);
  for (let piece = 0; piece < 6; piece++) histogram.endPiece();
  expect(histogram.recentQuantile(0.5)).toBeNull();
  histogram.observe(1_000);
  expect(histogram.recentQuantile(0.99)).toBe(100);
  expect([histogram.count, histogram.recentCount]).toEqual([101, 1]);
});
