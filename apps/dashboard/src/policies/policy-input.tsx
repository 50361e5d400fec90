'use client';

import { ChoiceField } from '@/interface/field.tsx';
import { AmountField } from '@/interface/amount-field.tsx';
import type { PolicyField } from './policy-field.ts';

interface PolicyInputProps {
  about: PolicyField;
  value: unknown;
  error: string | undefined;
  /** undefined: what stands there is no value. */
  onChange: (value: unknown) => void;
}

/** One setting, with what its present value does. */
export function PolicyInput({ about, value, error, onChange }: PolicyInputProps) {
  const { name, kind, options = [], isOptional = false, words } = about;
  const hint = value === undefined ? '' : words(value as never);
  if (kind === 'flag' || kind === 'choice') {
    const choices = kind === 'flag' ? [true, false] : options;
    return (
      <ChoiceField
        label={name}
        hint={hint}
        error={error}
        value={String(value)}
        onChange={({ target }) => onChange(choices.find((choice) => String(choice) === target.value))}
      >
        {choices.map((choice) => (
          <option key={String(choice)} value={String(choice)}>
            {{ true: 'yes', false: 'no' }[String(choice)] ?? String(choice)}
          </option>
        ))}
      </ChoiceField>
    );
  }
  return (
    <AmountField
      label={name}
      kind={kind}
      value={value as number | null}
      isOptional={isOptional}
      hint={hint}
      error={error}
      onChange={onChange}
    />
  );
}
