import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of Linux, as programs see it. */
const MS_A_TICK = 10;

/** What a process has used. */
export interface Usage {
  residentBytes: number;
  /** Of all its threads, user and system. */
  cpuMs: number;
  /** When this was so, in milliseconds. */
  at: number;
}

/** @throws Error when there is no such process, or the system does not tell */
export function usageOf(pid: number): Usage {
  return { ...(process.platform === 'linux' ? fromProc(pid) : fromPs(pid)), at: performance.now() };
}

/** proc(5): /proc/pid/stat has utime and stime as fields 14 and 15, status has VmRSS in KiB. */
function fromProc(pid: number): Omit<Usage, 'at'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Field 2 is the program's name in parentheses, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (rss === null) throw new Error(`Process ${pid} has no memory: it has ended`);
  return { residentBytes: Number(rss[1]) * 1_024, cpuMs: (userTicks + systemTicks) * MS_A_TICK };
}

/** As macOS and the BSDs write it: KiB, and minutes:seconds with hundredths. */
function fromPs(pid: number): Omit<Usage, 'at'> {
  const { stdout } = spawnSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' });
  const found = /^\s*(\d+)\s+(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)/.exec(stdout ?? '');
  if (found === null) throw new Error(`Process ${pid} is not there`);
  const [, kibibytes, hours = '0', minutes, seconds] = found;
  const cpuSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return { residentBytes: Number(kibibytes) * 1_024, cpuMs: cpuSeconds * 1_000 };
}
