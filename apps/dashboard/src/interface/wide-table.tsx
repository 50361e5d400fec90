import type { ReactNode } from 'react';

interface WideTableProps {
  label: string;
  /** The least width at which all of it can be read. */
  width?: string;
  children: ReactNode;
}

/** A table that scrolls in itself where the screen is narrower than what it says; `relative`, so that what is for screen readers alone does too. */
export function WideTable({ label, width = 'min-w-[880px]', children }: WideTableProps) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className={`ledger table-fixed ${width}`}>{children}</table>
    </div>
  );
}

/** Above `RowActions`: nothing to see, and a name for those who do not. @param width Tailwind's: `w-28` */
export function ActionsHead({ width }: { width: string }) {
  return (
    <th className={`figure ${width}`}>
      <span className="sr-only">Actions</span>
    </th>
  );
}

/** What can be done to a row, one word each. */
export function RowActions({ children }: { children: ReactNode }) {
  return (
    <td className="figure">
      <span className="inline-flex gap-4">{children}</span>
    </td>
  );
}

interface RowActionProps {
  name: string;
  /** What it is done to, for those who do not see the row. */
  to: string;
  onAct: () => void;
  isDisabled?: boolean;
}

export function RowAction({ name, to, onAct, isDisabled }: RowActionProps) {
  return (
    <button type="button" className="door" aria-label={`${name} ${to}`} onClick={onAct} disabled={isDisabled}>
      {name}
    </button>
  );
}
