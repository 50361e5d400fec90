'use client';

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; name: string }[];
  onChange: (value: string) => void;
}

/** One of several, in a toolbar: its name stands in the box before the choice. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label className="flex h-8 items-center gap-2 rounded-xs border border-frame bg-raised pl-2 text-[13px] focus-within:outline-2 focus-within:outline-offset-2">
      <span className="text-quiet">{label}</span>
      <select
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="h-full max-w-40 bg-raised pr-1 outline-none"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  );
}
