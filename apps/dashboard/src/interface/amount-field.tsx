'use client';

import { useId, useState } from 'react';
import { fromAmount, toAmount, UNITS } from './amount.ts';

interface AmountFieldProps {
  label: string;
  kind: keyof typeof UNITS;
  value: number | null;
  isOptional: boolean;
  hint: string;
  error: string | undefined;
  /** undefined: what stands there is no number. */
  onChange: (value: number | null | undefined) => void;
}

/** A number with its unit. */
export function AmountField({
  label,
  kind,
  value,
  isOptional,
  hint,
  error: refused,
  onChange,
}: AmountFieldProps) {
  const units = UNITS[kind];
  const id = useId();
  const [amount, setAmount] = useState(() => toAmount(value, units));
  const parsed = fromAmount(amount);
  const isMissing = parsed === undefined || (parsed === null && !isOptional);
  const error = isMissing ? 'A number is needed' : refused;
  const change = (part: Partial<typeof amount>) => {
    const changed = { ...amount, ...part };
    setAmount(changed);
    const next = fromAmount(changed);
    onChange(next === null && !isOptional ? undefined : next);
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-[13px] font-medium">
        {label}
      </label>
      <div className="flex gap-1">
        <input
          id={id}
          inputMode="decimal"
          value={amount.number}
          placeholder={isOptional ? 'none' : undefined}
          onChange={({ target }) => change({ number: target.value })}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-told`}
          className={`h-8 w-full min-w-0 rounded-xs border bg-raised px-2 text-[13px] tabular-nums placeholder:text-quiet ${error === undefined ? 'border-frame' : 'border-accent'}`}
        />
        {units.length > 1 && (
          <select
            aria-label={`Unit of ${label}`}
            value={amount.unit}
            onChange={({ target }) => change({ unit: Number(target.value) })}
            className="h-8 rounded-xs border border-frame bg-raised px-1 text-[13px]"
          >
            {units.map(({ name, size }) => (
              <option key={name} value={size}>
                {name}
              </option>
            ))}
          </select>
        )}
      </div>
      <p
        id={`${id}-told`}
        role={error === undefined ? undefined : 'alert'}
        className={`min-h-8 text-xs leading-4 ${error === undefined ? 'text-quiet' : 'text-accent'}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
