'use client';

import type { TokenIssuer } from '@restante/api-client';
import { errorOf } from '@/api/field-errors.ts';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { FileTextField } from '@/interface/file-text-field.tsx';
import { Tick } from '@/interface/tick.tsx';
import { type Algorithm, algorithmsFor, type IssuerDraft, jwksError } from './issuer-draft.ts';
import { KEY_KINDS } from './issuers.ts';

interface KeySourceFieldsProps {
  draft: IssuerDraft;
  /** One is known, which is never shown. */
  hasSharedKey: boolean;
  error: Error | null;
  onChange: (part: Partial<IssuerDraft>) => void;
}

/** Where the keys are that tokens are checked with, and by which algorithms. */
export function KeySourceFields({ draft, hasSharedKey, error, onChange }: KeySourceFieldsProps) {
  const { keys, algorithms } = draft;
  const choose = (kind: TokenIssuer['keys']) => {
    const possible = algorithmsFor(kind);
    const kept = algorithms.filter((algorithm) => possible.includes(algorithm));
    onChange({ keys: kind, algorithms: kept.length > 0 ? kept : [possible[0]] });
  };
  return (
    <>
      <div className="w-full max-w-sm">
        <ChoiceField
          label="Its keys are"
          value={keys}
          onChange={({ target }) => choose(target.value as TokenIssuer['keys'])}
        >
          {Object.entries(KEY_KINDS).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </ChoiceField>
      </div>
      {keys === 'jwks' && (
        <FileTextField
          label="Key set (JWKS)"
          hint="Public keys alone, at most 20"
          error={jwksError(draft) ?? errorOf(error, 'jwks')}
          value={draft.jwks}
          placeholder='{"keys": [{"kty": "EC", …}]}'
          accept=".json,.jwks,application/json"
          read={(bytes) => new TextDecoder().decode(bytes)}
          onChange={(jwks) => onChange({ jwks })}
        />
      )}
      {keys === 'jwks-url' && (
        <div className="w-full max-w-3xl">
          <TextField
            label="URL of the key set"
            hint="https; read when the first token comes, and kept for ten minutes"
            error={errorOf(error, 'jwksUrl')}
            type="url"
            value={draft.jwksUrl}
            onChange={({ target }) => onChange({ jwksUrl: target.value })}
            className="font-mono"
            maxLength={2_000}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
      )}
      {keys === 'shared-key' && (
        <div className="w-full max-w-3xl">
          <TextField
            label="Shared key"
            hint={
              hasSharedKey
                ? 'Empty: the present one stays. It is never shown'
                : 'At least 32 characters; kept encrypted, and never shown'
            }
            error={errorOf(error, 'sharedKey')}
            type="password"
            value={draft.sharedKey}
            onChange={({ target }) => onChange({ sharedKey: target.value })}
            className="font-mono"
            maxLength={500}
            autoComplete="off"
          />
        </div>
      )}
      <AlgorithmTicks
        possible={algorithmsFor(keys)}
        chosen={algorithms}
        error={errorOf(error, 'algorithms')}
        onChange={(chosen) => onChange({ algorithms: chosen })}
      />
    </>
  );
}

interface AlgorithmTicksProps {
  possible: Algorithm[];
  chosen: Algorithm[];
  error: string | undefined;
  onChange: (chosen: Algorithm[]) => void;
}

function AlgorithmTicks({ possible, chosen, error, onChange }: AlgorithmTicksProps) {
  const toggle = (algorithm: Algorithm, isTicked: boolean) =>
    onChange(possible.filter((known) => (known === algorithm ? isTicked : chosen.includes(known))));
  return (
    <fieldset>
      <legend className="text-[13px] font-medium">Algorithms that it may sign with</legend>
      <div className="flex flex-wrap gap-x-4">
        {possible.map((algorithm) => (
          <Tick
            key={algorithm}
            label={algorithm}
            isTicked={chosen.includes(algorithm)}
            onChange={(isTicked) => toggle(algorithm, isTicked)}
          />
        ))}
      </div>
      <p role={error === undefined ? undefined : 'alert'} className="min-h-4 text-xs text-accent">
        {error ?? (chosen.length === 0 ? 'At least one is needed' : '')}
      </p>
    </fieldset>
  );
}
