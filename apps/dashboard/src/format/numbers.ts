const COUNT = new Intl.NumberFormat('en-US');
const ONE_DECIMAL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** 12345 -> "12,345" */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** "1 message", "12,345 messages" */
export function formatCountOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Messages a second; below 10 with one decimal. */
export function formatRate(perSecond: number): string {
  return perSecond < 10 ? ONE_DECIMAL.format(perSecond) : formatCount(Math.round(perSecond));
}

/** 0.234 -> "0.2 ms", 1234 -> "1.2 s" */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${formatRate(ms)} ms` : `${ONE_DECIMAL.format(ms / 1_000)} s`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 -> "1.5 KiB" */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  return `${ONE_DECIMAL.format(value)} ${UNITS[unit]}`;
}

/** "a", "a and b", "a, b and c" */
export function formatList(parts: string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
