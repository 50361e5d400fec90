'use client';

import { errorOf } from '@/api/field-errors.ts';
import { TextField } from '@/interface/field.tsx';
import { AmountField } from '@/interface/amount-field.tsx';
import type { IssuerDraft } from './issuer-draft.ts';

interface IssuerFieldsProps {
  draft: IssuerDraft;
  error: Error | null;
  onChange: (part: Partial<IssuerDraft>) => void;
}

/** Fields that are told at their place. */
export const ISSUER_FIELDS = [
  ...['issuer', 'audience', 'usernameClaim', 'clientIdClaim', 'maxLifetimeSeconds'],
  ...['algorithms', 'jwks', 'jwksUrl', 'sharedKey'],
];

const TEXTS = [
  { field: 'issuer', label: 'Issuer', hint: 'What the claim iss must be', max: 500 },
  { field: 'audience', label: 'Audience', hint: 'What the claim aud must be, or hold', max: 500 },
  { field: 'usernameClaim', label: 'Claim of the user name', hint: 'It names the credential', max: 100 },
  {
    field: 'clientIdClaim',
    label: 'Claim of the client identifier',
    hint: 'Where a token has it, the client identifier must equal it; may stay empty',
    max: 100,
  },
] as const;

/** What tokens must say. */
export function IssuerFields({ draft, error, onChange }: IssuerFieldsProps) {
  return (
    <div className="grid max-w-4xl gap-x-4 gap-y-2 sm:grid-cols-2">
      {TEXTS.map(({ field, label, hint, max }) => (
        <TextField
          key={field}
          label={label}
          hint={hint}
          error={errorOf(error, field)}
          value={draft[field]}
          onChange={({ target }) => onChange({ [field]: target.value })}
          className="font-mono"
          maxLength={max}
          autoComplete="off"
          spellCheck={false}
        />
      ))}
      <AmountField
        label="Longest lifetime"
        kind="seconds"
        value={draft.maxLifetimeSeconds ?? null}
        isOptional={false}
        hint="A token that is good for longer is refused"
        error={errorOf(error, 'maxLifetimeSeconds')}
        onChange={(seconds) => onChange({ maxLifetimeSeconds: seconds ?? undefined })}
      />
    </div>
  );
}
