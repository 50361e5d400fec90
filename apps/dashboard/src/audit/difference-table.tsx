import type { AuditEntry } from '@restante/api-client';
import { formatExactTime } from '@/format/times.ts';
import { differencesOf } from './difference.ts';

/** What one change changed, field by field: as it was, and as it is. */
export function DifferenceTable({ entry: { at, before, after, action } }: { entry: AuditEntry }) {
  const differences = differencesOf(before, after);
  const isChange = before !== null && after !== null;
  return (
    <div className="py-2 pl-3 whitespace-normal">
      <p className="text-xs text-quiet">
        {formatExactTime(at)}
        {differences.length === 0 && '; nothing more was kept of it'}
      </p>
      {differences.length > 0 && (
        <table className="w-full table-fixed text-left text-xs" aria-label={`What ${action} changed`}>
          <thead>
            <tr>
              <th className="w-56">Field</th>
              {before !== null && <th>{isChange ? 'Before' : 'As it was'}</th>}
              {after !== null && <th>{isChange ? 'After' : 'As it is'}</th>}
            </tr>
          </thead>
          <tbody>
            {differences.map(({ path, before: was, after: is }) => (
              <tr key={path}>
                <td className="font-mono break-words whitespace-normal text-quiet">{path}</td>
                {before !== null && (
                  <td className="font-mono break-words whitespace-normal">
                    {was === undefined ? (
                      <Absent />
                    ) : isChange ? (
                      <del className="text-accent">{was}</del>
                    ) : (
                      was
                    )}
                  </td>
                )}
                {after !== null && (
                  <td className="font-mono break-words whitespace-normal">
                    {is === undefined ? (
                      <Absent />
                    ) : isChange ? (
                      <ins className="text-online no-underline">{is}</ins>
                    ) : (
                      is
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Absent() {
  return <span className="font-sans text-quiet">not there</span>;
}
