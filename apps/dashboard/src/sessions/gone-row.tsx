/** A session that is no more, in a list that is held: its row stays until the list moves again. */
export function GoneRow({ clientId, index, start }: { clientId: string; index: number; start: number }) {
  return (
    <div
      role="row"
      id={`session-${index}`}
      aria-rowindex={index + 2}
      className="session-row text-quiet"
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="gridcell" />
      <span role="gridcell">gone</span>
      <span role="gridcell" className="font-mono line-through">
        {clientId}
      </span>
    </div>
  );
}
