'use client';

interface TickProps {
  label: string;
  isTicked: boolean;
  isDisabled?: boolean;
  onChange: (isTicked: boolean) => void;
}

/** Yes or no, with its words behind it. */
export function Tick({ label, isTicked, isDisabled, onChange }: TickProps) {
  return (
    <label className="flex min-h-8 items-center gap-2 text-[13px]">
      <input
        type="checkbox"
        checked={isTicked}
        disabled={isDisabled}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 accent-ink"
      />
      {label}
    </label>
  );
}
