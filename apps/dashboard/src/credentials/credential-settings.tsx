'use client';

import type { Credential } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ruleFields } from '@/access/rule-errors.ts';
import { otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { tell } from '@/interface/toasts.ts';
import { changesOf, type CredentialDraft, draftOf } from './credential-draft.ts';
import { CREDENTIAL_FIELDS, CredentialFields } from './credential-fields.tsx';
import { updateCredential } from './credentials.ts';

interface Edit {
  /** As it was when one began: what others change meanwhile is not set back. */
  base: Credential;
  draft: CredentialDraft;
}

export function CredentialSettings({ tenant, credential }: { tenant: string; credential: Credential }) {
  const [edit, setEdit] = useState<Edit>();
  const queries = useQueryClient();
  const { base, draft } = edit ?? { base: credential, draft: draftOf(credential) };
  const changes = changesOf(draft, base);
  const isChanged = Object.keys(changes).length > 0;
  const saving = useMutation({
    mutationFn: () => updateCredential(tenant, credential.username, changes),
    onSuccess: async (saved) => {
      queries.setQueryData(['credential', tenant, saved.username], saved);
      setEdit(undefined);
      tell(`Credential ${saved.username} saved`);
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Settings" className="py-3">
      <CredentialFields
        tenant={tenant}
        draft={draft}
        error={saving.error}
        onChange={(part) => {
          setEdit({ base, draft: { ...draft, ...part } });
          saving.reset();
        }}
      />
      <FailureNote
        error={otherErrors(saving.error, [...CREDENTIAL_FIELDS, ...ruleFields('acl', draft.rules)])}
      />
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button type="submit" look="ink" disabled={!isChanged || saving.isPending}>
          Save credential
        </Button>
        <Button onClick={() => setEdit(undefined)} disabled={!isChanged}>
          Discard changes
        </Button>
        <p className="text-xs text-quiet">
          All but the label binds at once: its connections are closed and log in anew.
        </p>
      </div>
    </form>
  );
}
