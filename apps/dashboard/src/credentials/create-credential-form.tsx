'use client';

import { type IssuedCredential } from '@restante/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { policiesQuery } from '@/policies/policies.ts';
import { createCredential } from './credentials.ts';
import { usernameError } from './username.ts';

interface CreateCredentialFormProps {
  tenant: string;
  onIssued: (issued: IssuedCredential) => void;
  onCancel: () => void;
}

export function CreateCredentialForm({ tenant, onIssued, onCancel }: CreateCredentialFormProps) {
  const [username, setUsername] = useState('');
  const [label, setLabel] = useState('');
  const [policy, setPolicy] = useState('');
  const { data: policies } = useQuery(policiesQuery(tenant));
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: () =>
      createCredential(tenant, { username, label: label.trim(), policy: policy === '' ? null : policy }),
    onSuccess: async (issued) => {
      onIssued(issued);
      await queries.invalidateQueries({ queryKey: ['credentials', tenant] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (usernameError(username) === undefined) creation.mutate();
  };
  const defaultPolicy = policies?.items.find(({ isDefault }) => isDefault)?.name;
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label="Create credential"
      className="mb-6 border-y border-hairline py-4"
    >
      <div className="grid max-w-4xl grid-cols-3 gap-4">
        <TextField
          label="User name"
          hint={`Clients log in as ${tenant}:${username === '' ? 'device' : username}`}
          error={
            (username === '' ? undefined : usernameError(username)) ?? errorOf(creation.error, 'username')
          }
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
        <TextField
          label="Label"
          hint="For people; may stay empty"
          error={errorOf(creation.error, 'label')}
          value={label}
          onChange={({ target }) => setLabel(target.value)}
          maxLength={200}
          autoComplete="off"
        />
        <ChoiceField label="Policy" value={policy} onChange={({ target }) => setPolicy(target.value)}>
          <option value="">
            {defaultPolicy === undefined ? 'the default' : `the default (${defaultPolicy})`}
          </option>
          {policies?.items.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </ChoiceField>
      </div>
      <FailureNote error={otherErrors(creation.error, ['username', 'label'])} />
      <div className="mt-3 flex gap-2">
        <Button type="submit" look="ink" disabled={creation.isPending || username === ''}>
          Create credential
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
