'use client';

import { TextField } from './field.tsx';

interface NameFieldProps {
  label: string;
  value: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

/** The name by which a new thing of a tenant stands in addresses. */
export function NameField({ label, value, error, onChange }: NameFieldProps) {
  return (
    <div className="w-full max-w-sm">
      <TextField
        label={label}
        hint="Lower-case letters, digits and hyphens"
        error={error}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="font-mono"
        maxLength={63}
        autoComplete="off"
        spellCheck={false}
        required
        autoFocus
      />
    </div>
  );
}
