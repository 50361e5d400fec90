import Link from 'next/link';

interface GaugeProps {
  name: string;
  used: number;
  quota: number;
  format: (value: number) => string;
  /** The list of what is counted. */
  door?: string;
}

const NEAR = 0.9;

/** How much of a quota is used. From nine tenths on somebody ought to look. */
export function Gauge({ name, used, quota, format, door }: GaugeProps) {
  const share = Math.min(1, used / quota);
  const isNear = share >= NEAR;
  const figure = `${format(used)} of ${format(quota)}`;
  return (
    <div className="flex flex-col gap-1 text-[13px]">
      <div className="flex items-baseline justify-between gap-2">
        <span className="text-quiet">{name}</span>
        <span className={`tabular-nums ${isNear ? 'text-accent' : ''}`}>
          {door === undefined ? (
            figure
          ) : (
            <Link href={door} className="door">
              {figure}
            </Link>
          )}
        </span>
      </div>
      <div
        role="meter"
        aria-label={name}
        aria-valuenow={used}
        aria-valuemin={0}
        aria-valuemax={quota}
        aria-valuetext={figure}
        className="h-1.5 border border-hairline"
      >
        <div
          className={`h-full origin-left transition-transform duration-300 motion-reduce:transition-none ${isNear ? 'bg-accent' : 'bg-fill'}`}
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  );
}
