import type { TreeRow } from './tree-rows.ts';

const STEP_PX = 16;

interface TreeNameProps {
  name: string;
  depth: number;
  /** null: there is nothing below it. */
  isOpen: boolean | null;
  onToggle: () => void;
}

/** A level's name at its depth, with the sign that unfolds it. */
export function TreeName({ name, depth, isOpen, onToggle }: TreeNameProps) {
  const shown = name === '' ? <span className="font-sans text-quiet">empty level</span> : name;
  const padding = { paddingLeft: depth * STEP_PX };
  if (isOpen === null)
    return (
      <span className="block truncate pl-5 font-mono" style={{ paddingLeft: depth * STEP_PX + 20 }}>
        {shown}
      </span>
    );
  return (
    <span className="block" style={padding}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex h-7 max-w-full items-center font-mono"
      >
        <span aria-hidden="true" className="w-5 shrink-0 text-left text-quiet">
          {isOpen ? '▾' : '▸'}
        </span>
        <span className="truncate">{shown}</span>
      </button>
    </span>
  );
}

/** Stands where levels are on their way, or are too many. */
export function TreeNote({
  row: { kind, depth },
  columns,
}: {
  row: Exclude<TreeRow<never>, { kind: 'item' }>;
  columns: number;
}) {
  return (
    <tr>
      <td colSpan={columns} className="text-quiet">
        <span style={{ paddingLeft: depth * STEP_PX + 20 }}>
          {kind === 'loading' ? 'On their way' : 'More than are shown: search for what you want.'}
        </span>
      </td>
    </tr>
  );
}
