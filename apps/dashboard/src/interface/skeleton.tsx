/** Takes the place of lines that are on their way, at their height, so that nothing moves when they come. */
export function Skeleton({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden="true" className="flex h-8 items-center border-b border-hairline">
          <span className="h-2 rounded-xs bg-sunken" style={{ width: `${30 + ((row * 37) % 50)}%` }} />
        </div>
      ))}
    </div>
  );
}
