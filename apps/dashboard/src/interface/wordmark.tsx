/** Four pigeonholes, one of them waiting for somebody. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 text-base font-semibold tracking-tight">
      <svg width="18" height="20" viewBox="0 0 18 20" aria-hidden="true">
        <path
          className="fill-none stroke-ink"
          d="M.5.5h7v8h-7zM10.5.5h7v8h-7zM.5 11.5h7v8h-7zM10.5 11.5h7v8h-7z"
        />
        <path className="fill-ink" d="M2 5h4v2.5H2zM2 17h4v1.5H2z" />
        <path className="fill-accent" d="M12 14h4v4.5h-4z" />
      </svg>
      Restante
    </span>
  );
}
