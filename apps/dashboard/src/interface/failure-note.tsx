/** Why something did not happen, in the server's own words. */
export function FailureNote({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="border-l-2 border-accent pl-3 text-[13px] text-accent">
      {error.message}
    </p>
  );
}
