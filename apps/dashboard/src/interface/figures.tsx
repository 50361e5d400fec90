import Link from 'next/link';

export interface Figure {
  name: string;
  value: string;
  testId: string;
  /** The list that the figure counts, where there is one. */
  door?: string;
  /** Somebody ought to look. */
  isUrgent?: boolean;
}

/** Figures in a row between hairlines; they change in place. */
export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 border-y border-hairline sm:grid-cols-3 md:grid-cols-5">
      {figures.map(({ name, value, testId, door, isUrgent }) => (
        <div key={name} className="py-3">
          <dt className="text-xs text-quiet">{name}</dt>
          <dd
            className={`text-lg font-medium tabular-nums ${isUrgent ? 'text-accent' : ''}`}
            data-testid={testId}
          >
            {door === undefined ? (
              value
            ) : (
              <Link href={door} className="door">
                {value}
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
