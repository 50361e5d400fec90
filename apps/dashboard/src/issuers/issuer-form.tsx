'use client';

import type { TokenIssuer } from '@restante/api-client';
import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { useChange } from '@/api/use-change.ts';
import { FormFrame } from '@/interface/form-frame.tsx';
import { NameField } from '@/interface/name-field.tsx';
import { changesOf, draftOf, type IssuerDraft, isComplete, NEW_ISSUER, toBody } from './issuer-draft.ts';
import { ISSUER_FIELDS, IssuerFields } from './issuer-fields.tsx';
import { KeySourceFields } from './key-source-fields.tsx';
import { registerIssuer, staleAfter, updateIssuer } from './issuers.ts';

interface IssuerFormProps {
  tenant: string;
  /** To change; undefined: a new one. */
  issuer?: TokenIssuer;
  onEnd: () => void;
}

export function IssuerForm({ tenant, issuer, onEnd }: IssuerFormProps) {
  const isNew = issuer === undefined;
  const [name, setName] = useState(issuer?.name ?? '');
  const [draft, setDraft] = useState<IssuerDraft>(isNew ? NEW_ISSUER : draftOf(issuer));
  const saving = useChange({
    run: () =>
      isNew
        ? registerIssuer(tenant, { name, ...toBody(draft) })
        : updateIssuer(tenant, name, changesOf(draft, issuer)),
    stale: staleAfter(tenant),
    told: () => `Tokens of ${name} let devices in now`,
    onDone: onEnd,
  });
  const { error, reset } = saving;
  const isReady =
    name !== '' && isComplete(draft, isNew) && (isNew || Object.keys(changesOf(draft, issuer)).length > 0);
  const change = (part: Partial<IssuerDraft>) => {
    setDraft({ ...draft, ...part });
    reset();
  };
  return (
    <FormFrame
      action={isNew ? 'Register issuer' : 'Save issuer'}
      isReady={isReady}
      isPending={saving.isPending}
      error={otherErrors(error, ['name', ...ISSUER_FIELDS])}
      onSubmit={() => saving.mutate()}
      onCancel={onEnd}
      note={isNew ? undefined : 'Binds at once: connections that rest on it are closed and log in anew.'}
    >
      {isNew && (
        <NameField
          label="Name of the issuer"
          value={name}
          error={errorOf(error, 'name')}
          onChange={(changed) => {
            setName(changed);
            reset();
          }}
        />
      )}
      <IssuerFields draft={draft} error={error} onChange={change} />
      <KeySourceFields
        draft={draft}
        hasSharedKey={issuer?.keys === 'shared-key'}
        error={error}
        onChange={change}
      />
    </FormFrame>
  );
}
