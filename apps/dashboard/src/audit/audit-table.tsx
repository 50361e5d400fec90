'use client';

import type { AuditEntry } from '@restante/api-client';
import { Fragment, useState } from 'react';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useRowCursor } from '@/interface/use-row-cursor.ts';
import { WideTable } from '@/interface/wide-table.tsx';
import { DifferenceTable } from './difference-table.tsx';

type Part = 'action' | 'actor' | 'target' | 'tenant' | 'concerns';

interface AuditTableProps {
  entries: AuditEntry[];
  /** They are of several tenants, and of the platform. */
  hasTenants: boolean;
  change: (name: Part, value: string) => void;
}

/** Changes; each unfolds to what it changed. */
export function AuditTable({ entries, hasTenants, change }: AuditTableProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) =>
    setOpen((present) =>
      present.has(id) ? new Set([...present].filter((other) => other !== id)) : new Set([...present, id]),
    );
  const { body, look } = useRowCursor(entries.length, (index) => toggle(entries[index].id));
  return (
    <WideTable label="Changes" width={hasTenants ? 'min-w-[960px]' : undefined}>
      <thead>
        <tr>
          <th className="w-24">When</th>
          {hasTenants && <th className="w-[11%]">Tenant</th>}
          <th className={hasTenants ? 'w-[17%]' : 'w-[22%]'}>Who</th>
          <th className="w-28">From</th>
          <th className={hasTenants ? 'w-[20%]' : 'w-[25%]'}>Action</th>
          <th>To what</th>
          <th className="figure w-28">
            <span className="sr-only">What changed</span>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {entries.map((entry, index) => (
          <Fragment key={entry.id}>
            <tr data-testid="audit-entry" {...look(index)}>
              <Cells entry={entry} hasTenants={hasTenants} change={change} />
              <td className="figure">
                <button
                  type="button"
                  className="door"
                  aria-expanded={open.has(entry.id)}
                  aria-label={`What changed: ${entry.action} ${entry.target}`}
                  onClick={() => toggle(entry.id)}
                >
                  {open.has(entry.id) ? 'Fold' : 'What changed'}
                </button>
              </td>
            </tr>
            {open.has(entry.id) && (
              <tr>
                <td colSpan={hasTenants ? 7 : 6} className="bg-raised">
                  <DifferenceTable entry={entry} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </WideTable>
  );
}

const KINDS: Record<string, string> = { 'api-key': 'API key', server: 'the server' };

interface CellsProps extends Omit<AuditTableProps, 'entries'> {
  entry: AuditEntry;
}

function Cells({ entry, hasTenants, change }: CellsProps) {
  const { at, tenant, actor, actorKind, remoteAddress, action, target } = entry;
  return (
    <>
      <td className="text-quiet">
        <RelativeTime iso={at} direction />
      </td>
      {hasTenants && (
        <td title={tenant ?? undefined}>
          {tenant === null ? (
            <button type="button" className="door text-quiet" onClick={() => change('concerns', 'platform')}>
              the platform
            </button>
          ) : (
            <Door name="tenant" value={tenant} change={change} />
          )}
        </td>
      )}
      <td title={actor}>
        {actorKind in KINDS && <span className="text-quiet">{KINDS[actorKind]} </span>}
        <Door name="actor" value={actor} change={change} />
      </td>
      <td className="font-mono text-quiet" title={remoteAddress}>
        {remoteAddress}
      </td>
      <td className="font-mono">
        <Door name="action" value={action} change={change} />
      </td>
      <td className="font-mono" title={target}>
        <Door name="target" value={target} change={change} />
      </td>
    </>
  );
}

/** Leads to all that have this in common. */
function Door({ name, value, change }: { name: Part; value: string } & Pick<AuditTableProps, 'change'>) {
  if (value === '') return null;
  return (
    <button type="button" className="door" title={`Only ${value}`} onClick={() => change(name, value)}>
      {value}
    </button>
  );
}
