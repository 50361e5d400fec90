'use client';

interface SegmentsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly Value[];
  onChange: (value: Value) => void;
}

/** One of a few, all of them in sight. */
export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  return (
    <div role="group" aria-label={label} className="flex text-[13px]">
      {options.map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
          className={`-ml-px h-8 border px-3 first:ml-0 first:rounded-l-xs last:rounded-r-xs ${option === value ? 'border-ink bg-ink text-paper' : 'border-frame bg-raised hover:bg-sunken'}`}
        >
          {option}
        </button>
      ))}
    </div>
  );
}
