import { usageOf } from './process-usage.ts';

test('tells the memory and the CPU time of a process', () => {
  const before = usageOf(process.pid);
  const { rss } = process.memoryUsage();
  const filled = Buffer.alloc(64 * 1024 * 1024, 1);
  for (const end = performance.now() + 200; performance.now() < end;) filled[0]++;
  const after = usageOf(process.pid);
  expect(before.residentBytes / rss).toBeCloseTo(1, 0);
  expect(after.residentBytes - before.residentBytes).toBeGreaterThan(32 * 1024 * 1024);
  expect(after.cpuMs - before.cpuMs).toBeGreaterThanOrEqual(50);
  expect(after.at - before.at).toBeGreaterThanOrEqual(200);
});

test('there is none of a process that does not exist', () => {
  expect(() => usageOf(2 ** 30)).toThrow();
});
