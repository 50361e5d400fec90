import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { usageOf } from './process-usage.ts';

const MIB = 1024 * 1024;

/** Says when it is there; told to, it takes 64 MiB and 200 ms of a core, and says when it has. */
const PROGRAM = `
process.send('there');
process.on('message', () => {
  globalThis.taken = Buffer.alloc(64 * ${MIB}, 1);
  for (const end = performance.now() + 200; performance.now() < end;) taken[0]++;
  process.send('taken');
});`;

test('tells the memory and the CPU time of a process', async () => {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: [...stdio] });
  try {
    await once(child, 'message');
    const before = usageOf(child.pid!);
    child.send('take');
    await once(child, 'message');
    const after = usageOf(child.pid!);
    expect(before.residentBytes).toBeGreaterThan(8 * MIB);
    expect(after.residentBytes - before.residentBytes).toBeGreaterThan(48 * MIB);
    expect(after.residentBytes - before.residentBytes).toBeLessThan(160 * MIB);
    expect(after.cpuMs - before.cpuMs).toBeGreaterThanOrEqual(50);
    expect(after.at - before.at).toBeGreaterThanOrEqual(200);
  } finally {
    child.kill();
  }
});

test('there is none of a process that does not exist', () => {
  expect(() => usageOf(2 ** 30)).toThrow();
});
