/** Somebody who looks at one list after the other, at even distances, as several dashboards do together. */
import { quantile } from '../statistics.ts';

export interface Lists {
  /** Its path under /api/v1, by what it is called. */
  [name: string]: string;
}

export interface Timing {
  name: string;
  requests: number;
  p50: number;
  p99: number;
  slowest: number;
}

/**
 * @returns how long each list took to be answered, in milliseconds from the request to the last byte, until `until`
 * resolves
 * @throws Error when a request fails
 */
export async function look(
  request: (path: string) => Promise<unknown>,
  lists: Lists,
  { everyMs, until }: { everyMs: number; until: Promise<unknown> },
): Promise<Timing[]> {
  const taken = new Map(Object.keys(lists).map((name) => [name, [] as number[]]));
  let isOver = false;
  const over = until.finally(() => (isOver = true));
  const startedAt = performance.now();
  const entries = Object.entries(lists);
  for (let turn = 0; !isOver; turn++) {
    const [name, path] = entries[turn % entries.length];
    const wait = startedAt + turn * everyMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const askedAt = performance.now();
    await request(path);
    taken.get(name)!.push(performance.now() - askedAt);
  }
  await over;
  return [...taken].map(([name, times]) => timing(name, times));
}

function timing(name: string, times: number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(sorted, share));
  return { name, requests: sorted.length, p50, p99, slowest: sorted.at(-1) ?? NaN };
}
