import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of /proc/PID/stat, after the name of the program: which fields are looked at (proc(5) counts from 1, the name is 2). */
const STATE = 0;
const START_TIME = 19;

/**
 * When a process started, as text to compare: two processes that had the same pid have different ones. Empty: there is
 * no such process, or it is dead and only not yet reaped.
 */
export function startOfProcess(pid: number): string {
  try {
    return process.platform === 'linux' ? startByProc(pid) : startByPs(pid);
  } catch {
    return '';
  }
}

/** In ticks since the machine was started. */
function startByProc(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[STATE] === 'Z' ? '' : fields[START_TIME];
}

/** As `ps` says it, to the second. */
function startByPs(pid: number): string {
  const said = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  }).trim();
  return said.startsWith('Z') ? '' : said.replace(/^\S+\s+/, '');
}
