import { formatBytes, formatCount } from '@/format/numbers.ts';
import { formatDuration } from '@/format/times.ts';

/** `maxQueuedBytes` -> "Max queued"; the unit at a name's end is told by the value. */
export function settingName(field: string): string {
  const words = field
    .replace(/(Seconds|Bytes)$/, '')
    .replace('QoS', ' QoS')
    .replaceAll(/(?<=[a-z])(?=[A-Z][a-z])/g, ' ')
    .split(/\s+/)
    .map((word) => (word === 'QoS' ? word : word.toLowerCase()))
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const ZERO_MEANS: Record<string, string> = {
  maxKeepAliveSeconds: "client's choice",
  retentionSeconds: 'none',
};

/** A setting's value in its unit, which its name ends with: `…Seconds`, `…Bytes`. */
export function settingValue(field: string, value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'number') return String(value);
  if (value === 0 && field in ZERO_MEANS) return ZERO_MEANS[field];
  if (field.endsWith('Seconds')) return formatDuration(value);
  return field.endsWith('Bytes') ? formatBytes(value) : formatCount(value);
}
