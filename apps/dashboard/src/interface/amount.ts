/** An amount as it is typed: a number and its unit. */
export interface Amount {
  number: string;
  /** What one of it is in the setting's own unit. */
  unit: number;
}

export interface Unit {
  name: string;
  size: number;
}

export const UNITS: Record<'seconds' | 'bytes' | 'count', Unit[]> = {
  seconds: [
    { name: 's', size: 1 },
    { name: 'min', size: 60 },
    { name: 'h', size: 3_600 },
    { name: 'd', size: 86_400 },
  ],
  bytes: [
    { name: 'B', size: 1 },
    { name: 'KiB', size: 1_024 },
    { name: 'MiB', size: 1_024 ** 2 },
    { name: 'GiB', size: 1_024 ** 3 },
  ],
  count: [{ name: '', size: 1 }],
};

/** In the greatest unit that leaves a whole number. */
export function toAmount(value: number | null, units: Unit[]): Amount {
  if (value === null) return { number: '', unit: units[0].size };
  const unit = units.findLast(({ size }) => value !== 0 && value % size === 0) ?? units[0];
  return { number: String(value / unit.size), unit: unit.size };
}

/** @returns null: nothing was typed; undefined: no number */
export function fromAmount({ number, unit }: Amount): number | null | undefined {
  if (number.trim() === '') return null;
  const value = Number(number) * unit;
  return Number.isFinite(value) ? Math.round(value) : undefined;
}
