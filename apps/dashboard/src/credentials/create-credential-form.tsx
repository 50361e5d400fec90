'use client';

import type { IssuedCredential } from '@restante/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ruleFields } from '@/access/rule-errors.ts';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { NEW_CREDENTIAL, toBody } from './credential-draft.ts';
import { CREDENTIAL_FIELDS, CredentialFields } from './credential-fields.tsx';
import { createCredential } from './credentials.ts';
import { usernameError } from './username.ts';

interface CreateCredentialFormProps {
  tenant: string;
  onIssued: (issued: IssuedCredential) => void;
  onCancel: () => void;
}

export function CreateCredentialForm({ tenant, onIssued, onCancel }: CreateCredentialFormProps) {
  const [username, setUsername] = useState('');
  const [draft, setDraft] = useState(NEW_CREDENTIAL);
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: () => createCredential(tenant, { username, ...toBody(draft) }),
    onSuccess: async (issued) => {
      onIssued(issued);
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (usernameError(username) === undefined) creation.mutate();
  };
  const { error } = creation;
  const told = ['username', ...CREDENTIAL_FIELDS, ...ruleFields('acl', draft.rules)];
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label="Create credential"
      className="mb-6 border-y border-hairline py-4"
    >
      <div className="max-w-md">
        <TextField
          label="User name"
          hint={`Clients log in as ${tenant}:${username === '' ? 'device' : username}`}
          error={(username === '' ? undefined : usernameError(username)) ?? errorOf(error, 'username')}
          value={username}
          onChange={({ target }) => {
            setUsername(target.value);
            creation.reset();
          }}
          className="font-mono"
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
        />
      </div>
      <details className="mb-2">
        <summary className="flex h-8 cursor-pointer items-center text-[13px]">
          <span className="door">Label, policy, client identifiers, logins, roles and rules</span>
        </summary>
        <CredentialFields
          tenant={tenant}
          draft={draft}
          error={error}
          onChange={(part) => {
            setDraft({ ...draft, ...part });
            creation.reset();
          }}
        />
      </details>
      <FailureNote error={otherErrors(error, told)} />
      <div className="mt-3 flex gap-2">
        <Button type="submit" look="ink" disabled={creation.isPending || username === ''}>
          Create credential
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
