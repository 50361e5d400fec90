import type { ImportedLine } from '@restante/api-client';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { saveFile } from '@/interface/save-file.ts';
import { TableFrame } from '@/interface/table-frame.tsx';
import { toResultFile } from './import-file.ts';

interface ImportOutcomeProps {
  tenant: string;
  lines: ImportedLine[];
  isTrial: boolean;
  isRunning: boolean;
  done: number;
  pieces: number;
}

/** Rows that are shown; the file has all. */
const SHOWN = 200;

/** What became of each line: those that failed first. */
export function ImportOutcome({ tenant, lines, isTrial, isRunning, done, pieces }: ImportOutcomeProps) {
  const failed = lines.filter(({ error }) => error !== null);
  const good = lines.filter(({ error }) => error === null);
  const shown = [...failed, ...good].slice(0, SHOWN);
  return (
    <>
      {isRunning && (
        <progress aria-label="Import" value={done} max={pieces} className="h-2 w-full max-w-md accent-ink" />
      )}
      <div className="flex flex-wrap items-center gap-4 text-[13px]">
        <p data-testid="import-sum">
          {formatCountOf(good.length, 'credential')} {isTrial ? 'would be issued' : 'issued'};{' '}
          <span className={failed.length > 0 ? 'text-accent' : ''}>
            {formatCountOf(failed.length, 'line')} {isTrial ? 'would be refused' : 'refused'}
          </span>
        </p>
        {!isTrial && !isRunning && lines.length > 0 && (
          <Button
            look="ink"
            onClick={() => saveFile(`${tenant}-credentials.csv`, 'text/csv', toResultFile(lines))}
          >
            Download result
          </Button>
        )}
      </div>
      {!isTrial && good.length > 0 && (
        <p className="text-[13px] text-quiet">
          The secrets are in the file, and never shown again. Only hashes of them are kept.
        </p>
      )}
      {shown.length > 0 && (
        <TableFrame label="Lines of the import">
          <table className="ledger min-w-[560px]">
            <thead>
              <tr>
                <th className="figure w-16">Line</th>
                <th className="w-48 pl-3!">User name</th>
                <th>Outcome</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ line, username, error }) => (
                <tr key={line} data-testid={`import-line-${line}`}>
                  <td className="figure">{formatCount(line)}</td>
                  <td className="pl-3! font-mono">{username}</td>
                  <td className={error === null ? 'text-quiet' : 'py-1.5! whitespace-normal! text-accent'}>
                    {error ?? (isTrial ? 'would be issued' : 'issued')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {lines.length > SHOWN && (
        <p className="text-xs text-quiet">{formatCountOf(lines.length - SHOWN, 'further line')}.</p>
      )}
    </>
  );
}
