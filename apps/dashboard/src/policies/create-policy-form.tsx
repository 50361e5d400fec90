'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { Button } from '@/interface/button.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { TextField } from '@/interface/field.tsx';
import { createPolicy } from './policies.ts';

interface CreatePolicyFormProps {
  tenant: string;
  onCreated: (name: string) => void;
  onCancel: () => void;
}

/** A new policy begins with the settings that a tenant starts with. */
export function CreatePolicyForm({ tenant, onCreated, onCancel }: CreatePolicyFormProps) {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: () => createPolicy(tenant, name),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['policies', tenant] });
      onCreated(name);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== '') creation.mutate();
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label="Create policy"
      className="mb-6 border-y border-hairline py-4"
    >
      <div className="max-w-sm">
        <TextField
          label="Name of the policy"
          hint="Lower-case letters, digits and hyphens"
          error={errorOf(creation.error, 'name')}
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            creation.reset();
          }}
          className="font-mono"
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
      </div>
      <FailureNote error={otherErrors(creation.error, ['name'])} />
      <div className="mt-2 flex gap-2">
        <Button type="submit" look="ink" disabled={name === '' || creation.isPending}>
          Create policy
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
