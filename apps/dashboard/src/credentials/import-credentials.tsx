'use client';

import { useId, useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { ImportOutcome } from './import-outcome.tsx';
import { useImport } from './use-import.ts';

const COLUMNS =
  'username, label, policy, clientIdRule, clientId, expiresAt, enabled, loginMethods, certificateFingerprints';
const EXAMPLE = 'username,label,clientIdRule,clientId\npump-1,Cellar,exact,%u\npump-2,Roof,exact,%u';

/** Many credentials from a CSV file or from what is pasted; its secrets are shown once, in a file to keep. */
export function ImportCredentials({ tenant, onEnd }: { tenant: string; onEnd: () => void }) {
  const [data, setData] = useState('');
  const { progress, isRunning, error, run } = useImport(tenant);
  const id = useId();
  const isIssued = progress !== undefined && !progress.isTrial;
  return (
    <section aria-label="Import credentials" className="mb-6 border-y border-hairline py-4">
      <label htmlFor={id} className="text-[13px] font-medium">
        CSV
      </label>
      <p id={`${id}-told`} className="text-xs text-quiet">
        The first line names the columns, of {COLUMNS}; only username is needed.
      </p>
      <textarea
        id={id}
        aria-describedby={`${id}-told`}
        value={data}
        placeholder={EXAMPLE}
        rows={6}
        spellCheck={false}
        readOnly={isRunning || isIssued}
        onChange={({ target }) => setData(target.value)}
        className="mt-1 w-full max-w-4xl rounded-xs border border-frame bg-raised p-2 font-mono text-xs placeholder:text-quiet"
      />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {!isIssued && (
          <>
            <input
              type="file"
              accept=".csv,text/csv,text/plain"
              aria-label="CSV file"
              disabled={isRunning}
              onChange={async ({ target }) => setData((await target.files?.[0]?.text()) ?? data)}
              className="h-8 max-w-64 text-[13px] text-quiet file:mr-2 file:h-8 file:rounded-xs file:border file:border-frame file:bg-raised file:px-3 file:text-ink"
            />
            <Button onClick={() => run(data, true)} disabled={isRunning || data.trim() === ''}>
              Check only
            </Button>
            <Button look="ink" onClick={() => run(data, false)} disabled={isRunning || data.trim() === ''}>
              Import
            </Button>
          </>
        )}
        <Button onClick={onEnd} disabled={isRunning}>
          {isIssued ? 'I have the secrets' : 'Cancel'}
        </Button>
      </div>
      <div className="mt-3 flex flex-col gap-3" aria-live="polite">
        <FailureNote error={error} />
        {progress !== undefined && <ImportOutcome {...progress} tenant={tenant} isRunning={isRunning} />}
      </div>
    </section>
  );
}
